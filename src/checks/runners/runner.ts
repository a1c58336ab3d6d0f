/**
 * Runner: how one test runner is started so that it tells each test's end in a report that a program can read.
 * To add one: a file in this folder with a value of this type, and its line in `all.ts`.
 */
import type { Parser } from '#checks/parsers/parser.ts';

/** Where runners write their report: a folder of the sandbox that ends with the command. */
export const reportFile = '/tmp/sluice-report';

export interface Runner {
  readonly name: string;
  /** The index of the word that names the runner in a command, or -1. */
  readonly find: (words: readonly string[]) => number;
  /**
   * The command that writes the report. `before` are the words in front of the runner's name (`node --flag`), `flags`
   * those after it; `files` narrows it down to these test files.
   */
  command(call: RunnerCall): readonly string[];
  /** What a person types to run these files, or everything when there are none. */
  typed(files: readonly string[]): string;
  /** Whether a file of this path may hold its tests, where no configuration says so. */
  readonly testFile: RegExp;
  readonly read: Parser;
}

export interface RunnerCall {
  readonly word: string;
  readonly before: readonly string[];
  readonly flags: readonly string[];
  readonly files: readonly string[];
}

/** Test files as the JavaScript runners name them by default. */
export const javascriptTest =
  /(?:^|\/)(?:(?:tests?|__tests__|spec)\/.*|[^/]+[._-](?:test|spec))\.[cm]?[jt]sx?$/;

/** Finds a program by its name, wherever it lies: `vitest`, `./node_modules/.bin/vitest`, `node_modules/vitest/vitest.mjs`. */
export function named(...names: readonly string[]): Runner['find'] {
  return (words) =>
    words.findIndex((word) =>
      names.includes((word.split('/').at(-1) ?? '').replace(/\.[cm]?js$/, '')),
    );
}

/** The program of an installed package, behind `node` and its flags where the script started it so. */
export function installed(program: string, { word, before }: RunnerCall): readonly string[] {
  const node = before.findIndex((name) => name === 'node');
  return node >= 0 ? [...before.slice(node), word] : [`node_modules/.bin/${program}`];
}

/** `flags` without those that match, also without the word after one that takes a value (`takes`). */
export function without(
  flags: readonly string[],
  unwanted: RegExp,
  takes = /^$/,
): readonly string[] {
  return flags.filter((flag, at) => {
    if (unwanted.test(flag)) return false;
    const previous = flags[at - 1] ?? '';
    return flag.startsWith('-') || !(unwanted.test(previous) && takes.test(previous));
  });
}

/** Only flags and their values: what names files or patterns is left out. `takes` are the flags with a value. */
export function withoutFiles(flags: readonly string[], takes: RegExp): readonly string[] {
  return flags.filter((flag, at) => flag.startsWith('-') || takes.test(flags[at - 1] ?? ''));
}
