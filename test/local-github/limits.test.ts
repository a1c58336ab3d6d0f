/** Rate limits are counted for each caller as GitHub counts them, and refused only where that was asked for. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalGitHub } from '#local-github/local-github.ts';
import { createMeter, type Counted, type Taken } from '#local-github/limits/meter.ts';
import { appToken, visit } from './visit.ts';

const limits = { core: 5000, search: 30, code_search: 10, graphql: 5000 };
const app: Counted = { name: 'installation ID 7', limits };
const read: Taken = { resource: 'core', points: 1, creates: false, cost: 1 };
const write: Taken = { ...read, points: 5, creates: true };

/** What the last of so many requests exceeded; `apart` in milliseconds. */
function after(count: number, taken: Taken, apart = 0): string | undefined {
  let now = 0;
  const meter = createMeter(() => now);
  let last: string | undefined;
  for (let at = 0; at < count; at += 1) {
    const { exceeded, end } = meter.begin(app, taken);
    last = exceeded;
    end();
    now += apart;
  }
  return last;
}

test.each([
  ['80 writes in a minute', 80, write, 0, undefined],
  ['81 writes in a minute', 81, write, 0, 'content-minute'],
  ['81 writes a second apart', 81, write, 1000, undefined],
  ['501 writes in an hour', 501, write, 3000, 'content-hour'],
  ['900 reads in a minute', 900, read, 0, undefined],
  ['901 reads in a minute', 901, read, 0, 'points'],
  ['5,000 reads in an hour', 5000, read, 100, undefined],
  ['5,001 reads in an hour', 5001, read, 100, 'primary'],
  ['31 searches in a minute', 31, { ...read, resource: 'search' as const }, 0, 'primary'],
  ['31 searches two seconds apart', 31, { ...read, resource: 'search' as const }, 2000, undefined],
])('%s', (_, count, taken, apart, exceeded) => {
  expect(after(count, taken, apart)).toBe(exceeded);
});

test('a hundred at once are as many as may be', () => {
  const meter = createMeter(() => 0);
  for (let at = 0; at < 100; at += 1) expect(meter.begin(app, read).exceeded).toBeUndefined();
  expect(meter.begin(app, read).exceeded).toBe('concurrent');
  expect(meter.begin({ ...app, name: 'another' }, read).exceeded).toBeUndefined();
});

let github: LocalGitHub;
let time = Date.now();
beforeAll(async () => {
  github = await visit({ strictLimits: true, clock: () => time });
});
afterAll(() => github.stop());

test('where limits are strict, the 81st write is refused and told how long to wait', async () => {
  const headers = { authorization: `Bearer ${await appToken(github)}` };
  const react = () =>
    fetch(`${github.url}/repos/acme/shop/issues/1/reactions`, {
      method: 'POST',
      headers,
      body: '{"content":"eyes"}',
    });
  for (let at = 0; at < 80; at += 1) expect((await react()).ok).toBe(true);
  const refused = await react();
  expect(refused.status).toBe(403);
  expect(refused.headers.get('retry-after')).toBe('60');
  expect(refused.headers.get('x-ratelimit-used')).toBe('81');
  expect(github.exceeded).toEqual([
    { name: expect.stringMatching(/^installation ID \d+$/), limit: 'content-minute' },
  ]);
  time += 61_000;
  expect((await react()).ok).toBe(true);
  expect(github.violations).toEqual([]);
});
