/** Collector: what strange code leaves in a workspace for whoever reads it afterwards, or writes into it again. */
import { constants, mkdir, open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Arena } from '#battery/arena.ts';
import type { Attack, Group, Trial } from '#battery/attack.ts';
import type { Workspace } from '#ports/sandbox.ts';
import {
  canary,
  hostileFiles,
  type HostileFiles,
  type Taken,
} from '#battery/payloads/collector-files.ts';
import { handlings, type Handling } from '#battery/payloads/collector-handlings.ts';
import { hostileNames } from '#battery/payloads/collector-names.ts';

const base = { 'README.md': 'a repository\n', 'src/old.js': 'old\n' };

/** A file of the arena's own that is not in the workspace. */
async function makeCanary(arena: Arena): Promise<string> {
  const path = join(await arena.folder(), 'secret.txt');
  await writeFile(path, canary);
  return path;
}

async function takeByProduct(workspace: Workspace): Promise<Taken> {
  const { files } = await workspace.collect();
  return {
    files: files.flatMap(({ path, mode, content }) => {
      if (content === null) return [];
      const text = content.encoding === 'utf-8' ? content.text : '';
      return [{ path, mode: Number.parseInt(mode.slice(2), 8), size: text.length, text }];
    }),
    deleted: files.filter(({ content }) => content === null).map(({ path }) => path),
    broke: null,
  };
}

const stuck = 'it reads for ever';

/** Whoever waits for a pipe's other end would keep the whole process from ending. */
async function letGo(path: string): Promise<void> {
  const pipe = await open(path, constants.O_RDWR | constants.O_NONBLOCK);
  await pipe.close();
}

/** A collector as one writes it first: it walks the folder and reads what it finds. */
async function takeNaively(root: string): Promise<Taken> {
  const files: Taken['files'][number][] = [];
  let reading = root;
  const visit = async (folder: string): Promise<void> => {
    for (const name of await readdir(join(root, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const found = await stat(join(root, path));
      if (found.isDirectory()) await visit(path);
      else {
        reading = join(root, path);
        const text = found.size > 4096 ? '' : await readFile(reading, 'utf8');
        files.push({ path, mode: found.mode & 0o7777, size: found.size, text });
      }
    }
  };
  const late = wait(1500, stuck, { ref: false });
  const broke = await Promise.race([
    visit('').then(
      () => null,
      (error: unknown) => String(error),
    ),
    late,
  ]);
  if (broke === stuck) await letGo(reading);
  return { files, deleted: [], broke };
}

function trialOf(words: string, taken: Taken, { breached }: HostileFiles): Trial {
  const seen = taken.files.slice(0, 5).map(({ path }) => JSON.stringify(path.slice(0, 80)));
  return {
    ran: words.includes('ran'),
    breached: breached(taken, canary),
    seen: `${taken.broke ?? seen.join(' ')} ${words}`.slice(0, 300),
  };
}

function readingAttack(hostile: HostileFiles): Attack {
  const { attack, layer, script, missing } = hostile;
  const id = `collector/${hostile.id}`;
  const shell = ['/bin/sh', '-c', `${script}\necho ran`];
  return {
    ...{ id, attack, layer, ...(missing && { missing: () => Promise.resolve(missing()) }) },
    attempt: async (arena) => {
      const environment = { CANARY: await makeCanary(arena) };
      const workspace = await arena.sandbox.open([await arena.layer(base)]);
      try {
        const done = await workspace.exec({ argv: shell, purpose: 'test', environment });
        return trialOf(done.stdout + done.stderr, await takeByProduct(workspace), hostile);
      } finally {
        await workspace.close();
      }
    },
    control: async (arena) => {
      const environment = { CANARY: await makeCanary(arena) };
      const cwd = await folderWith(arena);
      const done = await arena.outside(shell, { cwd, environment });
      return trialOf(done.stdout + done.stderr, await takeNaively(cwd), hostile);
    },
  };
}

async function folderWith(arena: Arena): Promise<string> {
  const folder = await arena.folder();
  for (const [path, text] of Object.entries(base)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

function handlingAttack(handling: Handling): Attack {
  const { id, attack, layer, script, breached } = handling;
  const argv = ['/bin/sh', '-c', `${script}\necho ran`];
  const judge = async (stdout: string, secret: string, came: unknown): Promise<Trial> => ({
    ran: stdout.includes('ran'),
    breached: await breached(secret, came),
    seen: came === null ? 'refused' : 'accepted',
  });
  return {
    ...{ id: `collector/${id}`, attack, layer },
    attempt: async (arena) => {
      const secret = await makeCanary(arena);
      const workspace = await arena.sandbox.open([await arena.layer(base)]);
      try {
        const environment = { CANARY: secret };
        const { stdout } = await workspace.exec({ argv, purpose: 'test', environment });
        const came = await settled(handling.product(workspace, secret));
        return await judge(stdout, secret, came);
      } finally {
        await workspace.close();
      }
    },
    control: async (arena) => {
      const secret = await makeCanary(arena);
      const cwd = join(await folderWith(arena), 'src', '..');
      const { stdout } = await arena.outside(argv, { cwd, environment: { CANARY: secret } });
      return judge(stdout, secret, await settled(handling.naive(cwd, secret, arena)));
    },
  };
}

/** What it came to, `done` for nothing, null when it was refused. */
function settled(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    (came) => came ?? 'done',
    () => null,
  );
}

/** A process that outlives its command, and changes what is being read. */
const leftBehind: Attack = {
  id: 'collector/left-behind',
  attack: 'A process stays behind and changes files while they are collected.',
  layer: 'a command ends with all of its processes',
  attempt: async (arena) => {
    const workspace = await arena.sandbox.open([await arena.layer(base)]);
    try {
      const { stdout } = await workspace.exec({ argv: beating, purpose: 'test' });
      const first = await takeByProduct(workspace);
      await wait(400);
      return beats(stdout, first, await takeByProduct(workspace));
    } finally {
      await workspace.close();
    }
  },
  control: async (arena) => {
    const cwd = await folderWith(arena);
    const { stdout } = await arena.outside(beating, { cwd });
    const first = await takeNaively(cwd);
    await wait(400);
    const second = await takeNaively(cwd);
    // Until it is over: the folder is removed at the end.
    await wait(1200);
    return beats(stdout, first, second);
  },
};

const beating = [
  '/bin/sh',
  '-c',
  '(for n in 1 2 3 4 5 6 7 8 9 10; do echo $n > beat; sleep 0.1; done) >/dev/null 2>&1 & sleep 0.2; echo ran',
];

function beats(stdout: string, first: Taken, second: Taken): Trial {
  const [one, other] = [first, second].map(
    ({ files }) => files.find(({ path }) => basename(path) === 'beat')?.text,
  );
  return {
    ran: stdout.includes('ran') && one !== undefined,
    breached: one !== other,
    seen: `${String(one)} then ${String(other)}`,
  };
}

export const collector: Group = {
  name: 'collector',
  about: 'what strange code leaves behind for whoever reads or writes its workspace',
  attacks: [
    ...[...hostileFiles, ...hostileNames].map(readingAttack),
    ...handlings.map(handlingAttack),
    leftBehind,
  ],
};
