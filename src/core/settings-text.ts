/** Reads the text of `.github/sluice.yml`: all problems at once, each with its line, key and remedy. */
import { isMap, isPair, LineCounter, parseDocument, type Document, type Pair } from 'yaml';
import { z } from 'zod';
import { SluiceError } from './errors.ts';
import { Settings } from './settings.ts';
import { distanceWithin } from './similarity.ts';

/** Where the settings of a repository lie. */
export const settingsPath = '.github/sluice.yml';

export interface SettingProblem {
  /** Counted from 1. */
  readonly line: number;
  /** The key with its parents, `limits.files`; empty for the file as a whole. */
  readonly key: string;
  readonly problem: string;
  readonly remedy: string;
}

export type ReadSettings =
  { readonly settings: Settings } | { readonly problems: readonly SettingProblem[] };

/** The settings, with defaults for what the text does not name, or everything that is wrong with it. No file is an empty one. */
export function readSettings(text = ''): ReadSettings {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
  });
  const broken = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    line: lines.linePos(pos[0]).line,
    key: '',
    problem: message,
    remedy: 'Mend the YAML at this line; indent with spaces.',
  }));
  if (broken.length > 0) return { problems: broken };
  const value: unknown = document.toJS({ maxAliasCount: 0 }) ?? {};
  const read = Settings.safeParse(value);
  if (read.success) return { settings: read.data };
  const lineOf = (path: readonly PropertyKey[]) => lines.linePos(offsetOf(document, path)).line;
  const problems = read.error.issues.flatMap((issue) => problemsOf(issue, lineOf));
  return { problems: problems.sort((a, b) => a.line - b.line) };
}

/** The settings. Throws invalid `setting-invalid` that lists every problem. */
export function parseSettings(text?: string): Settings {
  const read = readSettings(text);
  if ('settings' in read) return read.settings;
  const [first] = read.problems;
  throw new SluiceError({
    code: 'setting-invalid',
    kind: 'invalid',
    message: read.problems.map(describeProblem).join('\n'),
    hint: first?.remedy ?? '',
  });
}

export function describeProblem({ line, key, problem, remedy }: SettingProblem): string {
  const what = key === '' ? '' : ` \`${key}\`:`;
  return `${settingsPath}, line ${String(line)}:${what} ${problem} ${remedy}`;
}

/** The JSON Schema of the file, for editors. */
export function settingsSchema(): object {
  const schema = z.toJSONSchema(Settings, { io: 'input' });
  return { ...schema, title: 'Settings of Sluice in .github/sluice.yml' };
}

type ZodIssue = z.core.$ZodIssue;

function problemsOf(
  issue: ZodIssue,
  lineOf: (path: readonly PropertyKey[]) => number,
): readonly SettingProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return {
        line: lineOf(path),
        key: path.join('.'),
        problem: 'There is no such setting.',
        remedy: nearest(issue.path, key),
      };
    });
  }
  const { path } = issue;
  const remedy = path.length === 0 ? 'Write settings as `key: value` lines.' : remedyOf(path);
  return [{ line: lineOf(path), key: path.join('.'), problem: sentence(issue.message), remedy }];
}

function sentence(message: string): string {
  return message.endsWith('.') ? message : `${message}.`;
}

/** What the setting holds by default, as an example of what is right. */
function remedyOf(path: readonly PropertyKey[]): string {
  const example = path.reduce<unknown>(
    (value, key) => new Map(Object.entries(value ?? {})).get(String(key)),
    Settings.parse({}),
  );
  if (typeof example === 'number' || typeof example === 'string') {
    return `Without this line it is ${String(example)}.`;
  }
  return 'Take the line away to let it be detected.';
}

function nearest(parents: readonly PropertyKey[], key: string): string {
  const known = keysOf(settingsSchema(), '');
  const wanted = [...parents, key].join('.');
  // Also a right key below the wrong parent.
  const misplaced = known.find((name) => name === key || name.endsWith(`.${key}`));
  const near = known
    .map((name) => ({ name, distance: distanceWithin(name, wanted, 3) ?? Infinity }))
    .sort((one, other) => one.distance - other.distance)
    .find(({ distance }) => distance < Infinity);
  const meant = misplaced ?? near?.name;
  if (meant !== undefined) return `Did you mean \`${meant}\`?`;
  const siblings = known.filter((name) => parentOf(name) === parents.join('.'));
  return `Known here: ${siblings.map((name) => name.split('.').at(-1)).join(', ')}.`;
}

function parentOf(key: string): string {
  return key.split('.').slice(0, -1).join('.');
}

const Node = z.object({ properties: z.record(z.string(), z.unknown()).default({}) });

function keysOf(schema: unknown, prefix: string): readonly string[] {
  return Object.entries(Node.parse(schema).properties).flatMap(([name, below]) => {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    return [key, ...keysOf(below, key)];
  });
}

/** The place of a key in the text; of the nearest key above where it is missing. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const key of path) {
    const pair: Pair | undefined = isMap(node)
      ? node.items.find((item) => keyOf(item) === String(key))
      : undefined;
    if (pair === undefined) return offset;
    offset = rangeOf(pair.key) ?? offset;
    node = pair.value;
  }
  return offset;
}

function keyOf(pair: unknown): string | undefined {
  return isPair(pair) ? String(pair.key) : undefined;
}

const Ranged = z.object({ range: z.tuple([z.number()]).rest(z.number()) });

function rangeOf(node: unknown): number | undefined {
  const read = Ranged.safeParse(node);
  return read.success ? read.data.range[0] : undefined;
}
