/** A tool that a repository declares runs in the sandbox and is believed only where it left a report. */
import { expect, test } from 'vitest';
import { declaredCheck, type Declared } from '#checks/declared.ts';
import { lookAt } from './side.ts';

const look = (
  declared: Omit<Declared, 'name'>,
  texts: Record<string, string> = { 'a.ts': 'x\n' },
) => lookAt(declaredCheck({ name: 'ours', ...declared }), texts);
const pattern = String.raw`^(?<path>[^:]+):(?<line>\d+):(?<message>.*)`;

test('what it prints is read', async () => {
  const looked = await look({ run: 'grep -n x a.ts /dev/null; exit 1', format: 'regex', pattern });
  expect(looked).toMatchObject({ said: [{ path: 'a.ts', line: 1, message: 'x' }] });
});

test('what it writes is read', async () => {
  const script = `require('fs').writeFileSync('out.jsonl', JSON.stringify({path: 'a.ts', line: 1, message: 'm'}))`;
  const looked = await look({ run: `node -e "${script}"`, report: 'out.jsonl', format: 'jsonl' });
  expect(looked).toMatchObject({ said: [{ path: 'a.ts', line: 1, message: 'm' }] });
});

test.each<[string, Omit<Declared, 'name'>]>([
  ['is not there', { run: 'no-such-tool', format: 'regex', pattern }],
  ['fails without a finding', { run: 'exit 3', format: 'jsonl' }],
  ['writes no report', { run: 'true', report: 'out.sarif', format: 'sarif' }],
  ['writes something else', { run: 'echo hello', format: 'checkstyle' }],
])('one that %s has crashed', async (_what, declared) => {
  expect(await look(declared)).toMatchObject({ state: 'crashed' });
});

test('one that is content is clean', async () => {
  expect(await look({ run: 'true', format: 'jsonl' })).toMatchObject({ said: [], unread: [] });
});
