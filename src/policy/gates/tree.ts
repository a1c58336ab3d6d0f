/** Tree: the commit that would come of the change holds nothing but plain files under names that read the same everywhere. */
import type { FileChange } from '#core/change.ts';
import { pathProblem } from '#core/repository-path.ts';
import type { Gate, GateFacts } from './gate.ts';
import { listed } from '#policy/reasons.ts';

export const tree: Gate = {
  name: 'tree',
  asks: 'The change makes plain files only, under names that every file system reads alike.',
  decide({ change, base }) {
    const now = [...resulting(change.files, base)];
    const blocks = [
      ...told('Names that cannot be used', change.files.filter(hasOddName)),
      ...told('No plain files', change.files.filter(isNoFile)),
      ...told('Written twice', change.files.filter(isTwice)),
      ...told('In the way of another file', change.files.filter(inTheWay(now))),
      ...told(
        'Differ only in how they are spelled from another file',
        clashing(change.files, now, base.modes),
      ),
      ...told('Would replace a link or a submodule', change.files.filter(overOther(base))),
    ];
    const modes = told(
      'May be executed now, or no longer',
      change.files.filter(({ path, mode, content }) => {
        const before = base.modes.get(path) ?? '100644';
        return content !== null && mode !== before;
      }),
    );
    const answer = blocks.length > 0 ? 'block' : modes.length > 0 ? 'warn' : 'pass';
    return { gate: 'tree', answer, reasons: [...blocks, ...modes] };
  },
};

/** What stands in the commit with the change: paths of files, links and submodules. */
function resulting(files: readonly FileChange[], base: GateFacts['base']): ReadonlySet<string> {
  const now = new Set([...base.modes.keys(), ...base.others]);
  for (const { path, content } of files) {
    if (content === null) now.delete(path);
    else now.add(path);
  }
  return now;
}

/** Windows leaves out dots and spaces at the end, and reads some names as devices and what follows a colon as a stream. */
const misread = /[. ]$|[<>:"|?*]|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

function hasOddName({ path }: FileChange): boolean {
  return pathProblem(path) !== undefined || path.split('/').some((part) => misread.test(part));
}

/** Also where what made the change was led to say something else: the type is a promise, not a proof. */
function isNoFile({ mode, content }: FileChange): boolean {
  const kinds: readonly string[] = ['100644', '100755'];
  return content !== null && !kinds.includes(mode);
}

function isTwice({ path }: FileChange, at: number, all: readonly FileChange[]): boolean {
  return all.findIndex((other) => other.path === path) !== at;
}

/** A file where others need a folder, or below a path that is a file. */
function inTheWay(now: readonly string[]) {
  const there = new Set(now);
  const folders = new Set(now.flatMap(foldersOf));
  return ({ path, content }: FileChange): boolean =>
    content !== null && (folders.has(path) || foldersOf(path).some((one) => there.has(one)));
}

/** Each new path, and each folder of it, must be the only one of its spelling; what stood there before may go on. */
function clashing(
  files: readonly FileChange[],
  now: readonly string[],
  there: ReadonlyMap<string, unknown>,
): readonly FileChange[] {
  const spelled = new Map<string, Set<string>>();
  for (const path of new Set(now.flatMap((one) => [...foldersOf(one), one]))) {
    const kept = spelled.get(fold(path)) ?? new Set();
    spelled.set(fold(path), kept.add(path));
  }
  const isAlone = (path: string) => (spelled.get(fold(path))?.size ?? 0) < 2;
  return files.filter(
    ({ path, content }) =>
      content !== null && !there.has(path) && ![...foldersOf(path), path].every(isAlone),
  );
}

function overOther({ others }: GateFacts['base']) {
  return ({ path }: FileChange): boolean =>
    [...foldersOf(path), path].some((one) => others.has(one));
}

/** `a/b/c` lies in `a` and `a/b`. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
}

function fold(path: string): string {
  return path.normalize('NFKC').toLowerCase();
}

function told(sentence: string, files: readonly FileChange[]): readonly string[] {
  return files.length === 0
    ? []
    : [`${sentence}: ${listed(files.map(({ path }) => shown(path)))}.`];
}

/** A name that cannot be seen is told by its numbers. */
function shown(path: string): string {
  return path.replace(/[\p{C}\p{Z}]/gu, (sign) =>
    sign === ' ' ? sign : `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
