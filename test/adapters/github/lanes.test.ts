/** The lane of an installation keeps to GitHub's limits without making a usual run wait. */
import { expect, test } from 'vitest';
import type { SluiceError } from '#core/errors.ts';
import { lanes } from '#adapters/github/lanes.ts';
import { handClock } from './surroundings.ts';

test('writes go one after another, in their order', async () => {
  const lane = lanes(handClock())(1);
  const order: string[] = [];
  const write = (name: string) =>
    lane.write(async () => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
    });
  await Promise.all([write('one'), write('two')]);
  expect(order).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
});

test('forty writes do not wait, and no minute sees more than eighty', async () => {
  const clock = handClock();
  const lane = lanes(clock)(1);
  const begun = clock.now().getTime();
  const times: number[] = [];
  for (let count = 0; count < 200; count += 1) {
    await lane.write(() => Promise.resolve(times.push(clock.now().getTime() - begun)));
  }
  expect(times.slice(0, 40).every((at) => at === 0)).toBe(true);
  const busiest = times.map(
    (from) => times.filter((at) => at >= from && at < from + 60_000).length,
  );
  expect(Math.max(...busiest)).toBeLessThanOrEqual(80);
});

test('what is left of an hour is spread over it, what is beyond is put off, and no hour sees five hundred', async () => {
  const clock = handClock();
  const lane = lanes(clock)(1);
  const begun = clock.now().getTime();
  const times: number[] = [];
  const putOff: number[] = [];
  while (times.length < 1500) {
    const written = lane.write(() => Promise.resolve(times.push(clock.now().getTime() - begun)));
    await written.catch((error: unknown) => {
      const until = (error as SluiceError).retryAt?.getTime() ?? Number.NaN;
      putOff.push(until - clock.now().getTime());
      clock.pass(until - clock.now().getTime());
    });
  }
  const busiest = times.map(
    (from) => times.filter((at) => at >= from && at < from + 3_600_000).length,
  );
  expect(Math.max(...busiest)).toBeLessThan(500);
  expect(times[299]).toBeLessThan(8 * 60_000);
  expect(times[440]).toBeGreaterThan(40 * 60_000);
  expect(Math.max(...clock.slept)).toBeLessThanOrEqual(20_000);
  expect(Math.max(...putOff)).toBeLessThan(3_600_000);
});

test('a write that fails fails for its caller alone', async () => {
  const lane = lanes(handClock())(1);
  const failing = lane.write(() => Promise.reject(new Error('refused')));
  const next = lane.write(() => Promise.resolve('done'));
  await expect(failing).rejects.toThrow('refused');
  expect(await next).toBe('done');
});

test('installations do not wait for one another', async () => {
  const clock = handClock();
  const laneOf = lanes(clock);
  for (let count = 0; count < 40; count += 1) await laneOf(1).write(() => Promise.resolve());
  await laneOf(2).write(() => Promise.resolve());
  expect(clock.slept).toEqual([]);
  expect(laneOf(1)).toBe(laneOf(1));
});

test('a shorter pause does not end a longer one', () => {
  const clock = handClock();
  const lane = lanes(clock)(1);
  lane.pause(new Date(clock.now().getTime() + 60_000));
  lane.pause(new Date(clock.now().getTime() + 1_000));
  clock.pass(30_000);
  expect(() => lane.check('write')).toThrow(/has to wait/);
});
