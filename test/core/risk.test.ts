/** Risk: which paths and sizes make a change medium or high, and the sentences that say so. */
import { expect, test } from 'vitest';
import { riskOf, type RiskyFile } from '#core/risk.ts';

function file(path: string, more: Partial<RiskyFile> = {}): RiskyFile {
  return { path, kind: 'modified', added: 3, deleted: 1, mode: '100644', ...more };
}

const many = (count: number) =>
  Array.from({ length: count }, (_, at) => file(`src/f${String(at)}.ts`));

test.each([
  ['a small change', [file('src/a.ts')], 'low', /small/],
  ['prose', [file('docs/auth.md'), file('README.md')], 'low', /prose alone/],
  ['tests', [file('test/login.test.ts')], 'low', /tests alone/],
  ['nothing', [], 'low', /small/],
  ['a workflow', [file('.github/workflows/ci.yml')], 'high', /rights of the repository.*ci\.yml/],
  ['an action', [file('tools/action.yml')], 'high', /rights of the repository/],
  ['sign-in', [file('src/auth/session.ts')], 'high', /who may do what/],
  ['owners', [file('.github/CODEOWNERS')], 'high', /who may do what/],
  ['money', [file('lib/billing.py')], 'high', /money/],
  ['a word that only begins so', [file('src/author.ts'), file('src/cryptic.ts')], 'low', /small/],
  ['a lockfile', [file('package-lock.json')], 'medium', /dependencies: package-lock\.json/],
  ['a migration', [file('db/migrations/001.ts')], 'medium', /data that is kept/],
  ['an image', [file('docker/app.Dockerfile')], 'medium', /built and run/],
  ['a deleted test', [file('test/a.test.ts', { kind: 'deleted' })], 'medium', /deletes tests/],
  ['a new program', [file('bin/x', { kind: 'added', mode: '100755' })], 'medium', /can be run/],
  ['400 lines', [file('src/a.ts', { added: 399, deleted: 1 })], 'low', /small/],
  ['401 lines', [file('src/a.ts', { added: 400, deleted: 1 })], 'medium', /401 lines.*than 400/],
  ['1,001 lines', [file('src/a.ts', { added: 1001, deleted: 0 })], 'high', /than 1000/],
  ['10 files', many(10), 'low', /small/],
  ['11 files', many(11), 'medium', /11 files/],
  ['41 files', many(41), 'high', /41 files/],
] as const)('%s', (_, files, tier, reason) => {
  const risk = riskOf(files);
  expect(risk.tier).toBe(tier);
  expect(risk.reasons.join('\n')).toMatch(reason);
});

test('the worst reason comes first, and none is left out', () => {
  const { tier, reasons } = riskOf([file('package.json'), file('src/payments/a.ts')]);
  expect(tier).toBe('high');
  expect(reasons).toEqual([
    'It touches money: src/payments/a.ts.',
    'It touches dependencies: package.json.',
  ]);
});

test('long lists of files are cut', () => {
  const all = Array.from({ length: 7 }, (_, at) => file(`migrations/${String(at)}.ts`));
  expect(riskOf(all).reasons[0]).toMatch(/migrations\/4\.ts and 2 more\.$/);
});
