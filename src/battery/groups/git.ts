/** Git: repositories, trees and remotes that make the machine's git run something, write elsewhere or tell a token. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { gitTrees } from '#adapters/git/trees.ts';
import type { Arena } from '#battery/arena.ts';
import type { Attack, Group, Trial } from '#battery/attack.ts';
import { hostileRemotes, tokenInProcesses, tokenOf } from '#battery/payloads/git-remotes.ts';
import type { HostileRemote } from '#battery/payloads/git-remotes.ts';
import {
  hostileRepositories,
  type HostileRepository,
} from '#battery/payloads/git-configurations.ts';
import { hostileTrees, type HostileTree, type Laid } from '#battery/payloads/git-trees.ts';
import type { Repository } from '#core/event.ts';

const repository: Repository = {
  ...{ id: 7, owner: 'battery', name: 'hostile', defaultBranch: 'main' },
  ...{ private: true, installation: 1 },
};

/** As the machine's user has it who wrote no configuration. */
const plain = {
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.invalid',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.invalid',
};

async function noGit(arena: Arena): Promise<string | undefined> {
  const { exitCode } = await arena.outside(['git', '--version']).catch(() => ({ exitCode: 1 }));
  return exitCode === 0 ? undefined : 'there is no git';
}

const begin =
  'git init -q . && git config user.name A && git config user.email a@example.invalid && ';

function ofRepository(hostile: HostileRepository): Attack {
  const { attack, script, naive } = hostile;
  const setUp = `${begin} git add README.md && git commit -q -m first; ${script}; test -e .git && echo ran`;
  const shell = ['/bin/sh', '-c', setUp];
  return {
    ...{ id: `git/${hostile.id}`, attack, layer: 'git never runs where strange code could write' },
    missing: noGit,
    attempt: async (arena) => {
      const mark = join(await arena.folder(), 'mark');
      const workspace = await arena.sandbox.open([await arena.layer({ 'README.md': 'x\n' })]);
      try {
        const environment = { ...plain, MARK: mark };
        const { stdout, stderr } = await workspace.exec({
          argv: shell,
          purpose: 'test',
          environment,
        });
        const { files, refused } = await workspace.collect();
        const seen = `${String(files.length)} files, ${String(refused.length)} refused ${stderr}`;
        return {
          ran: stdout.includes('ran'),
          breached: existsSync(mark),
          seen: seen.slice(0, 200),
        };
      } finally {
        await workspace.close();
      }
    },
    control: async (arena) => {
      const mark = join(await arena.folder(), 'mark');
      const cwd = await arena.folder();
      await writeFile(join(cwd, 'README.md'), 'x\n');
      const options = { cwd, environment: { ...plain, MARK: mark } };
      const { stdout } = await arena.outside(shell, options);
      let words = '';
      for (const args of naive) words += (await arena.outside(['git', ...args], options)).stderr;
      const breached = existsSync(mark);
      return { ran: stdout.includes('ran'), breached, seen: words.slice(-200) };
    },
  };
}

/** A file that does no harm, so that it can be seen that the commit was laid out. */
const kept =
  "T=$( (git ls-tree -z $T; printf '100644 blob %s\\tkept.txt\\000' $(echo kept | git hash-object -w --stdin)) | git mktree -z --missing)";

/** Makes the commit in a bare repository; its name. */
async function plant(
  arena: Arena,
  bare: string,
  { script, out }: { script: string; out: string },
): Promise<string> {
  await mkdir(bare, { recursive: true });
  const whole = `git init -q --bare . && B=$(echo planted | git hash-object -w --stdin) && ${script}; ${kept}; git commit-tree "$T" -m x`;
  const options = { cwd: bare, environment: { ...plain, OUT: out } };
  const { stdout, stderr } = await arena.outside(['/bin/sh', '-c', whole], options);
  if (!/^[0-9a-f]{40}$/u.test(stdout.trim())) throw new Error(`no commit: ${stderr}`);
  return stdout.trim();
}

async function look(root: string, out: string): Promise<Laid> {
  const found = existsSync(root)
    ? await readdir(root, { recursive: true, withFileTypes: true })
    : [];
  const paths = found.map((one) => join(one.parentPath, one.name).slice(root.length + 1));
  const links = found.filter((one) => one.isSymbolicLink()).map(({ name }) => name);
  const texts = new Map<string, string>();
  for (const path of paths.filter((one) => ['code.js', 'count'].includes(one))) {
    texts.set(path, await readFile(join(root, path), 'utf8'));
  }
  const beside = (await readdir(dirname(root))).includes('config');
  const escaped = beside || (await readdir(out)).length > 0;
  return { paths, links, escaped, text: (path) => texts.get(path) ?? '' };
}

/** Writes every entry of the commit under the name that it has. */
async function writeNaively(
  arena: Arena,
  bare: string,
  { commit, root }: { commit: string; root: string },
) {
  const git = async (...args: string[]) =>
    (await arena.outside(['git', '--git-dir', bare, ...args], { environment: plain })).stdout;
  for (const line of (await git('ls-tree', '-r', '-z', commit)).split('\0').filter(Boolean)) {
    const [facts = '', path = ''] = line.split('\t');
    const [mode = '', , object = ''] = facts.split(' ');
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    const text = await git('cat-file', 'blob', object);
    if (mode === '120000') await symlink(text, target);
    else await writeFile(target, text);
  }
}

