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
  let open = nothingOpen;
  let length = tail.length + 1;
  for (const line of text.split('\n')) {
    const next = after(open, line);
    length += line.length + 1;
    if (length + closing(next).length > limit) break;
    kept.push(line);
    open = next;
  }
  return `${kept.join('\n')}${closing(open)}\n\n${tail}`;
}

interface Open {
  /** The sign of a fence of code, or nothing. */
  readonly fence: string;
  readonly folds: number;
}

const nothingOpen: Open = { fence: '', folds: 0 };

function after({ fence, folds }: Open, line: string): Open {
  const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
  if (fence !== '') return { fence: mark.startsWith(fence) ? '' : fence, folds };
  const opened = line.split('<details').length - line.split('</details>').length;
  return { fence: mark, folds: mark === '' ? Math.max(0, folds + opened) : folds };
}

function closing({ fence, folds }: Open): string {
  return (fence === '' ? '' : `\n${fence}`) + '\n</details>'.repeat(folds);
}
