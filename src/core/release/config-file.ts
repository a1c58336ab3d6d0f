/** One file of configuration, read as YAML: its keys, what it extends, and what is wrong with it as YAML. */
import { isMap } from 'yaml';
import { z } from 'zod';
import { lineOf, readPlaced, type Placed } from '#core/yaml-places.ts';
import type { ChainFile, Strategy } from './config-chain.ts';

/** Something wrong with a configuration, or worth knowing about it, at its place. */
export interface ConfigProblem {
  /** The file, as `owner/name:path`. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** The key with its parents, `categories.0.title`; empty for the file as a whole. */
  readonly key: string;
  readonly problem: string;
  readonly remedy: string;
}

export function describeConfigProblem({ file, line, key, problem, remedy }: ConfigProblem): string {
  const what = key === '' ? '' : ` \`${key}\`:`;
  return `${file}, line ${String(line)}:${what} ${problem} ${remedy}`;
}

export interface ConfigText {
  /** How it is called in messages. */
  readonly file: string;
  readonly text: string;
}

export interface ConfigFile extends ChainFile {
  readonly placed: Placed;
  /** As it stands under `_extends`. */
  readonly extends: string | undefined;
  readonly problems: readonly ConfigProblem[];
}

const Strategies = z.record(z.string(), z.enum(['override', 'append', 'prepend']));
const Extends = z
  .union([
    z.string(),
    z.null(),
    z.strictObject({ from: z.string().regex(/\S/), strategy: Strategies.nullish() }),
  ])
  .optional();

export function readConfigFile({ file, text }: ConfigText): ConfigFile {
  const placed = readPlaced(text);
  const none = { placed, keys: new Map(), strategies: new Map(), extends: undefined };
  const broken = placed.document.errors.map(({ message, pos }) => ({
    line: placed.lines.linePos(pos[0]).line,
    problem: message,
  }));
  const value = broken.length > 0 ? undefined : valueOf(placed);
  const problems = value?.problem === undefined ? broken : [{ line: 1, problem: value.problem }];
  if (problems.length > 0 || value === undefined) {
    const remedy = 'Mend the YAML at this line; indent with spaces.';
    return { ...none, problems: problems.map((one) => ({ ...one, file, key: '', remedy })) };
  }
  const { _extends: declared, ...rest } = value.keys;
  const read = Extends.safeParse(declared);
  if (!read.success) {
    const problem = 'It is neither a file nor `from` with a `strategy` of `append` or `prepend`.';
    const remedy = 'Write `_extends: owner/repository:path`, for instance.';
    const line = lineOf(placed, ['_extends']);
    return { ...none, problems: [{ file, line, key: '_extends', problem, remedy }] };
  }
  const { from, strategies } = extended(read.data);
  return { placed, keys: new Map(Object.entries(rest)), strategies, extends: from, problems: [] };
}

function extended(declared: z.infer<typeof Extends>): {
  readonly from: string | undefined;
  readonly strategies: ReadonlyMap<string, Strategy>;
} {
  const isPlain = typeof declared === 'string' || declared === null || declared === undefined;
  const from = (isPlain ? (declared ?? '') : declared.from).trim();
  const strategies = new Map(isPlain ? [] : Object.entries(declared.strategy ?? {}));
  return { from: from === '' ? undefined : from, strategies };
}

function valueOf(placed: Placed): {
  readonly keys: Readonly<Record<string, unknown>>;
  readonly problem?: string;
} {
  const { contents } = placed.document;
  if (contents === null) return { keys: {} };
  if (!isMap(contents)) return { keys: {}, problem: 'It is no list of `key: value` lines.' };
  try {
    return { keys: z.record(z.string(), z.unknown()).parse(placed.document.toJS()) };
  } catch {
    // A bomb of aliases, or keys that are no text.
    return { keys: {}, problem: 'Its keys or its aliases cannot be resolved.' };
  }
}

/** Where a path of the merged value was written. */
export function lineIn(file: ConfigFile, path: readonly PropertyKey[]): number {
  return lineOf(file.placed, path);
}
