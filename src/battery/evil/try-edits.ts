/** Evil model, its edits: every form of edit with every kind of file that may not leave, through reader, gates and forge. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Arena } from '#battery/arena.ts';
import type { Attack, Trial } from '#battery/attack.ts';
import { hostileEdits, written, type Form, type HostileEdit } from './edits.ts';
import { evilWorld, repositoryFiles } from './world.ts';
import { readBlocks } from '#core/edit-blocks.ts';
import { SluiceError } from '#core/errors.ts';
import type { SuiteReport } from '#core/evidence.ts';
import { Settings } from '#core/settings.ts';
import { strictest } from '#core/verdict.ts';
import { askGates } from '#flows/generate/ask-gates.ts';
import { readEdits } from '#flows/generate/edit.ts';

const passed = (id: string) =>
  ({ id, file: id, state: 'passed', message: null, fault: null }) as const;
const failed = { ...passed('new'), state: 'failed', message: 'x', fault: 'assertion' } as const;
const report = (cases: SuiteReport['cases']): SuiteReport => ({
  ...{ runner: 'node', command: 'node --test', state: 'passed', reason: null, cases },
});

/** Evidence that is perfect: only the edits themselves stand against them. */
const evidence = {
  before: report([passed('old')]),
  reproduced: report([failed]),
  proven: report([passed('new')]),
  after: report([passed('old'), passed('new')]),
  lintBefore: null,
  lintAfter: null,
  flaky: [],
};

const files: Readonly<Record<string, string>> = {
  ...repositoryFiles,
  'test/kept.test.js': "test('a', () => { expect(1).toBe(1); });\ntest('b', () => {});\n",
};

const ground = {
  paths: Object.keys(files),
  read: (path: string) => Promise.resolve(files[path]),
  modes: new Map(Object.keys(files).map((path) => [path, '100644' as const])),
  others: new Set(['linked']),
};

async function attempt(arena: Arena, answer: string, id: string): Promise<Trial> {
  const world = await evilWorld(arena);
  try {
    const edited = await readEdits(answer, ground, () => undefined);
    const verdicts = await askGates(
      { ...ground, commit: world.base },
      {
        ...{ settings: Settings.parse({}), linter: null, evidence },
        ...{ files: edited.files, tests: [], checks: [], rules: [] },
      },
    );
    if (strictest(verdicts) === 'block') {
      const reasons = verdicts.flatMap(({ answer: said, reasons: all }) =>
        said === 'block' ? all : [],
      );
      return { ran: reasons.length > 0, breached: false, seen: reasons.join(' ').slice(0, 200) };
    }
    const commit = await world.session.commit({
      ...{ branch: `sluice/1-${id}`, base: world.base, target: 'main', files: edited.files },
      ...{ message: 'Fix: a', title: 'Fix: a', body: 'Fixes #1' },
    });
    return { ran: true, breached: true, seen: `stands in ${commit}` };
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    return { ran: true, breached: false, seen: error.message.slice(0, 200) };
  }
}

/** A writer that does what the blocks say, in a folder of the arena's own that holds the same files. */
async function control(arena: Arena, answer: string): Promise<Trial> {
  const outer = await arena.folder();
  const folder = join(outer, 'a', 'repository');
  await mkdir(join(outer, 'elsewhere'), { recursive: true });
  for (const [path, text] of Object.entries(files)) await put(join(folder, path), text);
  await symlink(join(outer, 'elsewhere'), join(folder, 'linked'));
  const done: string[] = [];
  for (const block of readBlocks(answer).blocks) {
    // An absolute path means this folder's parent here: nothing else is ever written.
    const place = resolve(folder, block.path.replace(/^\/+/, '../'));
    if (!place.startsWith(outer)) continue;
    const text =
      block.kind === 'write' ? block.content : block.kind === 'replace' ? block.replace : '';
    await put(place, text === '' && block.kind === 'delete' ? '' : text);
    const stands = existsSync(place) && (await readFile(place, 'utf8')) === text;
    if (stands) done.push(place.slice(outer.length));
  }
  return { ran: true, breached: done.length > 0, seen: done.join(', ').slice(0, 200) };
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

function attackOf(edit: HostileEdit, form: Form): Attack {
  const id = `${form}-${edit.name}`;
  const answer = written(edit, form);
  return {
    id: `evil-model/${id}`,
    attack: `A model writes, as ${form}, ${edit.tries}.`,
    layer: 'the reader of edits, and gates on the resulting tree',
    incident: edit.incident ?? 'PromptPwnd, December 2025',
    attempt: (arena) => attempt(arena, answer, id),
    control: (arena) => control(arena, answer),
  };
}

export const evilEdits: readonly Attack[] = hostileEdits.flatMap((edit) =>
  (edit.forms ?? (['search', 'file'] as const)).map((form) => attackOf(edit, form)),
);
