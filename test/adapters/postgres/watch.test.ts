/** When a worker that gives no sign of life may be held for dead. */
import { expect, test } from 'vitest';
import { fairJudge } from '#adapters/postgres/watch.ts';

/** Looks once a second for so long, each answered at once. */
function looks(judge: ReturnType<typeof fairJudge>, from: number, to: number): readonly boolean[] {
  const answers: boolean[] = [];
  for (let at = from; at < to; at += 1000) answers.push(judge(at, at + 5));
  return answers;
}

test('whoever starts looks at once, and goes on looking', () => {
  expect(looks(fairJudge(10), 0, 30_000)).not.toContain(false);
});

test('after a database that was away workers get a heartbeat to show that they live', () => {
  const judge = fairJudge(10);
  looks(judge, 0, 5000);
  expect(judge(5000, 17_000)).toBe(false);
  expect(looks(judge, 18_000, 27_000)).not.toContain(true);
  expect(judge(27_000, 27_005)).toBe(true);
});

test('who slept itself judges nobody before a heartbeat is over, and after a short pause at once', () => {
  const judge = fairJudge(10);
  looks(judge, 0, 5000);
  expect(judge(8000, 8005)).toBe(true);
  expect(judge(20_000, 20_005)).toBe(false);
  expect(looks(judge, 21_000, 30_000)).not.toContain(true);
  expect(judge(30_005, 30_010)).toBe(true);
});
