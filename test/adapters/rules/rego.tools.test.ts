/** Rules in Rego by the real `opa` in the real sandbox: what they say, and what keeps them from saying anything. */
import { afterAll, describe, expect, test } from 'vitest';
import { diskTools } from '#adapters/disk/tools.ts';
import { ownersRules } from '#adapters/rules/rules.ts';
import { openSandbox } from '#app.ts';
import { readConfig } from '#config.ts';
import { exampleFacts } from '#core/policy-facts.ts';
import { checkersFolder } from '#sandboxes.ts';
import { scratch } from '../../scratch.ts';
import { silentLog } from '../../silent-log.ts';

const root = process.cwd();
const config = { ...readConfig({}), dataFolder: scratch() };
const sandbox = openSandbox({ config, log: silentLog });
const tools = diskTools(checkersFolder(root, config), []);
const rules = ownersRules({
  ...{ root, sandbox, tools, dataDir: config.dataFolder, ceilings: {} },
  operator: { policies: [], rego: [] },
});
afterAll(() => sandbox.close());

const said = (...texts: readonly string[]) => {
  const rego = texts.map((text, at) => ({ path: `.github/policies/r${String(at)}.rego`, text }));
  return rules.ask({ policies: [], rego }, exampleFacts);
};

describe.skipIf(tools.find('opa') === undefined)('opa', () => {
  test('blocks and warns, with helpers in a package of their own', async () => {
    const helper = 'package lib.paths\nis_delicate(path) if startswith(path, "src/auth/")\n';
    const rule = `package sluice.auth
import data.lib.paths
block contains answer if {
  some file in input.change.files
  paths.is_delicate(file.path)
  answer := {"message": sprintf("%s is delicate.", [file.path]), "lift": "ada"}
}
warn contains "never" if input.change.added > 1000
`;
    expect(await said(helper, rule)).toEqual([
      {
        ...{ owner: 'repository', name: 'auth', answer: 'block' },
        ...{ reason: 'src/auth/session.ts is delicate.', lift: 'ada' },
      },
    ]);
  });

  test('what does not hold passes', async () => {
    expect(
      await said('package sluice.a\nblock contains "x" if input.change.added > 1000\n'),
    ).toEqual([{ owner: 'repository', name: 'a', answer: 'pass', reason: '', lift: null }]);
  });

  test.each([
    [
      'a field that there is not',
      'block contains "x" if input.chnage.added > 1',
      /line 2, column \d+: undefined ref: input\.chnage/,
    ],
    [
      'a field of a list that there is not',
      'block contains "x" if { some f in input.findings; f.levl == "error" }',
      /undefined ref: f\.levl/,
    ],
    [
      'the network',
      'block contains r.body if { r := http.send({"method": "get", "url": "http://127.0.0.1"}) }',
      /undefined function http\.send/,
    ],
    [
      'names',
      'block contains "x" if { net.lookup_ip_addr("localhost") }',
      /undefined function net\.lookup_ip_addr/,
    ],
    [
      'the machine',
      'block contains x if { x := opa.runtime().env.PATH }',
      /undefined function opa\.runtime/,
    ],
    ['the clock', 'block contains "x" if { time.now_ns() > 0 }', /undefined function time\.now_ns/],
    ['an error', 'block contains "x" if { 1 / 0 > 0 }', /divide by zero/],
    ['text that is no Rego', 'block contains if {', /rego/],
    ['another kind of answer', 'block := true', /has to be a set/],
    ['no rule', 'deny contains "x" if true', /no rule named `block` or `warn`/],
  ])('a rule with %s blocks', async (_, text, reason) => {
    const answers = await said(`package sluice.a\n${text}\n`);
    expect(answers).toMatchObject([{ name: 'rego', answer: 'block' }]);
    expect(answers[0]?.reason).toMatch(reason);
  });

  test('a rule that nobody would ask is told', async () => {
    const [answer] = await said('package other\nblock contains "x"\n');
    expect(answer?.reason).toMatch(/would never be asked: rules stand in `package sluice`/);
  });

  test('a rule without end blocks within its time', async () => {
    const [answer] = await said(
      'package sluice.a\nblock contains "x" if { count([1 | some a in numbers.range(1, 10000); some b in numbers.range(1, 10000); a * b < 0]) > 0 }\n',
    );
    expect(answer).toMatchObject({ name: 'rego', answer: 'block' });
    expect(answer?.reason).toMatch(/deadline|timed out|cancel/i);
  });
});
