/**
 * Parser: a runner's machine-readable report as test cases. To add one: a file in this folder with a function of this
 * type, used by a file in `checks/runners/`.
 */
import type { CaseState, TestCase } from '#core/evidence.ts';
import { faultOf, normalise } from '#checks/message.ts';

/** Answers undefined when the text is not such a report. `root` is the repository's folder inside the sandbox. */
export type Parser = (report: string, root: string) => readonly TestCase[] | undefined;

/** What a report says of one test, before its paths and messages are made the same everywhere. */
export interface Told {
  readonly file: string;
  /** Suites and title, outermost first. */
  readonly path: readonly string[];
  readonly state: CaseState;
  readonly message?: string | undefined;
  /** Set where the failure is of the file as a whole. */
  readonly unloaded?: boolean;
}

/** Test cases with identities that are unique and the same in every run. */
export function casesOf(told: readonly Told[], root: string): readonly TestCase[] {
  const seen = new Map<string, number>();
  return told.map(({ file, path, state, message, unloaded }) => {
    const relative = file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file;
    const name = [relative, ...path].filter((part) => part !== '').join(' > ');
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    const failed = state === 'failed';
    return {
      id: times === 1 ? name : `${name} (${String(times)})`,
      file: relative,
      state,
      message: failed ? normalise(message ?? '', root) : null,
      fault: failed ? (unloaded === true ? 'load' : faultOf(message ?? '')) : null,
    };
  });
}

/** JSON text as a value, or undefined where it is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whoever asks tells people what it means that the report cannot be read.
    return undefined;
  }
}
