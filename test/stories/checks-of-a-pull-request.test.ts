/**
 * What checks say of people's pull requests, told over HTTP as people live it: the whole App beside the local GitHub, with
 * a real sandbox and rules of our own, which need nothing installed.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApp, openLog, type App } from '#app.ts';
import { hasEnded, type Run } from '#core/run.ts';
import { black } from '#checks/catalogue/black.ts';
import { startLocalApp, type LocalApp } from '#local-app.ts';
import { missing } from '../checks/side.ts';

/** A key that is nobody's, and not whole in this file. */
const key = ['AKIA', 'QX7ZP2M4N6R8T3VB'].join('');

let local: LocalApp;
let app: App;

beforeAll(async () => {
  local = await startLocalApp({
    environment: { SLUICE_LIMITS: 'usd=20' },
    fresh: true,
    world: () => ({
      app: {
        permissions: {
          ...{ checks: 'write', contents: 'write', issues: 'write', metadata: 'read' },
          ...{ pull_requests: 'write', security_events: 'write' },
        },
      },
      users: [
        { login: 'ada', role: 'admin' },
        { login: 'ben', role: 'write' },
        { login: 'eve', role: 'read' },
      ],
      repositories: [
        {
          name: 'acme/shop',
          files: {
            'src/total.js': 'export const total = 1;\n',
            'README.md': '# Shop\n',
            // Seconds each, of which nothing is told here.
            '.github/sluice.yml':
              'checks: { semgrep: off, eslint-security: off, ast-grep: off }\npulls: { sarif: true }\n',
          },
        },
        { name: 'eve/shop', fork: 'acme/shop' },
        { name: 'acme/till', files: { 'README.md': '# Till\n' }, labels: ['by-hand'] },
      ],
    }),
  });
  app = await openApp({ config: local.config, log: openLog('silent'), passing: local.folder });
  local.github.setHook(`${app.url}/api/github/webhooks`);
});
afterAll(async () => {
  await app.stop(0);
  await local.close();
});

async function as<T>(
  login: string,
  method: string,
  path: string,
  body?: object,
  repository = 'acme/shop',
): Promise<T> {
  const token = local.github.users.find((user) => user.login === login)?.token ?? '';
  const response = await fetch(`${local.github.url}/repos/${repository}/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)} ${text}`);
  return (text === '' ? {} : JSON.parse(text)) as T;
}

interface Sha {
  readonly sha: string;
}

async function commit(
  login: string,
  branch: string,
  path: string,
  text: string,
  repository?: string,
): Promise<string> {
  const there = await as<Sha>(
    login,
    'GET',
    `contents/${path}?ref=${branch}`,
    undefined,
    repository,
  ).catch(() => undefined);
  const made = await as<{ commit: Sha }>(
    login,
    'PUT',
    `contents/${path}`,
    {
      message: `Change ${path}`,
      branch,
      content: Buffer.from(text).toString('base64'),
      ...(there && { sha: there.sha }),
    },
    repository,
  );
  return made.commit.sha;
}

async function branchOff(login: string, branch: string, repository?: string): Promise<void> {
  const main = 'git/ref/heads/main';
  const { object } = await as<{ object: Sha }>(login, 'GET', main, undefined, repository);
  const made = { ref: `refs/heads/${branch}`, sha: object.sha };
  await as(login, 'POST', 'git/refs', made, repository);
}

