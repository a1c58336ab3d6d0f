/** Trees on git: what a strange repository becomes on our disk, and what fetching it can never do. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SluiceError } from '#core/errors.ts';
import { gitTrees } from '#adapters/git/trees.ts';
import type { Repository } from '#core/event.ts';
import { scratch } from '../../scratch.ts';
import { authorization, BareRepository, serve, treeLine } from './smart-http.ts';
import type { Served } from './smart-http.ts';

const repository: Repository = {
  id: 7,
  owner: 'ada',
  name: 'engine',
  defaultBranch: 'main',
  private: true,
  installation: 1,
};

const log = pino({ level: 'silent' });

let forge: Served;
let bare: BareRepository;
let dataDir: string;

beforeEach(async () => {
  const root = scratch();
  bare = new BareRepository(join(root, 'engine.git'));
  forge = await serve(root);
  dataDir = scratch();
});

afterEach(() => forge.close());

function trees(limits?: { files: number; bytes: number }) {
  return gitTrees({ dataDir, log, loopbackHttp: true, ...(limits ? { limits } : {}) });
}

function remote() {
  return { url: `${forge.url}/engine.git`, authorization };
}

/** Writes a commit straight into the mirror, as if a server had got it past every check of git's. */
function plant(tree: (mirror: BareRepository) => string): string {
  const mirror = new BareRepository(join(dataDir, 'mirrors', '7@planted'));
  const commit = mirror.commit(tree(mirror));
  mkdirSync(join(mirror.path, 'commits'), { recursive: true });
  writeFileSync(join(mirror.path, 'commits', commit), '');
  return commit;
}

