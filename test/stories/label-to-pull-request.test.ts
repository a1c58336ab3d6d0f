/**
 * The tale of the main job, told over HTTP as people live it: the whole App and the local GitHub with the demo's sample,
 * its answers replayed. What people read on GitHub is compared word for word where it matters.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApp, openLog, type App } from '#app.ts';
import { hasEnded, type Run } from '#core/run.ts';
import { answersFolder, world } from '#demo/story.ts';
import { startLocalApp, type LocalApp } from '#local-app.ts';
import { recordedCost } from './recorded-cost.ts';

let local: LocalApp;
let app: App;

beforeAll(async () => {
  local = await startLocalApp({
    environment: { SLUICE_RECORDINGS: answersFolder },
    world: () => world,
    notice: 'This is a replay.',
    fresh: true,
  });
  app = await openApp({
    config: local.config,
    log: openLog('silent'),
    passing: local.folder,
  });
  local.github.setHook(`${app.url}/api/github/webhooks`);
});
afterAll(async () => {
  await app.stop(0);
  await local.close();
});

interface Comment {
  readonly body: string;
  readonly user: { readonly login: string };
}

async function ask<T>(login: string, path: string, init: RequestInit = {}): Promise<T> {
  const token = local.github.users.find((user) => user.login === login)?.token ?? '';
  const response = await fetch(`${local.github.url}/repos/acme/tally/${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}` },
  });
  expect(`${path} ${String(response.status)}`).toMatch(/ 2\d\d$/);
  return (await response.json()) as T;
}

const post = <T>(login: string, path: string, body: unknown, method = 'POST') =>
  ask<T>(login, path, { method, body: JSON.stringify(body) });

/** What people asked for; pull requests are looked at besides. */
const asked = async () => (await app.store.runs(100)).filter(({ flow }) => flow !== 'check');

