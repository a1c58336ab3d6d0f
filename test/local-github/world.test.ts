/** Worlds: what people write, and what they are told when it is wrong. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { startLocalGitHub } from '#local-github/local-github.ts';
import type { LocalGitHub } from '#local-github/local-github.ts';
import { readWorld, readWorldFile } from '#local-github/world.ts';
import { person } from './visit.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'visit-world-'));
  const source = join(scratch, 'source');
  await mkdir(join(source, 'lib'), { recursive: true });
  await writeFile(join(source, 'lib/a.txt'), 'a\n');
  await writeFile(join(source, '.gitignore'), 'ignored\n');
  await writeFile(join(source, 'ignored'), 'secret\n');
  const git = (...argv: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b.c', ...argv], { cwd: source });
  git('init', '--quiet', '--initial-branch=trunk');
  git('add', '.');
  git('commit', '--quiet', '-m', 'First');
  git('tag', 'v1');
  git('bundle', 'create', '../source.bundle', '--all', 'HEAD');
});
afterAll(() => rm(scratch, { recursive: true }));

async function inWorld(text: string, look: (github: LocalGitHub) => Promise<void>): Promise<void> {
  const file = join(scratch, 'world.yaml');
  await writeFile(file, text);
  const github = await startLocalGitHub({ world: await readWorldFile(file) });
  try {
    await look(github);
    expect(github.violations).toEqual([]);
  } finally {
    await github.stop();
  }
}

test('repositories come from a folder, a bundle or a git repository beside the file', async () => {
  const text = `
users:
  - { login: ada, role: admin, token: ghp_of_my_own_choice }
  - { login: eve }
repositories:
  - { name: ada/folder, folder: source }
  - { name: acme/bundle, bundle: source.bundle, private: false }
  - name: acme/bare
    bare: source
    collaborators: { eve: write }
    labels: [bug, { name: later, color: ff0000 }]
    issues:
      - title: Broken
        body: Very.
        author: eve
        labels: [bug, made-here]
        comments: [{ author: ada, body: I see. }]
`;
  await inWorld(text, async (github) => {
    expect(github.users[0]).toEqual({ login: 'ada', role: 'admin', token: 'ghp_of_my_own_choice' });
    const ada = person(github, 'ada');
    for (const [owner, repo] of [
      ['ada', 'folder'],
      ['acme', 'bundle'],
      ['acme', 'bare'],
    ] as const) {
      const at = { owner, repo };
      const { data } = await ada.rest.repos.get(at);
      expect(data.default_branch).toBe(repo === 'folder' ? 'main' : 'trunk');
      const { data: root } = await ada.rest.repos.getContent({ ...at, path: '' });
      const names = Array.isArray(root) ? root.map(({ name }) => name) : [];
      expect(names).toEqual(['.gitignore', 'lib']);
    }
    const at = { owner: 'acme', repo: 'bare', issue_number: 1 };
    const { data: issue } = await ada.rest.issues.get(at);
    expect(issue).toMatchObject({ title: 'Broken', user: { login: 'eve' }, comments: 1 });
    expect(issue.labels).toHaveLength(2);
    expect(github.state.installations.map(({ account }) => account.login)).toEqual(['ada', 'acme']);
    await person(github, 'eve').rest.issues.addLabels({ ...at, labels: ['bug'] });
  });
});

test.each([
  ['users: []', 'users: must name at least one user'],
  ['users: [{ login: ada, role: boss }]', 'users[0].role: Invalid option'],
  ['users: [{ login: ada, nick: a }]', 'Unrecognized key: "nick"'],
  ['users: [{ login: ada }]\nrepositories: [{ name: hello, files: {} }]', 'must be owner/name'],
  ['users: [{ login: ada }]\nrepositories: [{ name: a/b }]', 'exactly one of folder, bundle, bare'],
  [
    'users: [{ login: ada }]\nrepositories: [{ name: a/b, files: {}, collaborators: { bob: read } }]',
    'repositories[0].collaborators: nobody is called "bob": add them under users',
  ],
  ['users: [', 'cannot be read as JSON or YAML'],
])('a bad world is told where and how: %s', async (text, words) => {
  const file = join(scratch, 'bad.yaml');
  await writeFile(file, text);
  await expect(readWorldFile(file)).rejects.toThrow(words);
});

test('the example in the documentation is a world', async () => {
  const file = new URL(import.meta.resolve('#local-github/README.md'));
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(await readFile(file, 'utf8')) ?? [];
  expect(readWorld(parse(example)).repositories[0]).toMatchObject({ folder: '../shop' });
});

test('a source that is not there is named', async () => {
  const bare = join(scratch, 'nowhere');
  const world = readWorld({ users: [{ login: 'ada' }], repositories: [{ name: 'a/b', bare }] });
  await expect(startLocalGitHub({ world })).rejects.toThrow(
    `repository a/b: ${bare} cannot be used`,
  );
});

test('a folder of an earlier start is not taken over', async () => {
  const folder = join(scratch, 'kept');
  await (await startLocalGitHub({ folder })).stop();
  await expect(startLocalGitHub({ folder })).rejects.toThrow('name an empty folder');
});

test('without a world there is a small one, and only the owner reads its key', async () => {
  const github = await startLocalGitHub();
  const { mode } = await stat(github.app.privateKeyFile);
  expect(mode & 0o777).toBe(0o600);
  expect(await readFile(github.app.privateKeyFile, 'utf8')).toBe(github.app.privateKey);
  expect(github.state.repositories.map(({ name }) => name)).toEqual(['hello']);
  await github.stop();
  await expect(stat(github.app.privateKeyFile)).rejects.toThrow('ENOENT');
  await expect(fetch(github.url)).rejects.toThrow();
});
