/** One thing at a time in a workspace, and nothing any more once it is closed. */
import { expect, test } from 'vitest';
import { newTurns } from '#workspace/turns.ts';

test('what is asked at once happens one after the other, also after a failure', async () => {
  const turns = newTurns();
  const seen: string[] = [];
  const slow = turns.take(async () => {
    seen.push('first begins');
    await new Promise((resolve) => setImmediate(resolve));
    seen.push('first ends');
    throw new Error('first');
  });
  const next = turns.take(() => Promise.resolve(seen.push('second')));
  await expect(slow).rejects.toThrow('first');
  await next;
  expect(seen).toEqual(['first begins', 'first ends', 'second']);
});

test('what waits when the workspace is closed is refused, and what runs may end', async () => {
  const turns = newTurns();
  const running = turns.take(() => {
    turns.end();
    return Promise.resolve('ended');
  });
  const waiting = turns.take(() => Promise.resolve());
  waiting.catch(() => undefined);
  await turns.settled();
  await expect(running).resolves.toBe('ended');
  await expect(waiting).rejects.toThrow('closed');
  expect(() => {
    turns.assertOpen();
  }).toThrow('closed');
});
