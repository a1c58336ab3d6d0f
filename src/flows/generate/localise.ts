/** Localise: asks a model which files matter for the issue, and what it means to do. */
import { ask } from '#agent/loop.ts';
import { tools } from '#agent/tools/all.ts';
import { errors } from '#core/errors.ts';
import type { Model } from '#ports/model.ts';
import type { Context } from '#engine/flow.ts';
import type { Issue } from '#core/event.ts';
import type { Settings } from '#core/settings.ts';
import { inWorkspace, type Ground } from '#checks/ground.ts';
import type { Plan } from './kept.ts';
import { fileList, issueText } from './material.ts';

/** What a thinking step works with. */
export interface Bench {
  readonly context: Context & { readonly model: Model };
  readonly issue: Issue;
  readonly ground: Ground;
  readonly settings: Settings;
}

export async function localise({
  context,
  issue,
  ground,
}: Pick<Bench, 'context' | 'issue' | 'ground'>): Promise<Plan> {
  return inWorkspace(context, { layers: [ground.tree] }, (workspace) =>
    ask(context, {
      prompt: 'generate/localise',
      inputs: { issue: issueText(issue), files: fileList(ground) },
      tools,
      workspace,
      read: (text) => readPlan(text, ground.paths),
    }),
  );
}

/** `FILES:` with a list of paths, then `PLAN:` with prose. Throws unusable with what is wrong. */
export function readPlan(text: string, paths: readonly string[]): Plan {
  const [, list, prose] =
    /^[ \t*#]*FILES:?[*\s]*\n([\s\S]*?)^[ \t*#]*PLAN:?[* \t]*([\s\S]*)$/im.exec(text) ?? [];
  if (list === undefined || prose === undefined || prose.trim() === '') {
    throw errors.answerUnusable(
      'Write `FILES:`, then one path per line, then `PLAN:` and what is wrong and how to mend it.',
    );
  }
  const named = list
    .split('\n')
    .map((line) =>
      line
        .replace(/^[\s*\-\d.)]+/, '')
        .replace(/^`([^`]+)`.*$/, '$1')
        .trim(),
    )
    .filter((line) => line !== '');
  const places = named.map((name) => placeIn(name.split(/\s/)[0] ?? '', paths));
  const files = [...new Set(places.map(({ path }) => path))].slice(0, 10);
  const unknown = files.filter((path) => !paths.includes(path));
  if (unknown.length > 0) {
    throw errors.answerUnusable(
      `There is no file ${unknown.join(', ')}. Name existing files by their whole path.`,
    );
  }
  if (files.length === 0) throw errors.answerUnusable('Name at least one file under `FILES:`.');
  const spans = places.flatMap(({ path, from, to }) =>
    from === undefined || !files.includes(path)
      ? []
      : [{ path, from, to: Math.max(from, to ?? from) }],
  );
  return { files, spans, plan: prose.trim().slice(0, 3_000) };
}

/** `src/a.ts`, `src/a.ts:12` or `src/a.ts:12-40`. */
function placeIn(
  name: string,
  paths: readonly string[],
): { path: string; from?: number; to?: number } {
  const [, path = '', from, to] = /^(.+?):(\d{1,7})(?:-(\d{1,7}))?$/.exec(name) ?? [];
  if (from === undefined || paths.includes(name)) return { path: name };
  return { path, from: Number(from), ...(to !== undefined && { to: Number(to) }) };
}
