/** What a run takes from a model's answers, and which events start a run. */
import { expect, test } from 'vitest';
import { command } from '#flows/command/flow.ts';
import { readEdits } from '#flows/generate/edit.ts';
import { generate } from '#flows/generate/flow.ts';
import { readPlan } from '#flows/generate/localise.ts';
import type { Event } from '#core/event.ts';
import { labelled } from './stage.ts';

const repository = {
  id: 5,
  owner: 'acme',
  name: 'app',
  defaultBranch: 'main',
  private: false,
  installation: 9,
};
const label = labelled(repository, { number: 3 });

function comment(body: string, more: { kind?: 'person' | 'bot'; onPull?: boolean } = {}): Event {
  const { issue, delivery } = label;
  const actor = { ...label.actor, kind: more.kind ?? ('person' as const) };
  return {
    kind: 'commented',
    repository,
    issue,
    delivery,
    actor,
    onPull: more.onPull ?? false,
    comment: { id: 8, body },
  };
}

test.each([
  ['a label', label, { issue: 3, label: 'sluice', onPull: false }],
  ['the command', comment('/sluice generate'), { issue: 3, label: null, onPull: false }],
  [
    'the command with text below',
    comment('/sluice generate  \r\nplease'),
    { issue: 3, label: null, onPull: false },
  ],
  ['a command of a bot', comment('/sluice generate', { kind: 'bot' }), undefined],
  ['a command with arguments', comment('/sluice generate now'), undefined],
  ['a command in the second line', comment('hello\n/sluice generate'), undefined],
  ['talk', comment('nice'), undefined],
])('%s', (_, event, input) => {
  expect(generate.on(event)).toEqual(input);
});

test('another label does not supersede a run, the same one does, and the command counts as the usual label', () => {
  const other = labelled(repository, { number: 3 }, { label: 'bug' });
  expect(generate.key(other)).not.toBe(generate.key(label));
  expect(generate.key(comment('/sluice generate'))).toBe(generate.key(label));
});

test.each([
  ['a wrong name', comment('/sluice dance\nplease'), '/sluice dance'],
  ['no name', comment('/sluice'), '/sluice'],
  ['a known command', comment('/sluice generate'), undefined],
  ['another tool', comment('/sluicegate open'), undefined],
  ['a bot', comment('/sluice dance', { kind: 'bot' }), undefined],
])('help is offered for %s', (_, event, typed) => {
  expect(command.on(event)?.typed).toBe(typed);
});

const paths = ['src/a.ts', 'src/b.ts'];

test.each([
  ['FILES:\nsrc/a.ts\nsrc/b.ts\n\nPLAN:\nMend it.', ['src/a.ts', 'src/b.ts'], 'Mend it.'],
  ['**FILES:**\n- `src/a.ts` (the fault)\n\n**PLAN:**\nMend\nit.', ['src/a.ts'], 'Mend\nit.'],
  ['Sure!\n\n## FILES\n1. src/b.ts - here\n\n## PLAN\nMend it.', ['src/b.ts'], 'Mend it.'],
])('a plan is read as models write it', (text, files, plan) => {
  expect(readPlan(text, paths)).toEqual({ files, spans: [], plan });
});

test('a plan may name the lines of a file that matter', () => {
  const text = 'FILES:\nsrc/a.ts:12-40\nsrc/a.ts:90\nsrc/b.ts:8-2\n\nPLAN:\nMend it.';
  expect(readPlan(text, paths)).toMatchObject({
    files: ['src/a.ts', 'src/b.ts'],
    spans: [
      { path: 'src/a.ts', from: 12, to: 40 },
      { path: 'src/a.ts', from: 90, to: 90 },
      { path: 'src/b.ts', from: 8, to: 8 },
    ],
  });
});

test.each([
  ['no form', 'look at src/a.ts', /Write `FILES:`/],
  ['no plan', 'FILES:\nsrc/a.ts\nPLAN:\n', /Write `FILES:`/],
  ['a file that is not there', 'FILES:\nsrc/c.ts\nPLAN:\nx', /There is no file src\/c\.ts/],
  ['no file', 'FILES:\n\nPLAN:\nx', /at least one file/],
])('a plan with %s is sent back', (_, text, problem) => {
  expect(() => readPlan(text, paths)).toThrow(problem);
});

const ground = {
  paths,
  read: (path: string) => Promise.resolve(path === 'src/a.ts' ? 'one\ntwo\n' : undefined),
};
const edit = (path: string, search: string, replace: string) =>
  `Because.\n\n${path}\n<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n`;
const allowed = () => undefined;

test('edits come with what the model says about them, without path lines', async () => {
  const { files, summary } = await readEdits(edit('src/a.ts', 'two', 'three'), ground, allowed);
  expect(files).toEqual([
    { path: 'src/a.ts', mode: '100644', content: { encoding: 'utf-8', text: 'one\nthree\n' } },
  ]);
  expect(summary).toBe('Because.');
});

test.each([
  ['no block', 'I cannot.', /no edit block/],
  ['lines that are not there', edit('src/a.ts', 'four', 'five'), /Block 1 \(src\/a\.ts\)/],
  ['nothing changed', edit('src/a.ts', 'two', 'two'), /change nothing/],
  ['a file that is no text', edit('src/b.ts', 'two', 'x'), /not text/],
  [
    'a protected path',
    `.github/workflows/a.yml\n<<<<<<< FILE\nx\n>>>>>>> FILE\n`,
    /only people may change/,
  ],
  [
    'too much',
    `src/n.ts\n<<<<<<< FILE\n${'x'.repeat(1024 * 1025)}\n>>>>>>> FILE\n`,
    /larger than 1 MiB/,
  ],
])('edits with %s are sent back', async (_, text, problem) => {
  await expect(readEdits(text, ground, allowed)).rejects.toThrow(problem);
});

test('what a step forbids is sent back with its reason', async () => {
  await expect(
    readEdits(edit('src/a.ts', 'two', 'x'), ground, () => 'Not this one.'),
  ).rejects.toThrow('Not this one.');
});
