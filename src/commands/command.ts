/**
 * Command: what people type in comments, `/sluice NAME` alone on the first line.
 * To add one: a file in this folder with a value of this type, its line in `all.ts`, and the flow that answers it.
 */

export interface Command {
  readonly name: string;
  /** One sentence: what happens. */
  readonly usage: string;
}

/** The name after `/sluice` when the comment's first line is exactly such a command; no arguments are taken. */
export function commandIn(comment: string): string | undefined {
  const [first = ''] = comment.split(/\r?\n/, 1);
  return /^\/sluice ([a-z][a-z-]{0,30})[ \t]*$/.exec(first)?.[1];
}

/** Whether the comment's first line is meant for us, also where it is no command. */
export function isAddressed(comment: string): boolean {
  return /^\/sluice(?:\s|$)/.test(comment);
}
