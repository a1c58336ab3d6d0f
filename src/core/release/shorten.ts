/** Bodies that are too long for the forge: cut between lines, with a link to the whole. */

/** Characters of a release's body that GitHub takes: https://github.com/goreleaser/goreleaser/issues/2647. */
export const bodyLimit = 125_000;

/** What a body may have, so that there is room for what people add. */
export const bodyBudget = 120_000;

/**
 * As many whole lines as fit into `limit` characters together with `tail`, which says where the rest is. What was
 * opened and is cut off is closed. A text that fits stays as it is.
 */
export function shortened(text: string, tail: string, limit = bodyBudget): string {
  if (text.length <= limit) return text;
  const kept: string[] = [];
  let length = tail.length + 2;
  for (const line of text.split('\n')) {
    const closed = closing([...kept, line]);
    length += line.length + 1;
    if (length + closed.length > limit) break;
    kept.push(line);
  }
  return `${kept.join('\n')}${closing(kept)}\n\n${tail}`;
}

/** A fence or a fold that is open at the end of the lines. */
function closing(lines: readonly string[]): string {
  let fence = '';
  let folds = 0;
  for (const line of lines) {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
    if (fence === '') fence = mark;
    else if (mark.startsWith(fence)) fence = '';
    if (fence !== '') continue;
    folds += (line.match(/<details\b/g) ?? []).length - (line.match(/<\/details>/g) ?? []).length;
  }
  return (fence === '' ? '' : `\n${fence}`) + '\n</details>'.repeat(Math.max(0, folds));
}
