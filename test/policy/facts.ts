/** Facts for gates: a change that passes every gate, from which each test departs in one point. */
import { textBlob, type FileChange } from '#core/change.ts';
import type { SuiteReport, TestCase } from '#core/evidence.ts';
import { parseSettings } from '#core/settings-text.ts';
import type { GateFacts } from '#policy/gates/gate.ts';

export function aCase(
  id: string,
  state: TestCase['state'] = 'passed',
  fault: TestCase['fault'] = 'assertion',
): TestCase {
  const failed = state === 'failed';
  const file = id.split(' > ')[0] ?? '';
  return {
    id,
    file,
    state,
    message: failed ? 'expected 1 to be 2' : null,
    fault: failed ? fault : null,
  };
}

export function report(
  cases: readonly TestCase[],
  state?: SuiteReport['state'],
  reason: string | null = null,
): SuiteReport {
  const red = cases.some((one) => one.state === 'failed');
  return {
    runner: 'vitest',
    command: 'npm test',
    state: state ?? (red ? 'failed' : 'passed'),
    reason,
    cases,
  };
}

export function file(path: string, text: string | null): FileChange {
  return { path, mode: '100644', content: text === null ? null : textBlob(text) };
}

export function facts(
  departing: Partial<GateFacts> & { files?: readonly FileChange[] } = {},
): GateFacts {
  const {
    files = [
      file('src/a.ts', 'export const a = 2;\n'),
      file('test/b.test.ts', "test('new', () => {});\n"),
    ],
    ...rest
  } = departing;
  return {
    settings: parseSettings(),
    change: { base: 'b'.repeat(40), origin: 'model', message: 'fix', files },
    base: {
      modes: new Map([
        ['src/a.ts', '100644'],
        ['test/a.test.ts', '100644'],
      ]),
      others: new Set(),
    },
    originals: new Map([['src/a.ts', 'export const a = 1;\n']]),
    testPaths: ['test/b.test.ts'],
    before: report([aCase('test/a.test.ts > old')]),
    reproduced: report([aCase('test/b.test.ts > new', 'failed')]),
    after: report([aCase('test/a.test.ts > old'), aCase('test/b.test.ts > new')]),
    lint: { command: 'npm run lint', before: 'clean', after: 'clean', added: [] },
    checks: [],
    rules: [],
    ...rest,
  };
}
