/** The machine's clock. */
import { expect, test } from 'vitest';
import { systemClock } from '#adapters/telemetry/clock.ts';

test('time goes on, sleep ends, and ids are never the same', async () => {
  const clock = systemClock();
  const before = clock.now().getTime();
  await clock.sleep(5);
  expect(clock.now().getTime()).toBeGreaterThan(before);
  expect(clock.id()).not.toBe(clock.id());
});

test('sleep that is aborted fails with the reason', async () => {
  const controller = new AbortController();
  const sleep = systemClock().sleep(60_000, controller.signal);
  controller.abort(new Error('enough'));
  await expect(sleep).rejects.toThrow('enough');
  await expect(systemClock().sleep(60_000, controller.signal)).rejects.toThrow('enough');
});
