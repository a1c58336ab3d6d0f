/** What only an unlucky moment shows: answers that were lost, plans without drafts, checks that were cut off half-way. */
import nock from 'nock';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { githubForge } from '#adapters/github/forge.ts';
import type { CheckReport, Proposal, RepositorySession } from '#ports/forge.ts';
import { appAt, handClock } from './surroundings.ts';

const api = 'https://api.github.example';
const repo = '/repos/ann/shop';
const [base, tree, made, other] = ['b', '7', 'c', 'd'].map((sign) => sign.repeat(40));
const repository = {
  id: 5,
  owner: 'ann',
  name: 'shop',
  defaultBranch: 'main',
  private: true,
  installation: 9,
};
const proposal: Proposal = {
  branch: 'sluice/3-totals',
  base: base!,
  target: 'main',
  files: [],
  message: 'Fix totals',
  title: 'Fix totals',
  body: 'Proof below.',
};
const pull = {
  number: 4,
  html_url: 'https://github.com/ann/shop/pull/4',
  draft: true,
  state: 'open',
  merged_at: null,
  head: { ref: proposal.branch, sha: made, repo: { id: 5 } },
  base: { ref: 'main', sha: base, repo: { id: 5 } },
};

let session: RepositorySession;

beforeAll(() => {
  nock.disableNetConnect();
  return () => {
    nock.enableNetConnect();
    nock.restore();
  };
});

beforeEach(async () => {
  const clock = handClock(new Date('2026-11-21T12:00:00Z'));
  session = githubForge({ app: await appAt(api, { clock }), clock }).open(repository);
  nock(api)
    .post('/app/installations/9/access_tokens')
    .reply(201, { token: 'short', expires_at: '2026-11-21T13:00:00Z' });
});

afterEach(() => {
  const left = nock.pendingMocks();
  nock.cleanAll();
  expect(left).toEqual([]);
});

const list = (pulls: readonly object[]) =>
  nock(api)
    .get(`${repo}/pulls`)
    .query({ state: 'open', head: `ann:${proposal.branch}` })
    .reply(200, pulls);

test('where the plan has no drafts the pull request is opened as an ordinary one', async () => {
  list([]);
  nock(api)
    .post(`${repo}/pulls`, (body: { draft: boolean }) => body.draft)
    .reply(422, { message: 'Draft pull requests are not supported in this repository.' });
  nock(api)
    .post(`${repo}/pulls`, (body: { draft: boolean }) => !body.draft)
    .reply(201, { ...pull, draft: false });
  expect(await session.propose(proposal)).toMatchObject({ number: 4, draft: false, state: 'open' });
});

test('a pull request whose answer was lost is found instead of made again', async () => {
  list([]);
  nock(api)
    .post(`${repo}/pulls`)
    .reply(422, {
      message: 'Validation Failed',
      errors: [{ message: `A pull request already exists for ann:${proposal.branch}.` }],
    });
  list([pull]);
  expect(await session.propose(proposal)).toMatchObject({ number: 4, url: pull.html_url });
});

test('a pull request from a fork whose branch has the same name is not ours', async () => {
  list([{ ...pull, number: 9, head: { ...pull.head, repo: { id: 77 } } }]);
  nock(api).post(`${repo}/pulls`).reply(201, pull);
  expect(await session.propose(proposal)).toMatchObject({ number: 4 });
});

test('a pull request that says too much is cut, visibly', async () => {
  list([]);
  nock(api)
    .post(
      `${repo}/pulls`,
      ({ body }: { body: string }) => body.length <= 65_536 && body.includes('*Cut here'),
    )
    .reply(201, pull);
  expect(await session.propose({ ...proposal, body: 'x'.repeat(70_000) })).toMatchObject({
    number: 4,
  });
});

function commitUntilRef(): void {
  nock(api)
    .get(`${repo}/git/commits/${base!}`)
    .reply(200, { tree: { sha: 'e'.repeat(40) }, parents: [] });
  nock(api).post(`${repo}/git/trees`).reply(201, { sha: tree });
  nock(api).get(`${repo}/git/ref/heads%2Fsluice%2F3-totals`).reply(404, { message: 'Not Found' });
  nock(api)
    .post(`${repo}/git/commits`, (body: object) => !('author' in body) && !('committer' in body))
    .reply(201, { sha: made });
}

const taken = () =>
  nock(api).post(`${repo}/git/refs`).reply(422, { message: 'Reference already exists' });
const refAt = (sha: string) =>
  nock(api).get(`${repo}/git/ref/heads%2Fsluice%2F3-totals`).reply(200, { object: { sha } });
const commitAt = (sha: string, its: { tree: string; parent: string }) =>
  nock(api)
    .get(`${repo}/git/commits/${sha}`)
    .reply(200, { tree: { sha: its.tree }, parents: [{ sha: its.parent }] });

test('a branch that somebody made a moment earlier with the same content is ours', async () => {
  commitUntilRef();
  taken();
  refAt(other!);
  commitAt(other!, { tree: tree!, parent: base! });
  expect(await session.commit(proposal)).toBe(other);
});

test.each([
  ['other content', { tree: 'f'.repeat(40), parent: base! }],
  ['another parent', { tree: tree!, parent: 'f'.repeat(40) }],
])('a branch that somebody made with %s is stale, and left as it is', async (_, its) => {
  commitUntilRef();
  taken();
  refAt(other!);
  commitAt(other!, its);
  await expect(session.commit(proposal)).rejects.toMatchObject({ kind: 'stale' });
});

test('a branch name that GitHub does not take is told', async () => {
  commitUntilRef();
  nock(api)
    .post(`${repo}/git/refs`)
    .reply(422, { message: 'refs/heads/x.lock is not a valid ref name.' });
  nock(api).get(`${repo}/git/ref/heads%2Fsluice%2F3-totals`).reply(404, { message: 'Not Found' });
  await expect(session.commit(proposal)).rejects.toMatchObject({ kind: 'invalid' });
});

test('a check that was cut off after fifty annotations goes on with the rest', async () => {
  const report: CheckReport = {
    name: 'lint',
    commit: base!,
    state: 'failure',
    title: 'Findings',
    summary: 'Many.',
    annotations: Array.from({ length: 70 }, (_, at) => ({
      path: 'src/a.ts',
      startLine: at + 1,
      endLine: at + 1,
      level: 'warning',
      message: `finding ${String(at + 1)}`,
    })),
  };
  const run = {
    id: 8,
    name: 'lint',
    html_url: 'https://github.com/ann/shop/runs/8',
    external_id: `sluice:lint:${base!}`,
    status: 'completed',
    output: { annotations_count: 50 },
  };
  nock(api)
    .get(`${repo}/commits/${base!}/check-runs`)
    .query(true)
    .reply(200, { total_count: 2, check_runs: [{ ...run, id: 7, external_id: null }, run] });
  nock(api)
    .patch(
      `${repo}/check-runs/8`,
      ({ output }: { output: { annotations: readonly { message: string }[] } }) =>
        output.annotations.length === 20 && output.annotations[0]?.message === 'finding 51',
    )
    .reply(200, run);
  expect(await session.check(report)).toEqual({ url: run.html_url });
});