function trialOfTree(laid: Laid, { breached }: HostileTree, words: string): Trial {
  const seen = JSON.stringify(laid.paths.slice(0, 3)).slice(0, 200);
  // A commit that is refused as a whole is not laid out.
  const ran = laid.paths.length > 0 || words.includes('SluiceError');
  return { ran, breached: ran && breached(laid), seen: `${seen} ${words}` };
}

function ofTree(hostile: HostileTree): Attack {
  const { attack, layer, script, naive } = hostile;
  return {
    ...{ id: `git/tree-${hostile.id}`, attack, layer },
    missing: noGit,
    attempt: async (arena) => {
      const [dataDir, out] = [await arena.folder(), await arena.folder()];
      const mirror = join(dataDir, 'mirrors', '7@planted');
      const commit = await plant(arena, mirror, { script, out });
      await mkdir(join(mirror, 'commits'));
      await writeFile(join(mirror, 'commits', commit), '');
      const limits = { files: 50_000, bytes: 20_000_000 };
      const trees = gitTrees({ dataDir, log: arena.log, limits });
      const came = await trees.layer(repository, commit).catch((error: unknown) => String(error));
      const root = typeof came === 'string' ? join(dataDir, 'layers', 'none') : came.path;
      await mkdir(dirname(root), { recursive: true });
      return trialOfTree(await look(root, out), hostile, typeof came === 'string' ? came : '');
    },
    control: async (arena) => {
      const [place, out] = [await arena.folder(), await arena.folder()];
      const [bare, root] = [join(place, 'bare'), join(place, 'root')];
      const commit = await plant(arena, bare, { script, out });
      await mkdir(root);
      if (naive === undefined)
        await writeNaively(arena, bare, { commit, root }).catch(() => undefined);
      else {
        const environment = { ...plain, GIT_DIR: bare, C: commit };
        await arena.outside(['/bin/sh', '-c', naive], { cwd: root, environment });
      }
      return trialOfTree(await look(root, out), hostile, '');
    },
  };
}

interface Servers {
  readonly url: string;
  readonly requests: () => number;
  readonly elsewhere: readonly string[];
  readonly inProcesses: readonly string[];
  close(): void;
}

async function openServers(hostile: HostileRemote): Promise<Servers> {
  const elsewhere: string[] = [];
  const inProcesses: string[] = [];
  let requests = 0;
  const second = createServer((request, response) => {
    elsewhere.push(request.headers.authorization ?? 'none');
    response.writeHead(404).end();
  });
  const first = createServer((request, response) => {
    requests += 1;
    inProcesses.push(...tokenInProcesses(tokenOf(hostile)));
    const location = `${urlOf(second.address())}${request.url ?? ''}`;
    if (hostile.answer === 'redirect') response.writeHead(302, { location }).end();
    else if (hostile.answer === 'ask')
      response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
    else response.writeHead(404).end();
  });
  for (const server of [first, second])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...{ url: urlOf(first.address()), elsewhere, inProcesses },
    requests: () => requests,
    close: () => [first, second].forEach((server) => server.close()),
  };
}

function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  return `http://127.0.0.1:${String(address.port)}`;
}

function ofRemote(hostile: HostileRemote): Attack {
  const { attack, layer, naive } = hostile;
  type Doing = (url: string, place: { cwd: string; mark: string; out: string }) => Promise<string>;
  const tryIt = async (arena: Arena, doing: Doing): Promise<Trial> => {
    const [cwd, marks, out] = [await arena.folder(), await arena.folder(), await arena.folder()];
    const mark = join(marks, 'mark');
    const servers = await openServers(hostile);
    try {
      const url = hostile.url.replace('$URL', servers.url).replace('$MARK', mark);
      const words = await doing(url.replace('$OUT', out), { cwd, mark, out });
      const told = servers.elsewhere.length > 0 || servers.inProcesses.length > 0;
      return {
        // What is refused by its address alone never gets as far as a server.
        ran: servers.requests() > 0 || !hostile.url.includes('$URL'),
        breached: told || existsSync(mark),
        seen: words.slice(-200),
      };
    } finally {
      servers.close();
    }
  };
  return {
    ...{ id: `git/remote-${hostile.id}`, attack, layer },
    missing: noGit,
    attempt: (arena) =>
      tryIt(arena, (url, { cwd }) => {
        const trees = gitTrees({ dataDir: cwd, log: arena.log, loopbackHttp: true });
        const remote = { url, authorization: `Basic ${tokenOf(hostile)}` };
        const commit = '1234567890123456789012345678901234567890';
        return trees.fetch(repository, remote, [commit]).then(
          () => 'fetched',
          (error: unknown) => String(error),
        );
      }),
    control: (arena) =>
      tryIt(arena, async (url, { cwd, mark, out }) => {
        const environment = {
          ...plain,
          REMOTE: url,
          MARK: mark,
          OUT: out,
          TOKEN: tokenOf(hostile),
        };
        return (await arena.outside(['/bin/sh', '-c', naive], { cwd, environment })).stderr;
      }),
  };
}

export const git: Group = {
  name: 'git',
  about: "what makes the machine's git run something, write elsewhere or tell a token",
  attacks: [
    ...hostileRepositories.map(ofRepository),
    ...hostileTrees.map(ofTree),
    ...hostileRemotes.map(ofRemote),
  ],
};
