/** Deliveries that failed while the App was down are asked for again, at the local GitHub's own log. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { missedDeliveries, recoverMissed, type AsApp } from '#adapters/github/missed.ts';
import type { LocalGitHub } from '#local-github/local-github.ts';
import {
  appJwt,
  client,
  listen,
  person,
  place,
  visit,
  type Ear,
} from '../../local-github/visit.ts';
import { handClock, writtenLog } from './surroundings.ts';

let github: LocalGitHub;
let ear: Ear;
let time = Date.now();
const clock = { ...handClock(), now: () => new Date(time) };
beforeAll(async () => {
  github = await visit({ clock: () => time });
  ear = await listen();
  github.setHook(ear.url);
});
beforeEach(async () => {
  github.faults.clear();
  await github.settled();
  github.state.deliveries.length = 0;
  ear.heard.length = 0;
});
afterAll(async () => {
  await ear.close();
  await github.stop();
});

/** Signs each request for the time that the test has come to. */
function asApp(): AsApp {
  return {
    request(route, parameters) {
      const seconds = Math.floor(time / 1000);
      const jwt = appJwt(github, { iat: seconds - 30, exp: seconds + 300 });
      return client(github, jwt).request(route, parameters);
    },
  };
}

async function comment(times: number): Promise<void> {
  const ben = person(github, 'ben');
  for (let at = 0; at < times; at += 1)
    await ben.rest.issues.createComment({ ...place, issue_number: 1, body: String(at) });
  await github.settled();
}

async function look(missed = missedDeliveries(asApp(), { clock, log: writtenLog() })) {
  const asked = await missed.look();
  await github.settled();
  return asked;
}

test('what failed is sent again, what arrived is not, and then there is nothing left', async () => {
  github.faults.set([{ kind: 'drop', nth: 2, times: 2 }]);
  await comment(4);
  expect(ear.heard).toHaveLength(2);
  const missed = missedDeliveries(asApp(), { clock, log: writtenLog() });
  expect(await look(missed)).toBe(2);
  expect(ear.heard).toHaveLength(4);
  const guids = ear.heard.map(({ headers }) => headers['x-github-delivery']);
  expect(new Set(guids).size).toBe(4);
  expect(await look(missed)).toBe(0);
  expect(await look()).toBe(0);
  expect(github.violations).toEqual([]);
});

test('more than a page of deliveries is read to its end', async () => {
  github.faults.set([{ kind: 'drop', nth: 1 }]);
  await comment(1);
  const [first] = github.state.deliveries;
  const fill = Array.from({ length: 150 }, () => ({
    ...first!,
    id: github.state.nextId(),
    guid: crypto.randomUUID(),
    status: 'OK',
    statusCode: 202,
  }));
  github.state.deliveries.push(...fill);
  expect(await look()).toBe(1);
});

test('one that fails again is asked for a few times, with longer and longer waits', async () => {
  github.faults.set([{ kind: 'drop' }]);
  await comment(1);
  ear.answer = 500;
  const missed = missedDeliveries(asApp(), { clock, log: writtenLog() });
  const minutes: number[] = [];
  const start = time;
  for (let round = 0; round < 60; round += 1) {
    if ((await look(missed)) > 0) minutes.push((time - start) / 60_000);
    time += 5 * 60_000;
  }
  ear.answer = 200;
  expect(minutes).toEqual([0, 10, 30, 70, 150]);
  time = start;
});

test('what is older than three days is gone', async () => {
  github.faults.set([{ kind: 'drop' }]);
  await comment(1);
  time += 73 * 3_600_000;
  expect(await look()).toBe(0);
  time -= 73 * 3_600_000;
});

test('trouble with the log is told, and ends nothing', async () => {
  const log = writtenLog();
  const waiting = new AbortController();
  const patient = {
    ...clock,
    sleep: (_: number, signal?: AbortSignal) =>
      new Promise<void>((__, reject) => {
        waiting.abort();
        signal?.addEventListener('abort', () => reject(new Error('stopped')));
      }),
  };
  const broken = { request: () => Promise.reject(new Error('no such host')) };
  const recovery = recoverMissed(broken, { clock: patient, log });
  await new Promise((resolve) => waiting.signal.addEventListener('abort', resolve));
  await recovery.stop();
  expect(log.lines).toMatchObject([{ level: 'warn', facts: { message: /no such host/ } }]);
});
