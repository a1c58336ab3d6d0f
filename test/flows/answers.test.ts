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

const on = (kind: 'edited' | 'unlabelled' | 'closed', actor = label.actor): Event => ({
  ...{ ...label, actor, label: 'sluice', how: 'closed' as const },
  kind,
});
const closedPull = (branch: string): Event => ({
  ...label,
  kind: 'pull-closed',
  branch,
  merged: false,
});
const bot = { ...label.actor, kind: 'bot' as const };
const asked = { issue: 3, label: null, onPull: false, cause: 'asked' };

test.each([
  ['a label', label, { ...asked, label: 'sluice' }],
  ['the command', comment('/sluice generate'), asked],
  ['the command with text below', comment('/sluice generate  \r\nplease'), asked],
  ['a label that a bot set', { ...label, actor: bot }, undefined],
  ['a command of a bot', comment('/sluice generate', { kind: 'bot' }), undefined],
  ['a command with arguments', comment('/sluice generate now'), undefined],
  ['a command in the second line', comment('hello\n/sluice generate'), undefined],
  ['talk', comment('nice'), undefined],
  ['an edit', on('edited'), { ...asked, cause: 'edited' }],
  ['an edit of a bot', on('edited', bot), { ...asked, cause: 'edited' }],
  ['a label removed', on('unlabelled'), { ...asked, label: 'sluice', cause: 'unlabelled' }],
  ['an issue closed', on('closed'), { ...asked, cause: 'closed' }],
  ['a pull request closed', closedPull('sluice/3-title'), undefined],
])('%s', (_, event, input) => {
  expect(generate.on(event)).toEqual(input);
});

test('what concerns an issue is looked at in order, and only asking starts a run where none is open', () => {
  const events = [label, comment('/sluice generate'), on('edited'), on('unlabelled'), on('closed')];
  expect(new Set(events.map((event) => generate.key(event)))).toEqual(new Set(['generate/5/3']));
  const follows = events.map((event) => generate.follows?.(event));
  expect(follows).toEqual([false, false, true, true, true]);
});

test.each([
  ['one of our branches', closedPull('sluice/3-title'), 'generate/5/'],
  ['one of our branches without words', closedPull('sluice/3'), 'generate/5/'],
  ['a branch of somebody', closedPull('sluice-3'), undefined],
  ['a branch that only begins alike', closedPull('sluice/3rd'), undefined],
])('those who wait look again when a pull request from %s is closed', (_, event, line) => {
  expect(generate.line?.(event)).toBe(line);
});

test('talk wakes nobody', () => {
  expect(generate.line?.(comment('nice'))).toBeUndefined();
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
  modes: new Map([['src/a.ts', '100755' as const]]),
  read: (path: string) => Promise.resolve(path === 'src/a.ts' ? 'one\ntwo\n' : undefined),
};
const edit = (path: string, search: string, replace: string) =>
  `Because.\n\n${path}\n<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n`;
const allowed = () => undefined;

test('edits come with what the model says about them, without path lines', async () => {
  const { files, summary } = await readEdits(edit('src/a.ts', 'two', 'three'), ground, allowed);
  expect(files).toEqual([
    { path: 'src/a.ts', mode: '100755', content: { encoding: 'utf-8', text: 'one\nthree\n' } },
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