function filesBelow(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

test('a fetched commit can be listed, read, and laid out with its bytes and modes', async () => {
  const run = bare.blob('#!/bin/sh\n');
  const image = '\u0000\u0001';
  const source = bare.tree([treeLine('100644', bare.blob('héllo\r\n'), 'a.txt')]);
  const commit = bare.commit(
    bare.tree([
      treeLine('100644', bare.blob(image), 'image.bin'),
      treeLine('100755', run, 'run.sh'),
      treeLine('040000', source, 'src'),
    ]),
  );
  const git = trees();
  await git.fetch(repository, remote(), [commit]);

  expect(await git.list(repository, commit)).toEqual([
    { path: 'image.bin', mode: '100644', size: 2, id: bare.blob(image) },
    { path: 'run.sh', mode: '100755', size: 10, id: run },
    { path: 'src/a.txt', mode: '100644', size: 8, id: expect.stringMatching(/^[0-9a-f]{40}$/) },
  ]);
  expect(await git.read(repository, commit, 'src/a.txt')).toEqual({
    encoding: 'utf-8',
    text: 'héllo\r\n',
  });
  expect(await git.read(repository, commit, 'image.bin')).toMatchObject({ encoding: 'base64' });
  expect(await git.read(repository, commit, 'src')).toBeUndefined();
  expect(await git.read(repository, commit, 'missing')).toBeUndefined();

  const { path } = await git.layer(repository, commit);
  expect(filesBelow(path)).toEqual(['image.bin', 'run.sh', 'src/a.txt']);
  expect(readFileSync(join(path, 'src/a.txt'), 'utf8')).toBe('héllo\r\n');
  expect(statSync(join(path, 'run.sh')).mode & 0o777).toBe(0o555);
  expect(statSync(join(path, 'src/a.txt')).mode & 0o777).toBe(0o444);
  expect(statSync(join(path, 'src')).mode & 0o777).toBe(0o755);
});

test('a large file and thousands of small ones arrive whole', async () => {
  const files: Record<string, string> = { 'large.txt': 'line\n'.repeat(600_000), 'empty.txt': '' };
  for (let n = 0; n < 2000; n += 1)
    files[`many/${String(n % 20)}/${String(n)}.txt`] = `${String(n)}\n`;
  const commit = bare.commitFiles(files);
  const git = trees();
  await git.fetch(repository, remote(), [commit]);
  const { path } = await git.layer(repository, commit);
  expect(filesBelow(path)).toEqual(Object.keys(files).sort());
  for (const [name, content] of Object.entries(files)) {
    expect(readFileSync(join(path, name), 'utf8') === content, name).toBe(true);
  }
});

test('attributes, filters and LFS pointers in the tree change nothing and run nothing', async () => {
  const files = {
    '.gitattributes':
      '*.txt filter=evil eol=crlf ident\nsecret.txt export-ignore\n*.bin filter=lfs\nid.txt export-subst\n',
    '.lfsconfig': '[lfs]\n\turl = http://127.0.0.1:1/\n',
    'id.txt': '$Id$ $Format:%H$\n',
    'secret.txt': 'kept\n',
    'large.bin': 'version https://git-lfs.example/spec/v1\noid sha256:00\nsize 1\n',
    config:
      '[core]\n\tfsmonitor = touch /tmp/never\n[filter "evil"]\n\tsmudge = touch /tmp/never\n',
    HEAD: 'ref: refs/heads/main\n',
    'objects/info/alternates': '/\n',
    'hooks/post-checkout': '#!/bin/sh\nexit 1\n',
  };
  const commit = bare.commitFiles(files);
  const git = trees();
  await git.fetch(repository, remote(), [commit]);
  const { path } = await git.layer(repository, commit);
  expect(filesBelow(path)).toEqual(Object.keys(files).sort());
  for (const [name, content] of Object.entries(files)) {
    expect(readFileSync(join(path, name), 'utf8')).toBe(content);
  }
});

test('links and submodules are left out', async () => {
  const commit = bare.commit(
    bare.tree([
      treeLine('100644', bare.blob('plain\n'), 'plain.txt'),
      treeLine('120000', bare.blob('/etc/passwd'), 'link'),
      treeLine('160000', '1'.repeat(40), 'module'),
    ]),
  );
  const git = trees();
  await git.fetch(repository, remote(), [commit]);
  expect((await git.list(repository, commit)).map(({ path }) => path)).toEqual(['plain.txt']);
  expect(await git.read(repository, commit, 'link')).toBeUndefined();
  expect(filesBelow((await git.layer(repository, commit)).path)).toEqual(['plain.txt']);
});

test.each([['.git'], ['..'], ['.GIT'], ['git~1']])(
  'a commit with an entry named %s is not even fetched',
  async (name) => {
    const inner = bare.tree([treeLine('100644', bare.blob('[core]\n'), 'config')]);
    const commit = bare.commit(bare.tree([treeLine('040000', inner, name)]));
    const git = trees();
    const fetched = git.fetch(repository, remote(), [commit]);
    await expect(fetched).rejects.toMatchObject({ kind: 'invalid', code: 'repository-broken' });
    await expect(git.layer(repository, commit)).rejects.toMatchObject({ kind: 'stale' });
  },
);

test('hostile names that are in the mirror all the same are never written', async () => {
  const commit = plant((mirror) => {
    const evil = mirror.blob('evil\n');
    const inner = mirror.tree([treeLine('100644', evil, 'config')]);
    return mirror.tree([
      ...['..', '.git', '.GiT', 'git~1', '.g\u200cit', 'a\u001bb'].map((name) =>
        treeLine('040000', inner, name),
      ),
      treeLine('100644', evil, 'line\nfeed'),
      treeLine('100644', evil, 'good.txt'),
    ]);
  });
  const { path } = await trees().layer(repository, commit);
  expect(filesBelow(path)).toEqual(['good.txt']);
  expect(globSync('**/config', { cwd: join(dataDir, 'layers') })).toEqual([]);
});

test('a link that shares its name with a folder cannot lead a file out of the tree', async () => {
  const outside = scratch();
  const commit = plant((mirror) => {
    const inner = mirror.tree([treeLine('100644', mirror.blob('evil\n'), 'x')]);
    return mirror.tree([
      treeLine('120000', mirror.blob(outside), 'a'),
      treeLine('040000', inner, 'a'),
    ]);
  });
  const { path } = await trees().layer(repository, commit);
  expect(readdirSync(outside)).toEqual([]);
  expect(filesBelow(path)).toEqual(['a/x']);
});

test('two files of one name are refused, and nothing half is left', async () => {
  const commit = plant((mirror) =>
    mirror.tree([
      treeLine('100644', mirror.blob('one\n'), 'a'),
      treeLine('100644', mirror.blob('two\n'), 'a'),
    ]),
  );
  await expect(trees().layer(repository, commit)).rejects.toMatchObject({ kind: 'invalid' });
  expect(readdirSync(join(dataDir, 'layers'))).toEqual([]);
});

test('the token is in no file and in no command line', async () => {
  const secret = authorization.split(' ')[1]!;
  const commit = bare.commitFiles({ 'a.txt': 'a\n' });
  const seen: string[] = [];
  const fetched = trees().fetch(repository, remote(), [commit]);
  const state = { over: false };
  void fetched.finally(() => (state.over = true));
  while (!state.over) {
    for (const file of globSync('/proc/[0-9]*/cmdline')) {
      try {
        seen.push(readFileSync(file, 'utf8'));
      } catch {
        // The process has ended meanwhile.
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await fetched;
  expect(seen.some((line) => line.includes('fetch\0--depth=1'))).toBe(true);
  expect(seen.filter((line) => line.includes(secret))).toEqual([]);
  for (const file of filesBelow(dataDir)) {
    expect(readFileSync(join(dataDir, file), 'latin1')).not.toContain(secret);
  }
  expect(forge.requests.every((request) => request.authorization === authorization)).toBe(true);
});

test('nothing of our environment reaches git', async () => {
  const trace = join(scratch(), 'trace');
  process.env.GIT_TRACE = trace;
  try {
    const commit = bare.commitFiles({ 'a.txt': 'a\n' });
    await trees().fetch(repository, remote(), [commit]);
  } finally {
    delete process.env.GIT_TRACE;
  }
  expect(existsSync(trace)).toBe(false);
});

test('a commit that the forge does not have is stale', async () => {
  const git = trees();
  const unknown = 'a'.repeat(40);
  const stale = { kind: 'stale', code: 'commit-gone' };
  await expect(git.fetch(repository, remote(), [unknown])).rejects.toMatchObject(stale);
  await expect(git.list(repository, unknown)).rejects.toMatchObject(stale);
  await expect(git.read(repository, unknown, 'a')).rejects.toMatchObject(stale);
  await expect(git.layer(repository, '--output=/tmp/x')).rejects.toMatchObject(stale);
});

test.each([
  [500, 'unavailable'],
  [302, 'unavailable'],
  [401, 'refused'],
  [403, 'refused'],
  [404, 'stale'],
])('an answer of %i from the forge means %s', async (status, kind) => {
  const commit = bare.commitFiles({ 'a.txt': 'a\n' });
  forge.trouble = status;
  const git = trees();
  await expect(git.fetch(repository, remote(), [commit])).rejects.toMatchObject({ kind });
  forge.trouble = undefined;
  await git.fetch(repository, remote(), [commit]);
  expect(await git.list(repository, commit)).toHaveLength(1);
});

test('a forge that cannot be reached is unavailable', async () => {
  const gone = await serve(scratch());
  await gone.close();
  const at = { url: `${gone.url}/engine.git`, authorization };
  const fetched = trees().fetch(repository, at, ['a'.repeat(40)]);
  await expect(fetched).rejects.toMatchObject({ kind: 'unavailable' });
});

test.each([
  ['http elsewhere', 'http://forge.invalid/a.git', true],
  ['http that nobody allowed', 'http://127.0.0.1/a.git', false],
  ['a host that only looks like loopback', 'http://127.0.0.1.forge.invalid/a.git', true],
  ['a file', 'file:///etc', true],
  ['a helper program', 'ext::sh -c true', true],
  ['ssh', 'ssh://git@forge.invalid/a.git', true],
  ['a password in the address', 'https://a:b@forge.invalid/a.git', true],
  ['an option', '--upload-pack=touch', true],
])('%s is no address to fetch from', async (_, url, loopbackHttp) => {
  const git = gitTrees({ dataDir, log, loopbackHttp });
  const fetched = git.fetch(repository, { url, authorization }, ['a'.repeat(40)]);
  await expect(fetched).rejects.toMatchObject({ kind: 'invalid' });
});

test('a commit with too many or too large files is refused', async () => {
  const commit = bare.commitFiles({ 'a.txt': 'a'.repeat(2000), 'b.txt': 'b', 'c.txt': 'c' });
  await trees().fetch(repository, remote(), [commit]);
  const tooLarge = { kind: 'invalid', code: 'repository-too-large' };
  const few = trees({ files: 2, bytes: 1e6 });
  await expect(few.layer(repository, commit)).rejects.toMatchObject(tooLarge);
  await expect(few.list(repository, commit)).rejects.toMatchObject(tooLarge);
  const small = trees({ files: 9, bytes: 1999 });
  await expect(small.layer(repository, commit)).rejects.toMatchObject(tooLarge);
  await expect(small.read(repository, commit, 'a.txt')).rejects.toMatchObject(tooLarge);
});

test('a file that would fill the memory is laid out but not read', async () => {
  const commit = bare.commitFiles({ 'most.txt': ' '.repeat(16e6), 'more.txt': ' '.repeat(17e6) });
  const git = trees();
  await git.fetch(repository, remote(), [commit]);
  // Lengths and codes alone: what a failure shows must not be the file.
  const outcomeOf = (path: string) =>
    git.read(repository, commit, path).then(
      (blob) => blob?.text.length,
      (error: unknown) => (error instanceof SluiceError ? error.code : error),
    );
  expect(await outcomeOf('most.txt')).toBe(16e6);
  expect(await outcomeOf('more.txt')).toBe('repository-too-large');
  const { path } = await git.layer(repository, commit);
  expect(statSync(join(path, 'more.txt')).size).toBe(17e6);
});

test('a pack that is too large is not kept', async () => {
  const noise = Array.from({ length: 20_000 }, (_, n) => (n * 2654435761) % 4294967296).join();
  const commit = bare.commitFiles({ 'noise.txt': noise });
  const git = trees({ files: 9, bytes: 10_000 });
  const fetched = git.fetch(repository, remote(), [commit]);
  await expect(fetched).rejects.toMatchObject({ kind: 'invalid', code: 'repository-too-large' });
  expect(filesBelow(dataDir).filter((file) => file.includes('pack-'))).toEqual([]);
});

test('the next commit brings only what is new', async () => {
  const noise = Array.from({ length: 20_000 }, (_, n) => (n * 2654435761) % 4294967296).join();
  const first = bare.commitFiles({ 'noise.txt': noise, 'a.txt': 'a\n' });
  const second = bare.commitFiles({ 'noise.txt': noise, 'a.txt': 'b\n' }, [first]);
  const git = trees();
  await git.fetch(repository, remote(), [first]);
  const before = forge.sent.bytes;
  await git.fetch(repository, remote(), [second]);
  expect(before).toBeGreaterThan(50_000);
  expect(forge.sent.bytes - before).toBeLessThan(5000);
  expect(await git.read(repository, second, 'noise.txt')).toMatchObject({ text: noise });
  const asked = forge.requests.length;
  await git.fetch(repository, remote(), [first, second]);
  expect(forge.requests).toHaveLength(asked);
});

test('runs at once on one repository do not harm each other', async () => {
  const commits = [0, 1, 2, 3, 4, 5].map((n) =>
    bare.commitFiles({ 'same.txt': 'same\n', 'n.txt': `${String(n)}\n` }),
  );
  const done = await Promise.all(
    [...commits, ...commits].map(async (commit) => {
      const git = trees();
      await git.fetch(repository, remote(), [commit]);
      return git.layer(repository, commit);
    }),
  );
  expect(new Set(done.map(({ key }) => key)).size).toBe(6);
  for (const [n, { path }] of done.entries()) {
    expect(readFileSync(join(path, 'n.txt'), 'utf8')).toBe(`${String(n % 6)}\n`);
  }
  const left = readdirSync(dataDir, { recursive: true, encoding: 'utf8' });
  expect(left.filter((name) => name.includes('.half-'))).toEqual([]);
});

test('what a killed writer left is cleared, and the tree is written anew', async () => {
  const commit = bare.commitFiles({ 'a.txt': 'a\n' });
  const git = trees();
  await git.fetch(repository, remote(), [commit]);
  const dead = spawnSync('true').pid;
  for (const [name, age] of [
    ['old', 3_700],
    ['new', 3_500],
  ] as const) {
    const half = join(dataDir, 'layers', `.half-${String(dead)}-${name}`);
    mkdirSync(join(half, 'src'), { recursive: true });
    utimesSync(half, 0, Date.now() / 1000 - age);
  }
  mkdirSync(join(dataDir, 'layers', `.half-${String(process.pid)}-x`), { recursive: true });
  const { key } = await git.layer(repository, commit);
  const left = readdirSync(join(dataDir, 'layers')).sort();
  // The new one may be another container's, which numbers its processes by itself.
  const halves = [`.half-${String(dead)}-new`, `.half-${String(process.pid)}-x`];
  expect(left).toEqual([...halves.toSorted(), key]);
});

test('the same tree is written once, whichever commit it belongs to', async () => {
  const first = bare.commitFiles({ 'a.txt': 'a\n' });
  const again = bare.commitFiles({ 'a.txt': 'a\n' }, [first]);
  const git = trees();
  await git.fetch(repository, remote(), [first, again]);
  const one = await git.layer(repository, first);
  const written = statSync(one.path).ino;
  const two = await git.layer(repository, again);
  expect(two).toEqual(one);
  expect(statSync(two.path).ino).toBe(written);
});

test('only we may look into the mirrors', async () => {
  const commit = bare.commitFiles({ 'a.txt': 'a\n' });
  await trees().fetch(repository, remote(), [commit]);
  expect(statSync(join(dataDir, 'mirrors')).mode & 0o777).toBe(0o700);
  expect(readdirSync(join(dataDir, 'mirrors'))).toEqual([
    `7@${new URL(forge.url).host.replace(':', '_')}`,
  ]);
});
