/** Where review comments may stand: placed in the difference of a commit, and moved or outdated when the head moves. */
import type { Scope } from '#local-github/caller.ts';
import { diffFiles } from '#local-github/git/diff.ts';
import { hunkUpTo, lineMoves, patchLines } from '#local-github/git/hunks.ts';
import type { PatchLine } from '#local-github/git/hunks.ts';
import { isAncestor, mergeBase } from '#local-github/git/refs.ts';
import { isSha, typeOf } from '#local-github/git/objects.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import type { Anchor, Side, Thread } from '#local-github/state/reviews.ts';

/** A place as it is asked for. */
export interface Wanted {
  readonly path: string;
  readonly subject?: 'line' | 'file';
  readonly line?: number;
  readonly side?: Side;
  readonly startLine?: number;
  readonly startSide?: Side;
  /** The old way to say a line: how far below the file's first hunk header. */
  readonly position?: number;
}

/** What is wrong with a place. */
export type Misplaced = 'path' | 'line' | 'start line' | 'start line order' | 'position';

/** The difference of a pull request as of one of its commits. */
export interface Ground {
  readonly commit: string;
  /** Patch by path; null where there is no text. */
  readonly patches: ReadonlyMap<string, string | null>;
}

/** Undefined when the commit is not part of the pull request. */
export async function groundAt(
  { repository }: Scope,
  { pull }: PullRequest,
  commit: string,
): Promise<Ground | undefined> {
  const { folder } = repository;
  if (!isSha(commit) || (await typeOf(folder, commit)) !== 'commit') return undefined;
  if (!(await isAncestor(folder, commit, pull.head.sha))) return undefined;
  const start = (await mergeBase(folder, pull.base.sha, commit)) ?? pull.base.sha;
  if (start === commit) return undefined;
  const files = await diffFiles(folder, start, commit);
  return { commit, patches: new Map(files.map(({ path, patch }) => [path, patch])) };
}

/** The place in the difference, or why there is none. */
export function place({ commit, patches }: Ground, wanted: Wanted): Anchor | Misplaced {
  const patch = patches.get(wanted.path);
  if (patch === undefined) return 'path';
  if (wanted.subject === 'file') return fileAnchor(commit);
  const lines = patch === null ? [] : patchLines(patch);
  const end = lastLine(lines, wanted);
  if (typeof end === 'string') return end;
  const side = sideOf(end, wanted);
  const first = firstLine(lines, wanted, { end, side });
  if (typeof first === 'string') return first;
  return {
    commit,
    position: end.position,
    line: numberOn(end, side),
    side,
    ...startOf(first),
    hunk: hunkUpTo(patch ?? '', end.position),
  };
}

type First = { readonly line: PatchLine; readonly side: Side } | null;

function startOf(first: First): Pick<Anchor, 'startLine' | 'startSide'> {
  if (!first) return { startLine: null, startSide: null };
  return { startLine: numberOn(first.line, first.side), startSide: first.side };
}

function fileAnchor(commit: string): Anchor {
  const single = { startLine: null, startSide: null };
  return { commit, position: 1, line: null, side: 'RIGHT', ...single, hunk: '' };
}

function numberOn({ left, right }: PatchLine, side: Side): number | null {
  return side === 'LEFT' ? left : right;
}

function sideOf({ right }: PatchLine, { position, side = 'RIGHT' }: Wanted): Side {
  if (position === undefined) return side;
  return right === null ? 'LEFT' : 'RIGHT';
}

function lastLine(lines: readonly PatchLine[], wanted: Wanted): PatchLine | Misplaced {
  const { position, line, side = 'RIGHT' } = wanted;
  if (position !== undefined) return lines.find((each) => each.position === position) ?? 'position';
  if (line === undefined) return 'line';
  return lines.find((each) => numberOn(each, side) === line) ?? 'line';
}

function firstLine(
  lines: readonly PatchLine[],
  { startLine, startSide, side: wantedSide }: Wanted,
  { end, side }: { readonly end: PatchLine; readonly side: Side },
): First | Misplaced {
  if (startLine === undefined) return startSide === undefined ? null : 'start line';
  const from = startSide ?? wantedSide ?? side;
  const found = lines.find((each) => numberOn(each, from) === startLine);
  if (found?.hunk !== end.hunk) return 'start line';
  if (found.position >= end.position) return 'start line order';
  return { line: found, side: from };
}

/** To be called when the head or the base has moved: threads follow their lines, or are outdated. */
export async function followLines(scope: Scope, issue: PullRequest): Promise<void> {
  const { threads } = issue.pull.discussion;
  if (threads.length === 0) return;
  const ground = await groundAt(scope, issue, issue.pull.head.sha);
  for (const thread of threads) {
    const moved = ground && (await moveThread(scope, issue, { thread, ground }));
    thread.outdated = !moved;
    if (moved) thread.current = moved;
  }
}

/** From where it was written, so that a push that takes another one back brings its threads back too. */
async function moveThread(
  scope: Scope,
  { pull }: PullRequest,
  { thread, ground }: { readonly thread: Thread; readonly ground: Ground },
): Promise<Anchor | undefined> {
  const { original, path } = thread;
  if (thread.subject === 'file')
    return ground.patches.has(path) ? fileAnchor(ground.commit) : undefined;
  const { folder } = scope.repository;
  const start = async (commit: string) => (await mergeBase(folder, pull.base.sha, commit)) ?? '';
  const move = async (side: Side, line: number) => {
    const [from, to] =
      side === 'RIGHT'
        ? [original.commit, ground.commit]
        : [await start(original.commit), await start(ground.commit)];
    return from === to ? line : (await lineMoves(folder, path, { from, to }))?.(line);
  };
  const line = await move(original.side, original.line ?? 0);
  if (line === undefined) return undefined;
  const { startLine, startSide } = original;
  const wanted = { path, line, side: original.side };
  if (startLine === null || startSide === null) return anchorOf(place(ground, wanted));
  const first = await move(startSide, startLine);
  if (first === undefined) return undefined;
  return anchorOf(place(ground, { ...wanted, startLine: first, startSide }));
}

function anchorOf(found: Anchor | Misplaced): Anchor | undefined {
  return typeof found === 'string' ? undefined : found;
}
