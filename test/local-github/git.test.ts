/** Real git over HTTP: clone, fetch and push, and who may. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalGitHub } from '#local-github/local-github.ts';
import { appToken, bot, branchWithFile, person, place, refusal, tokenOf, visit } from './visit.ts';

let github: LocalGitHub;
let scratch: string;
let count = 0;
beforeAll(async () => {
  github = await visit();
  scratch = await mkdtemp(join(tmpdir(), 'visit-git-'));
});
afterAll(async () => {
  await github.stop();
  await rm(scratch, { recursive: true });
});

const who = { name: 'Ben', email: 'ben@example.com' };

/** Git with a token in the environment, as the App passes it. Answers with what it printed. */
async function git(folder: string, token: string | undefined, ...argv: string[]) {
  const authorization = Buffer.from(`x-access-token:${token ?? ''}`).toString('base64');
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: scratch,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: who.name,
    GIT_AUTHOR_EMAIL: who.email,
    GIT_COMMITTER_NAME: who.name,
    GIT_COMMITTER_EMAIL: who.email,
    ...(token === undefined
      ? {}
      : {
          GIT_CONFIG_COUNT: '1',
          GIT_CONFIG_KEY_0: `http.${github.url}/.extraheader`,
          GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${authorization}`,
        }),
  };
  const { stdout, stderr } = await promisify(execFile)('git', argv, { cwd: folder, env });
  return stdout + stderr;
}

/** What git says when it fails. */
async function failure(done: Promise<string>): Promise<string> {
  return done.then(
    () => 'did not fail',
    (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
  );
}

async function clone(token: string, ...more: string[]): Promise<string> {
  const folder = join(scratch, `clone-${(count += 1)}`);
  await git(scratch, token, 'clone', '--quiet', ...more, `${github.url}/acme/shop.git`, folder);
  return folder;
}

async function commitFile(folder: string, path: string, text: string): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), text);
  await git(folder, undefined, 'add', '.');
  await git(folder, undefined, 'commit', '--quiet', '-m', `Add ${path}`);
}

test('the App clones and pushes with its token, and the API sees the commit', async () => {
  const token = await appToken(github);
  const folder = await clone(token);
  await commitFile(folder, 'pushed.txt', 'hello\n');
  await git(folder, token, 'push', '--quiet', 'origin', 'HEAD:refs/heads/pushed');
  const { data } = await person(github, 'eve').rest.repos.getContent({
    ...place,
    path: 'pushed.txt',
    ref: 'pushed',
  });
  expect(data).toMatchObject({ type: 'file', size: 6 });
});

test.each(['0', '1', '2'])('protocol version %s works', async (version) => {
  const folder = await clone(tokenOf(github, 'eve'), '-c', `protocol.version=${version}`);
  expect(await git(folder, undefined, 'log', '--oneline', 'origin/main')).toContain('Initial');
});

test('a clone without blobs and a fetch of one commit work', async () => {
  const api = await bot(github);
  const { sha } = await branchWithFile(api, 'single');
  const token = await appToken(github, { contents: 'read' });
  const folder = await clone(token, '--filter=blob:none', '--depth=1', '--bare');
  await git(folder, token, 'fetch', '--quiet', 'origin', sha);
  expect(await git(folder, token, 'show', `${sha}:new.txt`)).toBe('single\n');
});

test('a large push arrives whole', async () => {
  const token = await appToken(github);
  const folder = await clone(token);
  const big = Array.from({ length: 200_000 }, (_, n) => `${n * 7919} `).join('');
  await commitFile(folder, 'big.txt', big);
  await git(folder, token, 'push', '--quiet', 'origin', 'HEAD:refs/heads/big');
  const { data } = await (
    await bot(github)
  ).rest.repos.getContent({
    ...place,
    path: 'big.txt',
    ref: 'big',
  });
  expect(data).toMatchObject({ size: big.length });
});

test('without a token, with a wrong one, and with one that may only read, a push is refused', async () => {
  const folder = await clone(tokenOf(github, 'eve'));
  await commitFile(folder, 'no.txt', 'no\n');
  const push = (token: string | undefined) =>
    failure(git(folder, token, 'push', 'origin', 'HEAD:refs/heads/no'));
  expect(await push(undefined)).toContain('could not read Username');
  expect(await push('ghp_wrong')).toContain('could not read Username');
  expect(await push(tokenOf(github, 'eve'))).toContain('403');
  expect(await push(await appToken(github, { contents: 'read' }))).toContain('403');
  const eve = person(github, 'eve');
  expect(await refusal(eve.rest.repos.getBranch({ ...place, branch: 'no' }))).toMatch(/^404/);
});

test('a repository outside of the token is not found', async () => {
  const token = await appToken(github);
  const url = `${github.url}/acme/secret.git`;
  expect(await failure(git(scratch, token, 'ls-remote', url))).toContain('not found');
});

test('the App may push workflow files only with that permission; a person may', async () => {
  const token = await appToken(github);
  const folder = await clone(token);
  await commitFile(folder, '.github/workflows/ci.yml', 'on: push\n');
  const push = (of: string) => git(folder, of, 'push', 'origin', 'HEAD:refs/heads/workflow');
  expect(await failure(push(token))).toContain('without `workflows` permission');
  await push(tokenOf(github, 'ben'));
});

test('a pull request follows its branch, and refs/pull belongs to GitHub', async () => {
  const api = await bot(github);
  const token = await appToken(github);
  await branchWithFile(api, 'followed');
  const { data: pull } = await api.rest.pulls.create({
    ...place,
    title: 'Followed',
    head: 'followed',
    base: 'main',
  });
  const folder = await clone(token, '--branch', 'followed');
  await commitFile(folder, 'more.txt', 'more\n');
  await git(folder, token, 'push', '--quiet', 'origin', 'followed');
  const head = (await git(folder, undefined, 'rev-parse', 'HEAD')).trim();
  const { data: after } = await api.rest.pulls.get({ ...place, pull_number: pull.number });
  expect(after).toMatchObject({ commits: 2, head: { sha: head } });
  const listed = await git(folder, token, 'ls-remote', 'origin', 'refs/pull/*');
  expect(listed).toBe(`${head}\trefs/pull/${pull.number}/head\n`);
  const forged = git(folder, token, 'push', 'origin', 'HEAD~1:refs/pull/1/head', '--force');
  expect(await failure(forged)).toContain('deny updating a hidden ref');
});

test('a forced push and a deletion are taken from those who may write', async () => {
  const token = tokenOf(github, 'ben');
  const folder = await clone(token);
  await commitFile(folder, 'a.txt', 'a\n');
  await git(folder, token, 'push', '--quiet', 'origin', 'HEAD:refs/heads/forced');
  await git(folder, undefined, 'commit', '--quiet', '--amend', '-m', 'Other');
  const push = git(folder, token, 'push', 'origin', 'HEAD:refs/heads/forced');
  expect(await failure(push)).toContain('rejected');
  await git(folder, token, 'push', '--force', 'origin', 'HEAD:refs/heads/forced');
  await git(folder, token, 'push', 'origin', ':refs/heads/forced');
  expect(await git(folder, token, 'ls-remote', 'origin', 'refs/heads/forced')).toBe('');
  expect(github.violations).toEqual([]);
});
