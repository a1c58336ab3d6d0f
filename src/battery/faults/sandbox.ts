/** Faults of the sandbox: what it stands on is gone or broken, and then nothing may run at all, and somebody must be told why. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { openSandbox, root } from '#app.ts';
import { perArena, type Arena } from '#battery/arena.ts';
import type { Attack, Trial } from '#battery/attack.ts';
import { readConfig } from '#config.ts';
import { asSluiceError } from '#core/errors.ts';
import { textBlob } from '#core/change.ts';

const Tried = z.object({
  ran: z.boolean(),
  code: z.string(),
  message: z.string(),
  hint: z.string(),
});

interface Spoilt {
  readonly name: string;
  readonly attack: string;
  /** Arguments of bubblewrap that spoil the view. `files` is a folder to put things in. */
  readonly view: (at: {
    readonly files: string;
    readonly data: string;
  }) => Promise<readonly string[]>;
  /** The path of a tool that the sandbox is told to bring along. */
  readonly tool?: string;
}

const programs = '/usr/bin';
/** A file that nobody may run, in the place of a program. */
const gone = (path: string) => async (): Promise<readonly string[]> =>
  Promise.resolve(['--ro-bind', '/dev/null', path]);
const becomes = (path: string, other: string) => async (): Promise<readonly string[]> =>
  Promise.resolve(['--ro-bind', other, path]);
const filterFile = join(root, 'src/adapters/bubblewrap/seccomp.ts');

function filter(bytes: readonly number[]): Spoilt['view'] {
  return async ({ files }) => {
    const text = `export function isMachine() { return true; }\nexport function seccompFilter() { return Buffer.from(${JSON.stringify(bytes)}); }\n`;
    const path = join(files, 'seccomp.ts');
    await writeFile(path, text);
    return ['--ro-bind', path, filterFile];
  };
}

const spoilt: readonly Spoilt[] = [
  {
    name: 'bubblewrap-gone',
    attack: 'The program bubblewrap is removed while the App is installed.',
    view: gone(`${programs}/bwrap`),
  },
  {
    name: 'bubblewrap-fails',
    attack: 'The program bubblewrap always fails.',
    view: becomes(`${programs}/bwrap`, `${programs}/false`),
  },
  {
    name: 'bubblewrap-does-nothing',
    attack: 'The program bubblewrap says that all is well and does nothing.',
    view: becomes(`${programs}/bwrap`, `${programs}/true`),
  },
  {
    name: 'limits-gone',
    attack: 'The program that sets the limits is removed.',
    view: gone(`${programs}/prlimit`),
  },
  {
    name: 'limits-do-nothing',
    attack: 'The program that sets the limits runs nothing.',
    view: becomes(`${programs}/prlimit`, `${programs}/true`),
  },
  {
    name: 'users-gone',
    attack: 'The program that drops to another user is removed.',
    view: gone(`${programs}/setpriv`),
  },
  {
    name: 'mount-gone',
    attack: 'The program that mounts layers is removed.',
    view: gone(`${programs}/mount`),
  },
  {
    name: 'mount-fails',
    attack: 'The kernel mounts no layers.',
    view: becomes(`${programs}/mount`, `${programs}/false`),
  },
  {
    name: 'namespaces-off',
    attack: 'The kernel gives no user namespaces.',
    view: () => Promise.resolve(['--unshare-user', '--disable-userns']),
  },
  {
    name: 'filter-broken',
    attack: 'The filter of system calls is no program.',
    view: filter([1, 2, 3, 4, 5, 6, 7, 8]),
  },
  {
    name: 'filter-cut',
    attack: 'The filter of system calls ends in the middle of an instruction.',
    view: filter([6, 0, 0]),
  },
  {
    name: 'filter-empty',
    attack: 'The filter of system calls is empty.',
    view: filter([]),
  },
  {
    name: 'filter-open',
    attack: 'The filter of system calls lets everything through.',
    view: filter([6, 0, 0, 0, 0, 0, 0xff, 0x7f]),
  },
  {
    name: 'runner-gone',
    attack: "The runner's program is missing.",
    view: gone(join(root, 'src/runner.ts')),
  },
  {
    name: 'tool-gone',
    attack: 'A program of the tool chain is missing.',
    view: () => Promise.resolve([]),
    tool: '/nonexistent/tool',
  },
  {
    name: 'tool-broken',
    attack: "The tool chain's folder holds something else.",
    view: gone(join(root, 'node_modules/zod/package.json')),
  },
  {
    name: 'data-read-only',
    attack: 'The data folder cannot be written.',
    view: ({ data }) => Promise.resolve(['--ro-bind', data, data]),
  },
  {
    name: 'data-is-a-file',
    attack: 'A file stands where the layers lie.',
    view: async ({ data, files }) => {
      await mkdir(data, { recursive: true });
      await writeFile(join(files, 'file'), '');
      await writeFile(join(data, 'layers'), '');
      return [];
    },
  },
];

