/** Asks a model for edits and reads them: applied to the base commit's files all or not at all, within what is allowed. */
import { ask } from '#agent/loop.ts';
import { tools } from '#agent/tools/all.ts';
import { bytesOf, type FileChange } from '#core/change.ts';
import { applyEdits, parseEdits } from '#core/edits.ts';
import { errors, SluiceError } from '#core/errors.ts';
import { protectedReasons } from '#policy/gates/protected-paths.ts';
import type { Files } from '#checks/scripts.ts';
import { inWorkspace, type Ground } from '#checks/ground.ts';
import type { Attempt } from './kept.ts';
import type { Bench } from './localise.ts';

export interface EditQuestion {
  readonly prompt: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Why these files may not be changed so, or undefined. */
  readonly problem: (files: readonly FileChange[]) => string | undefined;
}

export type Edited = Pick<Attempt, 'files' | 'summary' | 'answer'>;

/** Edits that can be applied, or why the model gave none. */
export async function askForEdits(
  { context, ground }: Bench,
  { prompt, inputs, problem }: EditQuestion,
): Promise<Edited | { readonly problem: string }> {
  try {
    return await inWorkspace(context, { layers: [ground.tree] }, (workspace) =>
      ask(context, {
        prompt,
        inputs,
        tools,
        workspace,
        maxCalls: 8,
        read: (text) => readEdits(text, ground, problem),
      }),
    );
  } catch (error) {
    // Asked again as often as makes sense: from here on it is a result, which is told with what was tried.
    if (error instanceof SluiceError && error.kind === 'unusable')
      return { problem: error.message };
    throw error;
  }
}

/** Throws unusable with everything that is wrong with the answer. */
export async function readEdits(
  answer: string,
  ground: Files & Pick<Ground, 'modes'>,
  problem: EditQuestion['problem'],
): Promise<Edited> {
  const edits = parseEdits(answer);
  if (edits.length === 0) throw errors.answerUnusable('The answer holds no edit block.');
  const texts = new Map<string, string | null | undefined>();
  for (const { path } of edits) {
    const known = ground.paths.includes(path);
    texts.set(path, known ? ((await ground.read(path)) ?? null) : undefined);
  }
  const applied = applyEdits(
    edits,
    (path) => texts.get(path),
    (path) => ground.modes.get(path) ?? '100644',
  );
  if ('problems' in applied) throw errors.answerUnusable(applied.problems.join('\n\n'));
  const { files } = applied;
  if (files.length === 0) throw errors.answerUnusable('The edits change nothing.');
  const forbidden = [
    ...protectedReasons(files.map(({ path }) => path)),
    problem(files),
    tooLarge(files),
  ];
  const told = forbidden.filter((reason) => reason !== undefined);
  if (told.length > 0) throw errors.answerUnusable(told.join('\n'));
  return { files, summary: proseOf(answer), answer };
}

function tooLarge(files: readonly FileChange[]): string | undefined {
  const bytes = files.reduce(
    (sum, { content }) => sum + (content ? bytesOf(content).length : 0),
    0,
  );
  return bytes > 1024 * 1024 ? 'The change is larger than 1 MiB.' : undefined;
}

/** What stands before the first block, without its path line and fences. */
function proseOf(answer: string): string {
  const [before = ''] = answer.split(/^[ \t]*<{5,} ?(?:SEARCH|FILE|DELETE)\b/m, 1);
  const lines = before.trimEnd().split('\n').slice(0, -1);
  return lines
    .filter((line) => !/^\s*(?:```|~~~)/.test(line))
    .join('\n')
    .trim()
    .slice(0, 1_000);
}
