/** `policy`: rules on recorded facts from the command line, their expectations and exit codes. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exampleFacts } from '#core/policy-facts.ts';
import { scratch } from '../scratch.ts';

const folder = scratch();
const at = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const rules = at(
  'sluice.yml',
  'label: sluice\npolicies:\n  - name: auth\n    when: risk.tier == "high"\n    message: Ask ada.\n',
);
mkdirSync(join(folder, 'cases'));
const low = { ...exampleFacts, risk: { tier: 'low', reasons: [] } };
at('cases/a.json', JSON.stringify({ facts: exampleFacts, expect: { auth: 'block' } }));
at('cases/b.json', JSON.stringify([{ name: 'harmless', facts: low, expect: { '*': 'pass' } }]));

function policy(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const environment = { ...process.env, SLUICE_DATA_DIR: join(folder, 'data') };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['src/cli.ts', 'policy', ...words],
      { env: environment },
      (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });
}

test('answers that are the expected ones pass', async () => {
  const { code, out } = await policy('test', rules, '--facts', join(folder, 'cases'), '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    holds: true,
    cases: [
      { name: 'a', rules: [{ rule: 'auth', answer: 'block', reason: 'Ask ada.' }] },
      { name: 'harmless', rules: [{ rule: 'auth', answer: 'pass' }] },
    ],
  });
});

test('an answer that is another fails and is named', async () => {
  const wrong = at(
    'wrong.json',
    JSON.stringify({ facts: low, expect: { auth: 'block', x: 'pass' } }),
  );
  const { code, out } = await policy('test', rules, '--facts', wrong);
  expect(code).toBe(1);
  expect(out).toContain('expected block of auth, which said pass');
  expect(out).toContain('expected pass of x, which is no rule here');
});

test.each([
  ['rules that are none', ['test', at('x.yml', 'policies:\n  - nme: a\n')], /x\.yml, line 2/],
  ['facts that are none', ['test', rules, '--facts', at('f.json', '{}')], /holds no facts/],
  ['facts that are no JSON', ['test', rules, '--facts', at('g.json', '{')], /cannot be read/],
  ['facts that are not there', ['test', rules, '--facts', join(folder, 'no')], /cannot be read/],
])('%s are wrong use', async (_, words, problem) => {
  const { code, err } = await policy(...words);
  expect(code).toBe(2);
  expect(err).toMatch(problem);
});

test('the facts are printed with their schema, and the example is a case', async () => {
  const { out } = await policy('facts');
  expect(JSON.parse(out)).toMatchObject({ schema: { type: 'object' }, example: exampleFacts });
  const example = at('example.json', (await policy('facts', '--example')).out);
  expect((await policy('test', rules, '--facts', example)).out).toContain('block  auth  Ask ada.');
});