const program = join(import.meta.dirname, 'try-sandbox.ts');

async function tryOut(arena: Arena, { view, tool }: Pick<Spoilt, 'view' | 'tool'>): Promise<Trial> {
  const files = await arena.folder();
  await chmod(files, 0o711);
  const data = join(files, 'data');
  await mkdir(data, { mode: 0o711 });
  const spoil = await view({ files, data });
  const words = [program, data, ...(tool === undefined ? [] : [tool])];
  const argv = ['bwrap', '--dev-bind', '/', '/', ...spoil, '--', process.execPath, ...words];
  const { stdout, stderr } = await arena.outside(argv);
  const line = stdout.trim().split('\n').at(-1) ?? '';
  // A program that cannot even be loaded runs nothing either, and says so.
  if (!line.startsWith('{'))
    return { ran: stderr !== '', breached: false, seen: stderr.slice(-300) };
  const { ran, code, message, hint } = Tried.parse(JSON.parse(line));
  const isClear = code.startsWith('sandbox-') && message.length > 20 && hint !== '';
  return { ran: true, breached: ran || !isClear, seen: `${code} ${message} ${hint}`.slice(0, 400) };
}

/** What the sandbox does in the same view when nothing is spoilt: it works. */
const whole = perArena((arena) => tryOut(arena, { view: () => Promise.resolve([]) }));

function spoiltAttack(one: Spoilt): Attack {
  return {
    id: `faults/${one.name}`,
    attack: one.attack,
    layer: 'no run without the whole sandbox',
    incident: 'Sandboxes that fall back to none, 2026',
    missing: async (arena) => {
      if (!existsSync(`${programs}/bwrap`)) return 'there is no /usr/bin/bwrap to spoil';
      const { seen, breached } = await whole(arena);
      return breached ? undefined : `the sandbox does not work in a changed view here (${seen})`;
    },
    attempt: (arena) => tryOut(arena, one),
    control: whole,
  };
}

/** The outermost process of the runner whose data folder this is: one of our children. */
function runnerOf(data: string): number | undefined {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map(Number)
    .find((pid) => {
      try {
        const [, parent] = /\) \S (\d+)/u.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        const isOurs = Number(parent) === process.pid;
        return isOurs && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data);
      } catch {
        return false; // It ended while we looked.
      }
    });
}

async function killed(arena: Arena, isKilled: boolean): Promise<Trial> {
  const dataFolder = join(await arena.folder(), 'data');
  const sandbox = openSandbox({
    config: { ...readConfig({}), dataFolder },
    log: arena.log,
  });
  try {
    const workspace = await sandbox.open([]);
    const argv = ['sh', '-c', 'sleep 1; echo done'];
    const running = workspace.exec({ argv, purpose: 'tool' });
    const pid = runnerOf(dataFolder);
    if (isKilled && pid !== undefined) process.kill(pid, 'SIGKILL');
    const seen = await running.then(
      ({ stdout }) => stdout,
      (thrown: unknown) => asSluiceError(thrown),
    );
    const done = typeof seen === 'string';
    const isTold = !done && seen.code === 'sandbox-failed';
    return { ran: pid !== undefined, breached: done || !isTold, seen: String(seen) };
  } finally {
    await sandbox.close();
  }
}

async function filled(sandbox: Arena['sandbox']): Promise<Trial> {
  const workspace = await sandbox.open([]);
  try {
    const large = (path: string) => {
      const content = textBlob('x'.repeat(12e6));
      return { path, mode: '100644', content } as const;
    };
    for (const path of ['a', 'b', 'c', 'd', 'e']) await workspace.write([large(path)]);
    return { ran: true, breached: true, seen: 'all of it was written' };
  } catch (thrown) {
    const { code, message } = asSluiceError(thrown);
    return { ran: true, breached: message === '', seen: `${code} ${message}` };
  } finally {
    await workspace.close();
  }
}

export const sandboxFaults: readonly Attack[] = [
  ...spoilt.map(spoiltAttack),
  {
    id: 'faults/runner-killed',
    attack: 'The runner is killed in the middle of a command.',
    layer: 'a result only from a command that ended',
    attempt: (arena) => killed(arena, true),
    control: (arena) => killed(arena, false),
  },
  {
    id: 'faults/layer-full',
    attack: 'What is written does not fit any more.',
    layer: 'sized upper layer',
    attempt: ({ narrow }) => filled(narrow),
    control: ({ sandbox }) => filled(sandbox),
  },
];
