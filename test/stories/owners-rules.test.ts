/** The tale of owners who write rules: what they say is what happens to a proven change, and people read why. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Policy } from '#core/policies.ts';
import type { RunResult } from '#core/run.ts';
import { generate } from '#flows/generate/flow.ts';
import { contextOf, labelled, openStage, scriptedModel, type Stage } from '../flows/stage.ts';

const oldTest =
  "import { test } from 'node:test';\nimport assert from 'node:assert/strict';\nimport { clamp } from '../src/clamp.js';\n\ntest('low values are raised', () => {\n  assert.equal(clamp(1, 2, 3), 2);\n});\n";
const files = {
  'package.json': '{ "name": "clamp", "type": "module", "scripts": { "test": "node --test" } }\n',
  'src/clamp.js':
    'export function clamp(value, low, high) {\n  return value < low ? low : value;\n}\n',
  'test/clamp.test.js': oldTest,
};
const answers = [
  'FILES:\nsrc/clamp.js\n\nPLAN:\nclamp never compares with high.',
  `It shows the missing bound.\n\ntest/upper.test.js\n<<<<<<< FILE\n${oldTest
    .replace('low values are raised', 'high values are lowered')
    .replace('clamp(1, 2, 3), 2', 'clamp(9, 2, 3), 3')}>>>>>>> FILE\n`,
  'The upper bound was never looked at.\n\nsrc/clamp.js\n<<<<<<< SEARCH\n  return value < low ? low : value;\n=======\n  return Math.min(Math.max(value, low), high);\n>>>>>>> REPLACE\n',
];
const issue = { title: 'clamp() ignores the upper bound', body: 'clamp(9, 2, 3) gives 9, not 3.' };

const rule = (when: string, more = '') =>
  `policies:\n  - name: by-people\n    when: ${when}\n    message: clamp is changed by people, says @everyone.\n${more}`;
const settings = {
  blocked: rule('change.files.exists(f, f.path == "src/clamp.js")', '    lift: a maintainer\n'),
  warned: rule('risk.tier == "low" && requester.login == "ada"', '    answer: warn\n'),
  wrong: rule('change.fils.size() > 1'),
  broken: rule('change.files[99].added > 1'),
  rego: 'limits:\n  usd: 50\n',
};

let stage: Stage;
beforeAll(async () => {
  const repositories = Object.entries(settings).map(([name, text]) => ({
    name: `acme/${name}`,
    files: {
      ...files,
      '.github/sluice.yml': text,
      ...(name === 'rego'
        ? { '.github/policies/a.rego': 'package sluice.a\nblock contains "x" if false\n' }
        : {}),
    },
    labels: ['sluice'],
    issues: [{ ...issue, author: 'eve' }],
  }));
  stage = await openStage(repositories, {
    ceilings: { usd: 2 },
    operator: {
      rego: [],
      policies: [
        Policy.parse({
          ...{ name: 'no-releases', when: 'change.files.exists(f, f.path == "CHANGELOG.md")' },
          message: 'Releases are made by people.',
        }),
      ],
    },
  });
});
afterAll(() => stage.stop());

async function told(name: string): Promise<{ result: RunResult; comment: string; asked: number }> {
  const event = labelled(stage.repository(name), issue);
  const model = scriptedModel(answers);
  const asked = generate.on(event);
  if (asked === undefined) throw new Error('the flow does not answer this event');
  const result = await generate.run(contextOf(stage, event, model), asked);
  if ('later' in result) throw new Error('the run waits');
  const comments = await stage.get('ada', `/repos/acme/${name}/issues/1/comments`);
  const comment = (comments as readonly { body: string }[]).at(-1)?.body ?? '';
  return { result, comment, asked: model.asked.length };
}

const pulls = async (name: string) =>
  (await stage.get('ada', `/repos/acme/${name}/pulls`)) as readonly {
    body: string;
    head: { sha: string };
  }[];

test('a rule of the repository blocks a proven change; people read which, why, and who may lift it', async () => {
  const { result, comment } = await told('blocked');
  expect(result).toMatchObject({ outcome: 'unproven', code: 'gate-policy' });
  expect(comment).toContain(
    '- policy: `by-people` of the repository: clamp is changed by people, says `@everyone`. It may be lifted by a maintainer.',
  );
  expect(await pulls('blocked')).toEqual([]);
});

test('a rule that warns lets it pass and stands first in the pull request', async () => {
  expect((await told('warned')).result).toMatchObject({ outcome: 'proven' });
  const [pull] = await pulls('warned');
  expect(pull?.body).toMatch(/### Look at this first\n\n- `by-people` of the repository: clamp/);
  const checks = (await stage.get(
    'ada',
    `/repos/acme/warned/commits/${pull?.head.sha ?? ''}/check-runs`,
  )) as { check_runs: readonly { name: string; conclusion: string }[] };
  const policy = checks.check_runs.find(({ name }) => name === 'sluice/policy');
  expect(policy?.conclusion).toBe('neutral');
});

test('a rule with a field that there is not is told with its place before anything is spent', async () => {
  const { result, comment, asked } = await told('wrong');
  expect(result).toMatchObject({ outcome: 'refused', code: 'setting-invalid' });
  expect(comment).toContain('line 3: `policies.0.when`: Column 18: No such key: fils.');
  expect(asked).toBe(0);
});

test('a rule that breaks when it is asked blocks and says so', async () => {
  const { result, comment } = await told('broken');
  expect(result).toMatchObject({ code: 'gate-policy' });
  expect(comment).toMatch(/by-people` of the repository: It cannot be asked.*index out of bounds/);
});

test("Rego without an engine blocks, and a limit above the operator's is cut and told", async () => {
  const { result, comment } = await told('rego');
  expect(result).toMatchObject({ code: 'gate-policy' });
  expect(comment).toContain('`.github/policies/a.rego` cannot be asked');
  expect(comment).toContain(
    '> `limits.usd` of this repository is 50; whoever runs this App allows at most 2, which holds.',
  );
});
