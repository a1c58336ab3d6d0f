/** Finding: what a check says about one place of a tree, in our words; tools' own formats end at the door. */
import { z } from 'zod';

/** As in SARIF; an error may stop a change, a warning is shown beside it, a note is only counted and listed. */
export const levels = ['error', 'warning', 'note'] as const;
export type Level = (typeof levels)[number];

/** Characters of a message; tools that quote whole files are cut. */
const longestMessage = 2_000;

export const Finding = z.object({
  /** The check that says so: `eslint`, `secrets`. */
  check: z.string(),
  /** The rule by the tool's own name. */
  rule: z.string().max(300),
  level: z.enum(levels),
  /** Plain text from outside: neutralised where it is published, never read as Markdown. */
  message: z.string().max(longestMessage),
  /** Relative to the repository's root, with forward slashes. */
  path: z.string(),
  /** Counted from 1; null where the finding is about the file as a whole. */
  line: z.int().positive().nullable(),
  /** The last line, never before `line`; null with it. */
  endLine: z.int().positive().nullable(),
  /** Page of the rule, where the tool is ours to trust with an address; https only. */
  help: z.url({ protocol: /^https$/ }).nullable(),
  /** Whether the tool can mend it itself. */
  fixable: z.boolean(),
});
export type Finding = Readonly<z.infer<typeof Finding>>;

/** What a tool must at least say; the rest is filled in. */
export type Said = Pick<Finding, 'rule' | 'level' | 'message' | 'path'> &
  Partial<Pick<Finding, 'line' | 'endLine' | 'help' | 'fixable'>>;

/** A finding made whole: cut to its limits, and without lines that cannot be. */
export function finding(check: string, said: Said): Finding {
  const line = lineOf(said.line);
  return {
    check,
    rule: said.rule.slice(0, 300),
    level: said.level,
    message: cut(said.message.trim()),
    path: said.path,
    line,
    endLine: line && Math.max(line, lineOf(said.endLine) ?? line),
    help: said.help?.startsWith('https://') === true ? said.help : null,
    fixable: said.fixable ?? false,
  };
}

function cut(message: string): string {
  return message.length > longestMessage ? `${message.slice(0, longestMessage - 1)}…` : message;
}

function lineOf(line: number | null | undefined): number | null {
  return typeof line === 'number' && Number.isSafeInteger(line) && line > 0 ? line : null;
}

/** The stricter first. */
export function byLevel(one: Finding, other: Finding): number {
  return levels.indexOf(one.level) - levels.indexOf(other.level);
}
