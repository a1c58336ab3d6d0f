/** From a label to a proven draft pull request, and every other way in which such a run may end. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { textBlob } from '#core/change.ts';
import type { Event } from '#core/event.ts';
import { readTrailers } from '#core/provenance.ts';
import type { RunResult } from '#core/run.ts';
import { generate } from '#flows/generate/flow.ts';
import { verifyBranch } from '#flows/generate/verify-branch.ts';
import type { Model } from '#ports/model.ts';
import { contextOf, labelled, openStage, scriptedModel, type Stage } from './stage.ts';

const source =
  'export function clamp(value, low, high) {\n  return value < low ? low : value;\n}\n';
const oldTest =
  "import { test } from 'node:test';\nimport assert from 'node:assert/strict';\nimport { clamp } from '../src/clamp.js';\n\ntest('low values are raised', () => {\n  assert.equal(clamp(1, 2, 3), 2);\n});\n";
const files = {
  'package.json': '{ "name": "clamp", "type": "module", "scripts": { "test": "node --test" } }\n',
  'src/clamp.js': source,
  'test/clamp.test.js': oldTest,
};
const issue = {
  title: 'clamp() ignores the upper bound',
  body: 'clamp(9, 2, 3) gives 9, not 3. cc @everyone',
};

const plan =
  'FILES:\nsrc/clamp.js\n\nPLAN:\nclamp never compares with high. Fixes #99, says @everyone.';
const newTest = (expected: string) =>
  `It shows the missing bound.\n\ntest/upper.test.js\n<<<<<<< FILE\n${oldTest
    .replace('low values are raised', 'high values are lowered')
    .replace('clamp(1, 2, 3), 2', `clamp(9, 2, 3), ${expected}`)}>>>>>>> FILE\n`;
const fix = (line: string) =>
  `The upper bound was never looked at. Closes #77, thanks @everyone.\n\nsrc/clamp.js\n<<<<<<< SEARCH\n  return value < low ? low : value;\n=======\n  ${line}\n>>>>>>> REPLACE\n`;
const rightFix = fix('return Math.min(Math.max(value, low), high);');

const repositories = [
  'good',
  'stubborn',
  'unproven',
  'broken',
  'settings',
  'quiet',
  'replayed',
  'gated',
  'untestable',
  'poor',
  'ended',
  'waits',
  'rivals',
];
let stage: Stage;

beforeAll(async () => {
  stage = await openStage(
    repositories.map((name) => ({
      name: `acme/${name}`,
      files: {
        ...files,
        ...(name === 'broken'
          ? {
              'package.json': '{ "type": "module", "scripts": { "test": "make" } }\n',
              'test/clamp.test.js': 'x\n',
            }
          : {}),
        ...(name === 'settings' ? { '.github/sluice.yml': 'lable: x\nlimits:\n  files: 0\n' } : {}),
        ...(name === 'gated' ? { '.github/sluice.yml': 'limits:\n  lines: 3\n' } : {}),
        ...(name === 'poor' ? { '.github/sluice.yml': 'limits:\n  calls: 2\n' } : {}),
      },
      labels: ['sluice', 'bug'],
      issues: [{ ...issue, author: 'eve' }],
    })),
  );
});

afterAll(() => stage.stop());

async function play(event: Event, model?: Model, kept?: Map<string, unknown>): Promise<RunResult> {
  const asked = generate.on(event);
  if (asked === undefined) throw new Error('the flow does not answer this event');
  const result = await generate.run(contextOf(stage, event, model, kept), asked);
  if ('later' in result) throw new Error('the run waits');
  return result;
}

interface Comment {
  readonly body: string;
}
const comments = async (name: string) =>
  (await stage.get('ada', `/repos/acme/${name}/issues/1/comments`)) as readonly Comment[];
const pulls = async (name: string) =>
  (await stage.get('ada', `/repos/acme/${name}/pulls`)) as readonly {
    draft: boolean;
    title: string;
    body: string;
    head: { ref: string; sha: string };
  }[];

test('a labelled issue becomes a draft pull request with its proof, its checks and one status comment', async () => {
  const model = scriptedModel([plan, newTest('3'), rightFix]);
  const event = labelled(stage.repository('good'), issue);
  const result = await play(event, model);

  expect(result).toMatchObject({ outcome: 'proven', code: 'proposed' });
  const { facts } = result;
  expect(facts.cost).toEqual({ calls: 3, inputTokens: 30, outputTokens: 15, usd: 0.03 });
  expect(facts.evidence).toEqual([
    {
      name: 'The new test',
      command: 'node --test test/upper.test.js',
      before: '1 failed',
      after: '1 passed',
      verdict: 'proves',
    },
    {
      name: 'All tests',
      command: 'npm test',
      before: '1 passed',
      after: '2 passed',
      verdict: 'holds',
    },
  ]);

  const [pull] = await pulls('good');
  expect(pull).toMatchObject({ draft: true, title: 'Fix: clamp() ignores the upper bound' });
  expect(pull?.head).toMatchObject({
    ref: 'sluice/1-clamp-ignores-the-upper-bound',
    sha: facts.head,
  });
  expect(pull?.body).toMatch(/^Fixes #1\n/);
  expect(pull?.body).toContain(
    '| The new test | `node --test test/upper.test.js` | 1 failed | 1 passed | ✓ proves it |',
  );
  expect(pull?.body).toContain('Closes `#77`, thanks `@everyone`.');

  const runs = (await stage.get(
    'ada',
    `/repos/acme/good/commits/${pull?.head.sha ?? ''}/check-runs`,
  )) as {
    check_runs: readonly { name: string; conclusion: string }[];
  };
  expect(runs.check_runs.map(({ name, conclusion }) => `${name} ${conclusion}`).sort()).toEqual([
    'sluice/dependencies success',
    'sluice/hidden-characters success',
    'sluice/lint neutral',
    'sluice/policy success',
    'sluice/proof success',
    'sluice/protected-paths success',
    'sluice/regression success',
    'sluice/secrets success',
    'sluice/size success',
    'sluice/tests-kept success',
    'sluice/tree success',
  ]);
  const [status, ...more] = await comments('good');
  expect(more).toEqual([]);
  expect(status?.body).toContain('Done: a change is proposed and proven.');
  expect(status?.body).toContain('Cost: 3 model calls, 30 tokens in, 15 out, $0.0300.');
  expect(status?.body).toContain(contextOf(stage, event).run.id);
  expect(stage.github.violations).toEqual([]);

  // The prompts hold nothing by which two runs of the same issue would differ.
  const asked = JSON.stringify(model.asked);
  expect(asked).not.toMatch(/\/tmp|\/repo\/|duration|11111111-2222/);
  expect(asked).toContain('Expected values to be strictly equal');
});

test('the branch can be verified again without a model, and a change that undoes the fix is found out', async () => {
  const repository = stage.repository('good');
  const [pull] = await pulls('good');
  const head = pull?.head.sha ?? '';
  const { message, parents } = (await stage.get('ada', `/repos/acme/good/git/commits/${head}`)) as {
    message: string;
    parents: readonly { sha: string }[];
  };
  const session = stage.world.forge.open(repository);
  const yard = { ...stage.world, signal: new AbortController().signal };
  const proposed = {
    repository,
    remote: await session.remote(),
    commit: head,
    parent: parents[0]?.sha ?? '',
    message,
  };
  const verified = await verifyBranch(yard, proposed);
  expect(verified).toMatchObject({
    outcome: 'proven',
    reason:
      'Red on the base commit, green with the change. It is the evidence that the commit names.',
  });
  expect(verified.rows.map(({ verdict }) => verdict)).toEqual(['proves', 'holds']);

  expect(message).toContain('\nThe upper bound was never looked at. Closes 77, thanks everyone.\n');
  expect(readTrailers(message)).toMatchObject({
    base: parents[0]?.sha,
    tests: ['test/upper.test.js'],
    command: 'npm test',
    model: 'scripted',
  });
  expect(await verifyBranch(yard, { ...proposed, message: 'Fix' })).toMatchObject({
    outcome: 'unproven',
    rows: [],
  });
  expect(await verifyBranch(yard, { ...proposed, parent: head })).toMatchObject({
    outcome: 'unproven',
  });
  const missing = message.replace('test/upper.test.js', 'test/clamp.test.js');
  expect((await verifyBranch(yard, { ...proposed, message: missing })).reason).toMatch(
    /not in the commit/,
  );
  const rigged = await session.commit({
    branch: 'sluice/1-rigged',
    base: proposed.parent,
    target: 'main',
    title: '',
    body: '',
    message,
    files: [
      { path: 'jest.config.js', mode: '100644', content: textBlob('export default {};\n') },
      {
        path: 'src/clamp.js',
        mode: '100644',
        content: textBlob(
          source.replace('value < low ? low : value', 'Math.min(Math.max(value, low), high)'),
        ),
      },
      {
        path: 'test/upper.test.js',
        mode: '100644',
        content: textBlob(
          oldTest
            .replace('low values are raised', 'high values are lowered')
            .replace('clamp(1, 2, 3), 2', 'clamp(9, 2, 3), 3'),
        ),
      },
    ],
  });
  const caught = await verifyBranch(yard, { ...proposed, commit: rigged });
  expect(caught.outcome).toBe('unproven');
  expect(caught.reason).toContain('`jest.config.js`');
  const without = { ...proposed, commit: proposed.parent };
  expect((await verifyBranch(yard, without)).outcome).toBe('unproven');
  await session.close();
});

test('an open pull request is not competed with', async () => {
  const result = await play(labelled(stage.repository('good'), issue), scriptedModel([]));
  expect(result).toMatchObject({ outcome: 'refused', code: 'open-pull' });
});

test('two runs for one issue that overtake each other make one pull request', async () => {
  const answers = [plan, newTest('3'), rightFix];
  const faster = scriptedModel(answers);
  const slower = scriptedModel(answers);
  const repository = stage.repository('rivals');
  const first = labelled(repository, issue);
  const ended = await play(first, {
    ...slower,
    complete: async (request, signal) => {
      // While the slower run thinks about its change, the faster one begins and ends.
      if (slower.asked.length === 2)
        await play(labelled(repository, issue, { login: 'ada' }), faster);
      return slower.complete(request, signal);
    },
  });
  expect(ended).toMatchObject({ outcome: 'refused', code: 'open-pull' });
  expect(await pulls('rivals')).toHaveLength(1);
});

test('what is wrong with a test and with a change is told to the model, until it is right', async () => {
  const model = scriptedModel([
    'I would look at src/clamp.js.',
    plan,
    newTest('9'),
    newTest('3'),
    fix('return value;'),
    'No edits, sorry.',
    fix('return high;'),
    rightFix,
  ]);
  const result = await play(labelled(stage.repository('stubborn'), issue), model);
  expect(result.outcome).toBe('proven');
  const told = model.asked.map(({ messages }) => messages.at(-1)?.content ?? '');
  expect(told[1]).toContain('Write `FILES:`');
  expect(told[3]).toContain('where the bug still is, no new test fails');
  expect(told[5]).toMatch(/Tests that passed before and fail now \(1\)/);
  expect(told[6]).toContain('holds no edit block');
  expect(told[7]).toContain('test/clamp.test.js > low values are raised');
});

test('a fault that no change mends ends with the test in the issue and without a pull request', async () => {
  const wrong = fix('return value > high ? value : Math.max(value, low);');
  const model = scriptedModel([plan, newTest('3'), wrong, wrong, wrong, wrong]);
  const result = await play(labelled(stage.repository('unproven'), issue), model);
  expect(result).toMatchObject({ outcome: 'unproven', code: 'not-patched' });
  expect(await pulls('unproven')).toEqual([]);
  const [status] = await comments('unproven');
  expect(status?.body).toContain('Ended without proof');
  expect(status?.body).toContain("test('high values are lowered'");
  expect(status?.body).toContain('✗ Change the code');
  expect(status?.body).not.toMatch(/(?<!`)@everyone|(?<!`)#99/);
});

test('an issue that no test shows ends with what was found', async () => {
  const model = scriptedModel([plan, newTest('9'), newTest('9'), newTest('9')]);
  const result = await play(labelled(stage.repository('quiet'), issue), model);
  expect(result).toMatchObject({ outcome: 'unproven', code: 'not-reproduced' });
  expect((await comments('quiet'))[0]?.body).toContain('Files that seem to matter: `src/clamp.js`');
});

test('a model that never gives an edit block ends the run without proof, not with a failure', async () => {
  const model = scriptedModel([plan, 'no', 'no', 'no']);
  const result = await play(labelled(stage.repository('untestable'), issue), model);
  expect(result).toMatchObject({ outcome: 'unproven', code: 'not-reproduced' });
});

test('a repository whose tests cannot be run is told how to name them', async () => {
  const result = await play(labelled(stage.repository('broken'), issue), scriptedModel([]));
  expect(result).toMatchObject({ outcome: 'unproven', code: 'no-baseline' });
});

test('a change that a gate holds back is shown with the reason', async () => {
  const result = await play(
    labelled(stage.repository('gated'), issue),
    scriptedModel([plan, newTest('3'), rightFix]),
  );
  expect(result).toMatchObject({ outcome: 'unproven', code: 'gate-size' });
  expect((await comments('gated'))[0]?.body).toContain('limits.lines');
  expect(await pulls('gated')).toEqual([]);
});

test('invalid settings get a check run on the base commit that names line, key and remedy', async () => {
  const repository = stage.repository('settings');
  const result = await play(labelled(repository, issue), scriptedModel([]));
  expect(result).toMatchObject({ outcome: 'refused', code: 'setting-invalid' });
  const base = (await stage.get('ada', '/repos/acme/settings/commits/main')) as { sha: string };
  const found = (await stage.get('ada', `/repos/acme/settings/commits/${base.sha}/check-runs`)) as {
    check_runs: readonly { name: string; conclusion: string; output: { summary: string } }[];
  };
  expect(found.check_runs).toHaveLength(1);
  expect(found.check_runs[0]).toMatchObject({ name: 'sluice/settings', conclusion: 'failure' });
  expect(found.check_runs[0]?.output.summary).toContain(
    'Line 1: `lable`: There is no such setting. Did you mean `label`?',
  );
  expect(found.check_runs[0]?.output.summary).toContain('Line 3: `limits.files`');
});

test('another label is passed over in silence, and so is a stranger', async () => {
  const repository = stage.repository('ended');
  expect(await play(labelled(repository, issue, { label: 'bug' }))).toMatchObject({
    outcome: 'refused',
    code: 'not-our-label',
  });
  expect(await play(labelled(repository, issue, { login: 'eve' }))).toMatchObject({
    outcome: 'refused',
    code: 'permission',
  });
  expect(await comments('ended')).toEqual([]);
});

test('somebody who may label but not write is told why nothing happens', async () => {
  const result = await play(labelled(stage.repository('replayed'), issue, { login: 'tom' }));
  expect(result).toMatchObject({ outcome: 'refused', code: 'permission' });
  expect((await comments('replayed'))[0]?.body).toContain('write permission is needed');
});

test('without a model the run says who can configure one', async () => {
  const result = await play(labelled(stage.repository('replayed'), issue));
  expect(result).toMatchObject({ outcome: 'refused', code: 'no-model' });
});

test('a run that goes on after a restart does no step twice', async () => {
  const kept = new Map<string, unknown>();
  const event = labelled(stage.repository('replayed'), issue);
  const first = await play(event, scriptedModel([plan, newTest('3'), rightFix]), kept);
  const again = await play(event, scriptedModel([]), kept);
  expect(again.outcome).toBe('proven');
  expect(again.facts.head).toBe(first.facts.head);
  expect(await pulls('replayed')).toHaveLength(1);
});

test('a run whose budget is spent tells what it had found, the test too', async () => {
  const ended = await play(
    labelled(stage.repository('poor'), issue),
    scriptedModel([plan, newTest('3')]),
  );
  expect(ended).toMatchObject({ outcome: 'unproven', code: 'budget-spent' });
  const [status] = await comments('poor');
  expect(status?.body).toContain('2 model calls');
  expect(status?.body).toContain('clamp never compares with high.');
  expect(status?.body).toContain("test('high values are lowered'");
  expect(status?.body).toContain('**Next:** Raise the limit');
  expect(status?.body).toContain('✗ Change the code until all tests pass');
});

test('a run that has to wait says until when and why, in its one comment', async () => {
  const event = labelled(stage.repository('waits'), issue);
  const until = new Date('2026-11-21T18:30:00Z');
  await generate.waits?.(contextOf(stage, event), {
    until,
    reason: 'The limit of @model is used up.',
  });
  const [comment, ...more] = await comments('waits');
  expect(more).toEqual([]);
  expect(comment?.body).toContain('**Waiting until 2026-11-21 18:30 UTC.**');
  expect(comment?.body).toContain('The limit of `@model` is used up.');
  expect(comment?.body).toContain('it goes on by itself');
});

test('an end that the engine decides is told in the issue', async () => {
  const event = labelled(stage.repository('ended'), issue);
  const result = {
    outcome: 'failed' as const,
    code: 'defect',
    reason: 'Something broke.',
    facts: {},
  };
  const foreign = labelled(stage.repository('ended'), issue, { label: 'bug' });
  await generate.ended?.(contextOf(stage, foreign), result);
  expect(await comments('ended')).toEqual([]);
  await generate.ended?.(contextOf(stage, event), result);
  const told = await comments('ended');
  expect(told).toHaveLength(1);
  expect(told[0]?.body).toContain('**Failed.**\n\nSomething broke.');
});
