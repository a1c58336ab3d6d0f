/** Faults: each kind does what it says, to what it is about, as often as it was asked to. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { faultKinds } from '#local-github/faults/all.ts';
import type { Fault } from '#local-github/faults/fault.ts';
import type { LocalGitHub } from '#local-github/local-github.ts';
import { readFaultText } from '#local-github/trouble/read.ts';
import { appToken, listen, person, place, tokenOf, visit, type Ear } from './visit.ts';

let github: LocalGitHub;
let ear: Ear;
let time = Date.now();
beforeAll(async () => {
  github = await visit({ clock: () => time });
});
beforeEach(async () => {
  github.faults.clear();
  await github.settled();
  ear = await listen();
  github.setHook(ear.url);
});
afterAll(() => github.stop());

const comments = '/repos/acme/shop/issues/1/comments';

/** How a comment of the App was answered; what went wrong on the way is its name. */
async function write(token: string, signal?: AbortSignal): Promise<string> {
  try {
    const answer = await fetch(`${github.url}/api/v3${comments}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ body: 'hello' }),
      ...(signal && { signal }),
    });
    const body = (await answer.json()) as { message?: string };
    const after = answer.headers.get('retry-after');
    return `${answer.status} ${body.message ?? 'done'}${after === null ? '' : ` (${after})`}`;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.name : String(thrown);
  }
}

function written(): number {
  return github.state.repositories[0]!.issues.get(1)!.comments.length;
}

const limit = 'You have exceeded a secondary rate limit.';
const cases: readonly (readonly [Omit<Fault, 'path'>, RegExp, boolean])[] = [
  [{ kind: 'secondary-limit', seconds: 7 }, RegExp(`^403 ${limit} .*\\(7\\)$`), false],
  [{ kind: 'secondary-limit', status: 429 }, RegExp(`^429 ${limit} .*\\(60\\)$`), false],
  [{ kind: 'server-error' }, /^502 /, false],
  [{ kind: 'server-error', status: 500 }, /^500 /, false],
  [{ kind: 'cut' }, /^TypeError$/, false],
  [{ kind: 'stall' }, /^TimeoutError$/, false],
  [{ kind: 'slow', seconds: 0.01 }, /^201 done$/, true],
  [{ kind: 'server-error-after' }, /^502 /, true],
  [{ kind: 'cut-after' }, /^TypeError$/, true],
  [{ kind: 'stall-after' }, /^TimeoutError$/, true],
  [{ kind: 'half' }, /^TypeError$/, true],
  [{ kind: 'half-stall' }, /^TimeoutError$/, true],
  [{ kind: 'malformed' }, /^SyntaxError$/, true],
];

test.each(cases)('%j is answered as %s, and done: %s', async (fault, answer, isDone) => {
  const token = await appToken(github);
  const before = written();
  github.faults.set([{ ...fault, method: 'POST', path: comments }]);
  const patience = fault.kind.includes('stall') ? AbortSignal.timeout(150) : undefined;
  expect(await write(token, patience)).toMatch(answer);
  expect(written() > before).toBe(isDone);
  expect(await write(token), 'it struck once').toBe('201 done');
  expect(github.faults.list()).toMatchObject([{ matched: 2, struck: 1 }]);
});

test('the second and third match are struck when it says so, and no other path', async () => {
  const token = await appToken(github);
  const path = '/repos/*/issues/*/comments';
  github.faults.set([{ kind: 'server-error', method: 'POST', path, nth: 2, times: 2 }]);
  await person(github, 'ben').rest.issues.create({ ...place, title: 'another path' });
  const answers: string[] = [];
  for (let round = 0; round < 4; round += 1) answers.push((await write(token)).slice(0, 3));
  expect(answers).toEqual(['201', '502', '502', '201']);
});

test('a limit that is used up is told until it resets, and every request refused', async () => {
  const token = await appToken(github);
  github.faults.set([{ kind: 'primary-limit', path: comments, seconds: 60 }]);
  expect(await write(token)).toMatch(/^403 API rate limit exceeded for installation ID \d+\./);
  const headers = { authorization: `Bearer ${token}` };
  const rate = await fetch(`${github.url}/rate_limit`, { headers });
  expect(await rate.json()).toMatchObject({ resources: { core: { remaining: 0, limit: 5000 } } });
  time += 61_000;
  expect(await write(token)).toBe('201 done');
});

test('a token ends in the middle of the work, and a new one works', async () => {
  const token = await appToken(github);
  github.faults.set([{ kind: 'token-expired', path: comments, nth: 2 }]);
  expect(await write(token)).toBe('201 done');
  expect(await write(token)).toBe('401 Bad credentials');
  expect(await write(await appToken(github))).toBe('201 done');
});

test('an installation is suspended, loses a permission, and is removed; the App hears of each', async () => {
  const token = await appToken(github);
  const [installation] = github.state.installations;
  const { permissions } = installation!;
  github.faults.set([{ kind: 'permission', permission: 'issues', path: comments }]);
  expect(await write(token)).toBe('403 Resource not accessible by integration');
  installation!.permissions = permissions;
  github.faults.set([{ kind: 'suspended', path: comments }]);
  expect(await write(token)).toBe('403 This installation has been suspended');
  installation!.suspendedAt = null;
  github.faults.set([{ kind: 'removed', path: comments }]);
  expect(await write(token)).toBe('401 Bad credentials');
  github.state.installations.push(installation!);
  await github.settled();
  expect(ear.names()).toEqual([
    'installation.new_permissions_accepted',
    'installation.suspend',
    'installation.deleted',
  ]);
  expect(github.violations).toEqual([]);
});

async function label(...names: readonly string[]): Promise<void> {
  for (const name of names)
    await person(github, 'ada').rest.issues.createLabel({
      ...place,
      name: `${name}${Math.random()}`,
    });
  await github.settled();
}

test('webhooks come twice, late, or not at all', async () => {
  const event = 'label.created';
  github.faults.set([{ kind: 'duplicate', event }]);
  await label('twice');
  expect(ear.names()).toEqual([event, event]);
  const [one, other] = ear.heard.map(({ headers }) => headers['x-github-delivery']);
  expect(one).toBe(other);
  github.faults.set([{ kind: 'drop', event }]);
  await label('dropped');
  expect(github.state.deliveries.at(-1)).toMatchObject({ statusCode: 502, event: 'label' });
  const logged = github.state.deliveries.length;
  github.faults.set([{ kind: 'lose', event: 'label' }]);
  await label('lost');
  expect(github.state.deliveries).toHaveLength(logged);
  github.faults.set([{ kind: 'delay', event, seconds: 0.01 }]);
  await label('late');
  expect(ear.names()).toHaveLength(3);
});

test('webhooks come in another order, the same for the same seed', async () => {
  const orders = [];
  for (const seed of [3, 3, 4]) {
    ear.heard.length = 0;
    github.faults.set([{ kind: 'shuffle', times: 0, seed, seconds: 60 }]);
    await label('a', 'b', 'c', 'd');
    orders.push(
      ear.heard.map(({ payload }) => (payload as { label: { name: string } }).label.name[0]),
    );
  }
  const [first, second, third] = orders.map((order) => order.join(''));
  expect(first).toBe(second);
  expect(first).not.toBe('abcd');
  expect(third).not.toBe(first);
});

test('git is refused or cut when the fault is about git', async () => {
  const remote = github.url.replace('//', `//x:${tokenOf(github, 'ben')}@`) + '/acme/shop.git';
  const list = () =>
    promisify(execFile)('git', ['ls-remote', remote]).then(
      () => 'listed',
      (error: unknown) => String(error),
    );
  github.faults.set([{ kind: 'server-error', on: 'git', status: 503 }]);
  expect(await list()).toContain('503');
  github.faults.set([{ kind: 'half', on: 'git' }]);
  expect(await list()).not.toBe('listed');
  expect(await list()).toBe('listed');
});

test('over HTTP faults are listed, set, added and switched off; a browser may not', async () => {
  const ask = async (method: string, body?: unknown, headers: Record<string, string> = {}) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${github.url}/_local/faults`, { method, headers, ...sent });
    return {
      status: answer.status,
      body: (await answer.json()) as { faults: unknown[]; kinds: [] },
    };
  };
  const set = await ask('PUT', [{ kind: 'cut', nth: 1000 }]);
  expect(set.body.faults).toMatchObject([{ fault: { kind: 'cut' }, struck: 0 }]);
  expect((await ask('POST', { kind: 'drop', event: 'x' })).body.faults).toHaveLength(2);
  const wrong = await ask('PUT', [{ kind: 'fire' }]);
  expect(wrong).toMatchObject({ status: 422, body: { message: /There is no fault "fire"/ } });
  expect((await ask('GET')).body.kinds).toHaveLength(faultKinds.length);
  expect((await ask('DELETE')).body.faults).toEqual([]);
  const foreign = await ask('PUT', [{ kind: 'cut' }], { origin: 'http://elsewhere.example' });
  expect(foreign.status).toBe(403);
});

test.each([
  ['cut times=0 path=/repos/*', { kind: 'cut', times: 0, path: '/repos/*' }],
  ['slow seconds=0.5', { kind: 'slow', seconds: 0.5 }],
  ['slow seconds=soon', /seconds: /],
  ['drop path=/x', /drop takes no path/],
  ['cut now', /"now" must be name=value/],
])('%s', (text, wanted) => {
  if (wanted instanceof RegExp) expect(() => readFaultText(text)).toThrow(wanted);
  else expect(readFaultText(text)).toEqual(wanted);
});
