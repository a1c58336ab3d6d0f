/** The log's two forms, and that no secret gets into either. */
import { expect, test } from 'vitest';
import { pinoLog } from '#adapters/telemetry/log.ts';

const secret = `ghs_${'x1'.repeat(20)}`;

function logInto(lines: string[], pretty: boolean) {
  return pinoLog({ level: 'info', pretty, write: (line) => lines.push(line) });
}

test('machines read one JSON document a line, with time, level and facts', () => {
  const lines: string[] = [];
  logInto(lines, false).child({ run: 'r1' }).info({ count: 2 }, 'run started');
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    run: 'r1',
    count: 2,
    msg: 'run started',
  });
});

test('people read a short line', () => {
  const lines: string[] = [];
  logInto(lines, true).warn({ run: 'r1', at: { n: 1 } }, 'run waits');
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d warn {2}run waits run=r1 at=\{"n":1\}\n$/);
});

test.each([true, false])('a secret is masked wherever it stands (for people: %s)', (pretty) => {
  const lines: string[] = [];
  const log = logInto(lines, pretty);
  const cause = Object.assign(new Error(`cause ${secret}`), { url: `https://x:${secret}@h` });
  const facts = {
    [secret]: 1,
    list: [`a ${secret}`],
    deep: { error: new Error(`e ${secret}`, { cause }) },
  };
  log.child({ token: secret }).error(facts, `message ${secret}`);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain(secret);
  expect(lines[0]).toContain('message [redacted]');
  expect(lines[0]).toContain('e [redacted]');
  expect(lines[0]).toContain('cause [redacted]');
});

test('what goes round in circles, or is bytes, is cut', () => {
  const lines: string[] = [];
  const round: Record<string, unknown> = { bytes: new Uint8Array(3), big: 10n };
  round.self = round;
  logInto(lines, false).info({ round }, 'odd facts');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    round: { self: '[…]', bytes: '[3 bytes]', big: '10' },
  });
});

test('what is below the level is not said', () => {
  const lines: string[] = [];
  const log = logInto(lines, false);
  log.debug({}, 'quiet');
  expect(lines).toEqual([]);
});
