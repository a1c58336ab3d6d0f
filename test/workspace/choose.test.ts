/** Which sandbox is taken, what is said of those passed over, and that none is started when all is over. */
import { expect, test } from 'vitest';
import type { Sandbox, SandboxHealth } from '#ports/sandbox.ts';
import { chooseSandbox, type SandboxKind } from '#workspace/choose.ts';

const unused = () => Promise.reject(new Error('not part of this test'));

function candidate(kind: SandboxKind, works: boolean) {
  const seen = { made: 0, closed: 0 };
  const notes: SandboxHealth['notes'] = [{ level: works ? 'ok' : 'missing', text: kind }];
  const sandbox: Sandbox = {
    health: () => Promise.resolve({ works, notes }),
    open: () => Promise.reject(new Error(`opened ${kind}`)),
    kept: unused,
    close: () => {
      seen.closed += 1;
      return Promise.resolve();
    },
  };
  const make = () => {
    seen.made += 1;
    return sandbox;
  };
  return { kind, make, seen };
}

test('the first that holds is taken, and what was passed over is told', async () => {
  const [first, second] = [candidate('bubblewrap', false), candidate('container', true)];
  const chosen = chooseSandbox([first, second]);
  expect(await chosen.health()).toEqual({
    works: true,
    notes: [
      { level: 'ok', text: 'container' },
      { level: 'weaker', text: 'bubblewrap: bubblewrap' },
    ],
  });
  await expect(chosen.open([])).rejects.toThrow('opened container');
  expect(first.seen.closed).toBe(1);
});

test('where none holds nothing is opened, and it is tried again', async () => {
  const only = candidate('bubblewrap', false);
  const chosen = chooseSandbox([only]);
  await expect(chosen.open([])).rejects.toMatchObject({ code: 'sandbox-unavailable' });
  await expect(chosen.open([])).rejects.toMatchObject({ code: 'sandbox-unavailable' });
  expect(only.seen.made).toBe(2);
});

test('once it is closed, work that comes late starts no sandbox', async () => {
  const only = candidate('bubblewrap', true);
  const chosen = chooseSandbox([only]);
  await chosen.close();
  await expect(chosen.open([])).rejects.toThrow('closed');
  expect(only.seen.made).toBe(0);
});
