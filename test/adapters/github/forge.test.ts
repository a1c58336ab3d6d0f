/** The forge against the local GitHub: what it reads, what it writes, and that a second time changes nothing. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { githubApp } from '#adapters/github/auth.ts';
import { githubForge } from '#adapters/github/forge.ts';
import { webhookDoor } from '#adapters/github/webhooks.ts';
import { textBlob } from '#core/change.ts';
import type { Event, Repository } from '#core/event.ts';
import { startLocalGitHub, type LocalGitHub } from '#local-github/local-github.ts';
import type { CheckReport, Forge, Proposal, RepositorySession } from '#ports/forge.ts';
import { startServer } from '#server/server.ts';
import { handClock, writtenLog } from './surroundings.ts';

const world = {
  users: [
    { login: 'ada', role: 'admin' as const },
    { login: 'ben', role: 'write' as const },
    { login: 'cem', role: 'write' as const },
    { login: 'eve', role: 'read' as const },
  ],
  repositories: [
    {
      name: 'acme/shop',
      files: {
        'README.md': '# Shop\n',
        'src/total.js': 'export const total = 1;\n',
        '.github/sluice.yml': 'label: fix\n',
      },
      labels: ['sluice'],
      // Each test writes on an issue and a branch of its own.
      issues: Array.from({ length: 6 }, () => ({
        title: 'Totals are wrong',
        body: 'By one.',
        author: 'eve',
        labels: ['sluice'],
      })),
    },
    { name: 'acme/till', files: { 'README.md': '# Till\n' } },
  ],
};

let github: LocalGitHub;
let forge: Forge;
let repository: Repository;
let session: RepositorySession;
let base: string;
const log = writtenLog();

async function openApp() {
  const { id, privateKey, webhookSecret } = github.app;
  return githubApp({
    credentials: { appId: id, privateKey: { text: privateKey }, webhookSecret },
    apiUrl: `${github.url}/api/v3`,
    webUrl: github.url,
    clock: handClock(),
    log,
  });
}

beforeAll(async () => {
  github = await startLocalGitHub({ world });
  const found = github.state.repositories.find(({ name }) => name === 'shop')!;
  repository = {
    id: found.id,
    owner: 'acme',
    name: 'shop',
    defaultBranch: 'main',
    private: true,
    installation: github.state.installations[0]!.id,
  };
  forge = githubForge({ app: await openApp(), clock: handClock() });
  const reading = forge.open(repository);
  base = (await reading.head('main'))!;
  await reading.close();
});

afterAll(() => github.stop());

beforeEach(() => {
  session = forge.open(repository);
});

afterEach(async () => {
  await session.close();
  expect(github.violations).toEqual([]);
});

/** A person at work, by the ordinary REST API. */
async function as(login: string, method: string, path: string, body?: object) {
  const token = github.users.find((user) => user.login === login)?.token ?? '';
  const answer = await fetch(`${github.url}/repos/acme/shop${path}`, {
    method,
    headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

const comments = (number: number) =>
  github.state.repositories[0]!.issues.get(number)!.comments.map(({ author, body }) => ({
    author: author.login,
    text: body.replace(/^<!--.*-->\n/, ''),
  }));

const proposal = (branch = 'sluice/1-totals'): Proposal => ({
  branch,
  base,
  target: 'main',
  files: [
    { path: 'src/total.js', mode: '100644', content: textBlob('export const total = 0;\n') },
    { path: 'bin/run', mode: '100755', content: textBlob('#!/bin/sh\n') },
    { path: 'pixel.png', mode: '100644', content: { encoding: 'base64', text: 'iVBORw0KGgo=' } },
    { path: 'README.md', mode: '100644', content: null },
  ],
  message: 'Fix totals\n\nCo-authored-by: Eve <eve@example.com>',
  title: 'Fix totals',
  body: 'Proof below.',
});

test('three tokens are minted, each with its permissions for the one repository, and all are taken back', async () => {
  const before = github.state.tokens.size;
  await session.file(base, 'README.md');
  await session.issue(1);
  await session.commit(proposal('sluice/1-tokens'));
  const minted = [...github.state.tokens.values()].slice(before);
  expect(minted.map(({ permissions }) => permissions)).toEqual([
    { contents: 'read', metadata: 'read' },
    { issues: 'write', pull_requests: 'write', checks: 'write', metadata: 'read' },
    { contents: 'write', metadata: 'read' },
  ]);
  expect(minted.map(({ repositories }) => [...repositories!])).toEqual([
    [repository.id],
    [repository.id],
    [repository.id],
  ]);
  expect(minted.map(({ revoked }) => revoked)).toEqual([false, false, false]);
  await session.close();
  expect(minted.map(({ revoked }) => revoked)).toEqual([true, true, true]);
});

test('a session reaches its own repository and no other', async () => {
  const other = forge.open({ ...repository, name: 'till' });
  await expect(other.issue(1)).rejects.toMatchObject({ kind: 'stale' });
  expect(await other.head('main')).toBeUndefined();
  await other.close();
});

test.each([
  ['ada', 'admin'],
  ['ben', 'write'],
  ['eve', 'read'],
  ['nobody', 'none'],
])('%s may do what a %s may', async (login, permission) => {
  expect(await session.permission(login)).toBe(permission);
});

test('a permission is asked live: what was taken away a moment ago is gone', async () => {
  expect(await session.permission('cem')).toBe('write');
  github.state.repositories[0]!.collaborators.set('cem', 'triage');
  expect(await session.permission('cem')).toBe('triage');
});

test('an issue is read in our words', async () => {
  expect(await session.issue(1)).toMatchObject({
    number: 1,
    title: 'Totals are wrong',
    body: 'By one.',
    author: { login: 'eve', kind: 'person' },
    labels: ['sluice'],
    state: 'open',
    url: `${github.url}/acme/shop/issues/1`,
  });
  await expect(session.issue(99)).rejects.toMatchObject({ kind: 'stale' });
});

test('files are read at a commit; a folder and a missing one are none', async () => {
  expect(await session.file(base, '.github/sluice.yml')).toBe('label: fix\n');
  expect(await session.file(base, 'src')).toBeUndefined();
  expect(await session.file(base, 'src/other.js')).toBeUndefined();
  expect(await session.head('no/such/branch')).toBeUndefined();
});

test('git is led to the repository with a header that opens it, and an address that holds no token', async () => {
  const { url, authorization } = await session.remote();
  expect(url).toBe(`${github.url}/acme/shop.git`);
  const refs = `${url}/info/refs?service=git-upload-pack`;
  expect((await fetch(refs, { headers: { authorization } })).status).toBe(200);
  expect((await fetch(refs)).status).toBe(401);
});

test('a comment with the same key is edited where it stands', async () => {
  const first = await session.comment(2, 'status', 'Working.');
  const again = await session.comment(2, 'status', 'Working.');
  const edited = await forge.open(repository).comment(2, 'status', 'Done.');
  await session.comment(2, 'another-key --> x', 'Beside it.');
  await session.comment(2, 'another-key --> x', 'Still beside it.');
  expect(new Set([first.url, again.url, edited.url]).size).toBe(1);
  expect(comments(2)).toEqual([
    { author: 'sluice-local[bot]', text: 'Done.' },
    { author: 'sluice-local[bot]', text: 'Still beside it.' },
  ]);
});

test('a comment in which a person forges our marker is not touched', async () => {
  await session.comment(3, 'status', 'Ours.');
  const [ours] = github.state.repositories[0]!.issues.get(3)!.comments;
  const marker = ours!.body.split('\n')[0]!;
  await as('ben', 'DELETE', `/issues/comments/${String(ours!.id)}`);
  await as('eve', 'POST', '/issues/3/comments', { body: `${marker}\nTheirs.` });
  await session.comment(3, 'status', 'Ours again.');
  expect(comments(3)).toEqual([
    { author: 'eve', text: 'Theirs.' },
    { author: 'sluice-local[bot]', text: 'Ours again.' },
  ]);
});

test('a marker that stands within one of our comments is only text', async () => {
  await session.comment(4, 'log', 'The model said:\n<!-- sluice comment status -->\nhello');
  await session.comment(4, 'status', 'Working.');
  expect(comments(4)).toHaveLength(2);
});

test('a comment is found behind a hundred others', async () => {
  for (let count = 0; count < 101; count += 1)
    github.state.repositories[0]!.issues.get(5)!.comments.push({
      id: 10_000 + count,
      author: github.state.accounts.find(({ login }) => login === 'eve')!,
      viaApp: false,
      body: 'me too',
      createdAt: '2026-11-21T12:00:00Z',
      updatedAt: '2026-11-21T12:00:00Z',
      reactions: [],
      minimized: null,
    });
  await session.comment(5, 'status', 'Working.');
  await session.comment(5, 'status', 'Done.');
  expect(comments(5).filter(({ author }) => author === 'sluice-local[bot]')).toEqual([
    { author: 'sluice-local[bot]', text: 'Done.' },
  ]);
});

test('a text above GitHub’s limit is cut, visibly, and is the same comment afterwards', async () => {
  await session.comment(6, 'status', 'x'.repeat(70_000));
  await session.comment(6, 'status', 'x'.repeat(70_000));
  expect(comments(6)).toHaveLength(1);
  expect(comments(6)[0]!.text).toMatch(/\*Cut here: /);
});

const report = (more: Partial<CheckReport> = {}): CheckReport => ({
  name: 'sluice / tests',
  commit: base,
  state: 'running',
  title: 'Running',
  summary: 'The tests run.',
  ...more,
});

test('a check run is told again where it stands', async () => {
  const first = await session.check(report());
  const second = await session.check(
    report({ state: 'success', title: 'Passed', summary: '価'.repeat(30_000) }),
  );
  await session.check(report({ name: 'sluice / lint', state: 'neutral' }));
  expect(second.url).toBe(first.url);
  const runs = github.state.repositories[0]!.checkRuns.filter(
    ({ name }) => !['many', 'anew'].includes(name),
  );
  expect(runs.map(({ name, status, conclusion }) => [name, status, conclusion])).toEqual([
    ['sluice / tests', 'completed', 'success'],
    ['sluice / lint', 'completed', 'neutral'],
  ]);
  expect(Buffer.byteLength(runs[0]!.output.summary!)).toBeLessThanOrEqual(65_535);
});

test('a check that ended and runs anew on the same commit is a new one, told again where it stands', async () => {
  const anew = (state: CheckReport['state']) => session.check(report({ name: 'anew', state }));
  const ended = await anew('failure');
  const running = await anew('running');
  expect((await anew('running')).url).toBe(running.url);
  expect((await anew('success')).url).toBe(running.url);
  expect(running.url).not.toBe(ended.url);
  const runs = github.state.repositories[0]!.checkRuns.filter(({ name }) => name === 'anew');
  expect(runs.map(({ conclusion }) => conclusion)).toEqual(['failure', 'success']);
});

test('more than fifty annotations arrive, once, also when they are told twice', async () => {
  const annotations = Array.from({ length: 120 }, (_, at) => ({
    path: 'src/total.js',
    startLine: at + 1,
    endLine: at + 1,
    level: 'warning' as const,
    message: `finding ${String(at)}`,
  }));
  await session.check(report({ name: 'many', state: 'failure', annotations }));
  await session.check(report({ name: 'many', state: 'failure', annotations }));
  const run = github.state.repositories[0]!.checkRuns.find(({ name }) => name === 'many');
  expect(run!.output.annotations.map(({ message }) => message)).toEqual(
    annotations.map(({ message }) => message),
  );
});

test('a commit holds the change and is signed; made twice, it is there once', async () => {
  const sha = await session.commit(proposal());
  expect(await session.commit(proposal())).toBe(sha);
  expect(await session.head('sluice/1-totals')).toBe(sha);
  expect(await session.file(sha, 'src/total.js')).toBe('export const total = 0;\n');
  expect(await session.file(sha, 'README.md')).toBeUndefined();
  expect(await session.file(sha, '.github/sluice.yml')).toBe('label: fix\n');
  const commit = await as('ada', 'GET', `/commits/${sha}`);
  expect(commit).toMatchObject({
    commit: {
      message: proposal().message,
      author: { name: 'sluice-local[bot]' },
      verification: { verified: true },
    },
    parents: [{ sha: base }],
  });
});

test('a branch that holds something else is stale and stays as it is', async () => {
  const sha = await session.commit(proposal('sluice/1-else'));
  const others = {
    ...proposal('sluice/1-else'),
    files: proposal('sluice/1-else').files.slice(0, 1),
  };
  await expect(session.commit(others)).rejects.toMatchObject({ kind: 'stale' });
  expect(await session.head('sluice/1-else')).toBe(sha);
});

test.each(['main', 'release'])(
  'nothing is pushed to %s, into which changes are merged',
  async (branch) => {
    const wrong = { ...proposal(), branch, target: 'release' };
    await expect(session.commit(wrong)).rejects.toMatchObject({ kind: 'refused' });
    expect(await session.head('main')).toBe(base);
  },
);

test('a base commit that is not there is stale', async () => {
  const gone = { ...proposal('sluice/1-gone'), base: '1'.repeat(40) };
  await expect(session.commit(gone)).rejects.toMatchObject({ kind: 'stale' });
});

test('a pull request is a draft, and opened once', async () => {
  const head = await session.commit(proposal('sluice/2-pull'));
  const pull = await session.propose(proposal('sluice/2-pull'));
  expect(await session.propose(proposal('sluice/2-pull'))).toEqual(pull);
  expect(pull).toEqual({
    number: 7,
    url: `${github.url}/acme/shop/pull/7`,
    head: 'sluice/2-pull',
    headSha: head,
    base: 'main',
    draft: true,
    fork: false,
    state: 'open',
    byApp: true,
    closedAt: null,
  });
  expect(await session.pulls('sluice/')).toEqual([pull]);
  expect(await session.pulls('sluice/3')).toEqual([]);
  await as('ben', 'PATCH', '/pulls/7', { state: 'closed' });
  expect(await session.pulls('sluice/')).toEqual([]);
  expect(await session.pulls('sluice/', { after: 6 })).toMatchObject([
    { number: 7, state: 'closed', byApp: true, closedAt: expect.any(String) as unknown },
  ]);
  expect(await session.pulls('sluice/', { after: 7 })).toEqual([]);
});

test('a label that a person sets arrives at the door as an event of the same repository', async () => {
  const app = await openApp();
  const received: (Event | null)[] = [];
  const door = webhookDoor({
    verify: (body, signature) => app.verify(body, signature),
    receive: ({ event }) => Promise.resolve(void received.push(event)),
    log,
  });
  const server = await startServer({
    port: 0,
    host: '127.0.0.1',
    door,
    ready: () => Promise.resolve(),
    log,
  });
  github.setHook(`${server.url}/api/github/webhooks`);
  await as('ben', 'DELETE', '/issues/1/labels/sluice');
  await as('ben', 'POST', '/issues/1/labels', { labels: ['sluice'] });
  await as('eve', 'POST', '/issues/1/comments', { body: '/sluice generate' });
  await github.settled();
  await server.stop();
  github.setHook(null);
  expect(github.state.deliveries.map(({ statusCode }) => statusCode)).toEqual([202, 202, 202]);
  expect(received).toMatchObject([
    { kind: 'unlabelled', label: 'sluice', repository, actor: { login: 'ben' } },
    { kind: 'labelled', label: 'sluice', repository, actor: { login: 'ben', kind: 'person' } },
    { kind: 'commented', comment: { body: '/sluice generate' }, onPull: false, repository },
  ]);
});