/** The newest run once there are `count` of them and it has ended. */
async function ended(count: number): Promise<Run> {
  for (;;) {
    const runs = await asked();
    const [run] = runs;
    if (run !== undefined && runs.length >= count && hasEnded(run.state)) return run;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const byApp = (comments: readonly Comment[]) =>
  comments.filter(({ user }) => user.login === 'sluice-local[bot]').map(({ body }) => body);

test('a maintainer labels the issue, and a proven draft pull request is there', async () => {
  await post('ada', 'issues/1/labels', { labels: ['sluice'] });
  const run = await ended(1);
  expect(run.result).toMatchObject({ outcome: 'proven' });

  const [status, ...more] = byApp(await ask<Comment[]>('cleo', 'issues/1/comments'));
  expect(more).toEqual([]);
  expect(status).toContain('**Done: a change is proposed and proven.**');
  expect(status).toMatch(
    /- ✓ Write a test that fails because of the issue: `test\/[\w-]+\.test\.ts`/,
  );
  expect(status).toMatch(/\| All tests \| `npm test` \| 10 passed \| 1\d passed \| ✓ holds \|/);
  const { calls, inputTokens, outputTokens } = recordedCost();
  expect(status).toContain(
    `Cost: ${String(calls)} model calls, ${String(inputTokens)} tokens in, ${String(outputTokens)} out, price unknown.`,
  );

  const pulls = await ask<
    { number: number; draft: boolean; body: string; head: { ref: string; sha: string } }[]
  >('cleo', 'pulls?state=all');
  expect(pulls).toMatchObject([
    { number: 3, draft: true, head: { ref: 'sluice/1-splitting-a-bill-loses-cents' } },
  ]);
  expect(pulls[0]?.body).toMatch(/^Fixes #1\n/);
  const { commit } = await ask<{
    commit: { message: string; verification: { verified: boolean } };
  }>('cleo', `commits/${pulls[0]?.head.sha ?? ''}`);
  expect(commit.verification.verified).toBe(true);
  expect(commit.message).toContain(`Sluice-Run: ${run.id}`);
  expect(commit.message).toContain('Co-authored-by: ada <');
});

test('every page says that the answers are a replay', async () => {
  for (const path of ['issues/1', 'pull/3', '']) {
    const page = await fetch(`${local.github.url}/acme/tally/${path}`.replace(/\/$/, ''));
    expect(await page.text()).toContain('This is a replay.');
  }
});

test('nothing was ever pushed to the default branch', async () => {
  const commits = await ask<unknown[]>('ada', 'commits?sha=main');
  expect(commits).toHaveLength(1);
});

test('the same webhook once more starts nothing', async () => {
  const { state } = local.github;
  const first = state.deliveries.find(({ action }) => action === 'labeled');
  const before = await asked();
  const response = await fetch(first?.url ?? '', {
    method: 'POST',
    headers: { ...first?.request.headers },
    body: JSON.stringify(first?.request.payload),
  });
  expect(response.status).toBe(202);
  expect(await asked()).toEqual(before);
});

test('asked again while the pull request is open, it says where that is', async () => {
  await post('ben', 'issues/1/comments', { body: '/sluice generate' });
  const run = await ended(2);
  expect(run.result).toMatchObject({ outcome: 'refused', code: 'open-pull' });
  const comments = byApp(await ask<Comment[]>('cleo', 'issues/1/comments'));
  expect(comments.at(-1)).toContain('#3');
});

test('merging it closes the issue, and the default branch has the fix', async () => {
  const pull = await ask<Record<'head' | 'base', { sha: string }>>('cleo', 'pulls/3');
  const [head, base] = [pull.head.sha, pull.base.sha];
  await local.github.settled();
  // A person presses both buttons on the page.
  const page = `${local.github.url}/acme/tally/pull/3`;
  for (const act of ['ready', 'merge']) {
    const shown = await (await fetch(page)).text();
    const sha = /name="sha" value="(\w+)"/.exec(shown)?.[1] ?? '';
    const pressed = await fetch(page, {
      method: 'POST',
      headers: { origin: local.github.url },
      body: new URLSearchParams({ act, sha }),
      redirect: 'manual',
    });
    expect(pressed.status).toBe(303);
  }
  const issue = await ask<{ state: string }>('cleo', 'issues/1');
  expect(issue.state).toBe('closed');
  const at = (ref: string) => ask<{ sha: string }>('cleo', `contents/src/split.ts?ref=${ref}`);
  const [merged, proposed, before] = await Promise.all([at('main'), at(head), at(base)]);
  expect(merged.sha).toBe(proposed.sha);
  expect(merged.sha).not.toBe(before.sha);
});

test("a stranger's command starts nothing, spends nothing, and does not make the App speak", async () => {
  await post('cleo', 'issues/2/comments', { body: '/sluice generate' });
  const run = await ended(3);
  expect(run.result).toMatchObject({ outcome: 'refused', code: 'permission' });
  expect(run.result?.reason).toContain('write permission is needed');
  expect(byApp(await ask<Comment[]>('cleo', 'issues/2/comments'))).toEqual([]);
});

test('an issue that the replay does not know is told as not recorded, not answered with something else', async () => {
  await post('ada', 'issues/2/labels', { labels: ['sluice'] });
  const run = await ended(4);
  expect(run.result).toMatchObject({ outcome: 'failed', code: 'not-recorded' });
  const told = byApp(await ask<Comment[]>('cleo', 'issues/2/comments')).at(-1);
  expect(told).toContain('No answer is recorded for this request of');
  expect(told).toContain('Set OPENAI');
});

test('every request of ours and every answer was as GitHub describes it', async () => {
  await local.github.settled();
  expect(local.github.violations).toEqual([]);
  const tokens = [...local.github.state.tokens.values()];
  expect(tokens.length).toBeGreaterThan(0);
  expect(tokens.filter(({ revoked }) => !revoked)).toEqual([]);
});