/** The newest run of the flow, once all are over. */
async function over(least: number): Promise<Run> {
  await local.github.settled();
  for (;;) {
    const runs = (await app.store.runs(100)).filter(({ flow }) => flow === 'check');
    const [newest] = runs;
    if (newest && runs.length >= least && runs.every(({ state }) => hasEnded(state))) return newest;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly output: { readonly title: string; readonly summary: string };
}

/** Every check run on a commit, also those that a newer one of its name took the place of; the oldest first. */
async function checksOn(sha: string, repository?: string): Promise<readonly CheckRun[]> {
  const path = `commits/${sha}/check-runs?filter=all&per_page=100`;
  const got = await as<{ check_runs: CheckRun[] }>('ada', 'GET', path, undefined, repository);
  return got.check_runs.toReversed();
}

let head = '';

test('a pull request is opened: each check that looked tells what is new, at its line, and one tells of all', async () => {
  await branchOff('ben', 'pay');
  head = await commit('ben', 'pay', 'src/pay.js', `// Pays.\nexport const id = '${key}';\n`);
  // What comes to the target meanwhile is not the pull request's.
  await commit('ada', 'main', 'src/later.js', `export const other = '${key.replace('Q', 'R')}';\n`);
  await as('ben', 'POST', 'pulls', { title: 'Pay', head: 'pay', base: 'main' });
  expect((await over(1)).result).toMatchObject({ code: 'checked', facts: { verdict: 'block' } });

  const checks = await checksOn(head);
  const found = checks.find(({ name }) => name === 'sluice / secrets');
  expect(found).toMatchObject({ conclusion: 'failure', output: { title: '1 new error' } });
  expect(found?.output.summary).toMatch(/\| 1 \| 0 \| 0 \|/);
  expect(found?.output.summary).toContain('`src/pay.js:2`');
  expect(found?.output.summary).not.toContain(key);
  const marked = await as<object[]>('ada', 'GET', `check-runs/${String(found?.id)}/annotations`);
  expect(marked).toMatchObject([
    { path: 'src/pay.js', start_line: 2, end_line: 2, annotation_level: 'failure' },
  ]);
  const all = checks.find(({ name }) => name === 'sluice / checks');
  expect(all).toMatchObject({ conclusion: 'failure', output: { title: '1 new error' } });
  expect(all?.output.summary).toMatch(/\| `secrets` \| findings \| 1 \| 0 \| 0 \|/);
  expect(all?.output.summary).toContain('Code scanning has it, too.');
  const { uploads = [] } = local.github.state.repositories[0]?.scanning ?? {};
  expect(uploads).toMatchObject([{ commit: head, ref: 'refs/pull/1/head', errors: [] }]);
  expect(uploads[0]?.analyses).toContainEqual(
    expect.objectContaining({ category: 'sluice/secrets', results: 1 }),
  );
  expect(checks.every(({ status }) => status === 'completed')).toBe(true);
  expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
});

test('the same webhook once more, and the same head once more, tell nothing anew', async () => {
  const before = await checksOn(head);
  const opened = local.github.state.deliveries.find(({ action }) => action === 'opened');
  const again = await fetch(opened?.url ?? '', {
    method: 'POST',
    headers: { ...opened?.request.headers },
    body: JSON.stringify(opened?.request.payload),
  });
  expect(again.status).toBe(202);
  const pulls = await as<{ number: number; user: { login: string } }[]>('ada', 'GET', 'pulls');
  const number = pulls.find(({ user }) => user.login === 'ben')?.number ?? 0;
  await as('ben', 'PATCH', `pulls/${String(number)}`, { state: 'closed' });
  await as('ben', 'PATCH', `pulls/${String(number)}`, { state: 'open' });
  expect((await over(2)).result).toMatchObject({ code: 'known' });
  expect(await checksOn(head)).toEqual(before);
});

test('a push: only the newest head is looked at, and what was mended is counted', async () => {
  await commit('ben', 'pay', 'src/pay.js', '// Pays.\nexport const id = 1;\n');
  const newest = await commit('ben', 'pay', 'src/pay.js', '// Pays.\nexport const id = 2;\n');
  expect((await over(4)).result).toMatchObject({ code: 'checked', facts: { head: newest } });
  const checks = await checksOn(newest);
  expect(checks.find(({ name }) => name === 'sluice / secrets')).toMatchObject({
    conclusion: 'success',
    output: { title: 'Nothing new' },
  });
  head = newest;
});

test('a writer asks for one check again: that one looks anew, by a new check run, and the others stay', async () => {
  const before = await checksOn(head);
  const asked = before.find(({ name }) => name === 'sluice / secrets');
  await as('ben', 'POST', `check-runs/${String(asked?.id)}/rerequest`);
  await over(5);
  const after = await checksOn(head);
  const come = after.filter(({ id }) => !before.some((each) => each.id === id));
  expect(come.map(({ name, conclusion }) => [name, conclusion]).toSorted()).toEqual([
    ['sluice / checks', 'success'],
    ['sluice / secrets', 'success'],
  ]);
});

test("a stranger's pull request from a fork is looked at, and nothing of it runs", async () => {
  const sha = await commit(
    'eve',
    'main',
    'src/key.js',
    `export const id = '${key}';\n`,
    'eve/shop',
  );
  await as('eve', 'POST', 'pulls', { title: 'Mine', head: 'eve:main', base: 'main' });
  const run = await over(6);
  expect(run.result).toMatchObject({ code: 'checked', facts: { verdict: 'block' } });
  const checks = await checksOn(sha);
  expect(checks.find(({ name }) => name === 'sluice / secrets')?.conclusion).toBe('failure');

  const all = checks.find(({ name }) => name === 'sluice / checks');
  await as('ada', 'POST', `check-runs/${String(all?.id)}/rerequest`);
  expect((await over(7)).result).toMatchObject({ code: 'checked' });
  expect(await checksOn(sha)).toHaveLength(checks.length * 2);
});

/** Presses a button of a check run on its page, as the one who looks at it does. */
async function press(run: CheckRun | undefined, form: Record<string, string>): Promise<void> {
  const response = await fetch(`${local.github.url}/acme/shop/runs/${String(run?.id)}`, {
    method: 'POST',
    headers: { origin: local.github.url },
    body: new URLSearchParams(form),
    redirect: 'manual',
  });
  expect(response.status).toBe(303);
}

describe.skipIf(missing(black))('where the tool of a check can mend', () => {
  const written = async (sha: string) => {
    const { content } = await as<{ content: string }>(
      'ada',
      'GET',
      `contents/src/pay.py?ref=${sha}`,
    );
    return Buffer.from(content, 'base64').toString();
  };

  test('a writer presses "Fix this", and one commit of what the tool wrote goes to the branch', async () => {
    await commit('ada', 'main', 'pyproject.toml', '[tool.black]\nline-length = 80\n');
    await branchOff('ben', 'python');
    const first = await commit('ben', 'python', 'src/pay.py', 'x = {  "a":1 }\n');
    await as('ben', 'POST', 'pulls', { title: 'Python', head: 'python', base: 'main' });
    await over(8);
    const found = (await checksOn(first)).find(({ name }) => name === 'sluice / black');
    expect(found).toMatchObject({ conclusion: 'neutral' });

    await press(found, { action: 'fix' });
    // The run that mends, and the one that looks at what it pushed.
    await over(10);
    const { object } = await as<{ object: Sha }>('ada', 'GET', 'git/ref/heads/python');
    expect(await written(object.sha)).toBe('x = {"a": 1}\n');
    const { parents, commit: made } = await as<{
      parents: readonly Sha[];
      commit: { message: string };
    }>('ada', 'GET', `commits/${object.sha}`);
    expect(parents).toMatchObject([{ sha: first }]);
    expect(made.message).toMatch(/^Mend what black found\n/);
    expect(made.message).toContain('Co-authored-by: ada <');

    const told = (await checksOn(first)).findLast(({ name }) => name === 'sluice / black');
    // It tells of the commit on which it stands, where nothing is mended.
    expect(told?.conclusion).toBe('neutral');
    expect(told?.output.summary).toContain(`**Mended in \`${object.sha.slice(0, 12)}\`:**`);
    const now = (await checksOn(object.sha)).find(({ name }) => name === 'sluice / black');
    expect(now).toMatchObject({ conclusion: 'success' });
  });

  test('pressed on an older commit, nothing is pushed, and it says why', async () => {
    const { object } = await as<{ object: Sha }>('ada', 'GET', 'git/ref/heads/python');
    const old = await as<{ parents: readonly Sha[] }>('ada', 'GET', `commits/${object.sha}`);
    const before = await checksOn(old.parents[0]?.sha ?? '');
    const first = before.find(({ name }) => name === 'sluice / black');
    await press(first, { action: 'fix' });
    expect((await over(11)).result).toMatchObject({ code: 'not-mended' });
    const told = (await checksOn(old.parents[0]?.sha ?? '')).findLast(
      ({ name }) => name === 'sluice / black',
    );
    expect(told).toMatchObject({ conclusion: 'neutral' });
    expect(told?.output.summary).toContain('The branch has newer commits');
    const { object: still } = await as<{ object: Sha }>('ada', 'GET', 'git/ref/heads/python');
    expect(still.sha).toBe(object.sha);
  });
});

describe('rules of owners', () => {
  const till = 'acme/till';
  const settings = `checks: { semgrep: off, eslint-security: off, ast-grep: off }
limits: { usd: 50 }
policies:
  - name: by-people
    when: flow == "check" && author.login == "ben" && base == "main" && !("by-hand" in labels)
      && change.files.exists(f, f.kind == "added" && f.path == "src/pay.js" && f.added == 1)
      && checks.exists(c, c.name == "secrets" && c.state == "clean")
    message: Pay is written by @everyone.
    lift: a maintainer
`;

  const latest = async (sha: string, name: string) =>
    (await checksOn(sha, till)).findLast((run) => run.name === `sluice / ${name}`);
  const after = async (act: () => Promise<unknown>) => {
    const before = (await app.store.runs(100)).filter(({ flow }) => flow === 'check').length;
    await act();
    return over(before + 1);
  };

  test('those at the end of the target are asked about pull requests of people, and again when a label changes', async () => {
    await branchOff('ben', 'pay', till);
    const sha = await commit('ben', 'pay', 'src/pay.js', 'export const id = 1;\n', till);
    // Later than the branch, which holds all the same.
    await commit('ada', 'main', '.github/sluice.yml', settings, till);
    const pull = { title: 'Pay', head: 'pay', base: 'main' };
    const opened = await after(() => as('ben', 'POST', 'pulls', pull, till));
    expect(opened.result).toMatchObject({ outcome: 'unproven', facts: { verdict: 'block' } });
    const told = await latest(sha, 'policy');
    expect(told).toMatchObject({ conclusion: 'failure', output: { title: '1 rule blocks' } });
    expect(told?.output.summary).toContain(
      '| `by-people` | repository | block | Pay is written by `@everyone`. | a maintainer |',
    );
    const all = await latest(sha, 'checks');
    expect(all).toMatchObject({ conclusion: 'failure' });
    expect(all?.output.title).toMatch(/1 rule blocks$/);
    expect(all?.output.summary).toContain('`limits.usd` of this repository is 50');

    const labels = { labels: ['by-hand'] };
    const labelled = await after(() => as('ada', 'POST', 'issues/1/labels', labels, till));
    expect(labelled.result).toMatchObject({ code: 'checked', facts: { verdict: 'pass' } });
    expect(await latest(sha, 'policy')).toMatchObject({ conclusion: 'success' });
    expect(await latest(sha, 'checks')).toMatchObject({ conclusion: 'success' });

    await after(() => as('ada', 'DELETE', 'issues/1/labels/by-hand', undefined, till));
    expect(await latest(sha, 'policy')).toMatchObject({ conclusion: 'failure' });
    expect(await latest(sha, 'checks')).toMatchObject({ conclusion: 'failure' });
    // Nobody is told anew of what the checks said.
    const secrets = (await checksOn(sha, till)).filter(({ name }) => name === 'sluice / secrets');
    expect(secrets).toHaveLength(1);

    // Rules that are gone do not stand in the way for ever.
    await commit('ada', 'main', '.github/sluice.yml', settings.split('policies:')[0] ?? '', till);
    await after(() => as('ada', 'POST', 'issues/1/labels', labels, till));
    expect(await latest(sha, 'policy')).toMatchObject({
      ...{ conclusion: 'success', output: { title: 'There are no rules any more' } },
    });
  });
});

test('every request of ours was as GitHub describes it', async () => {
  await local.github.settled();
  expect(local.github.violations).toEqual([]);
});
