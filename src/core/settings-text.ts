/** Reads the text of `.github/sluice.yml`: all problems at once, each with its line, key and remedy. */
import { z } from 'zod';
import { SluiceError } from './errors.ts';
import { Policies, type Policy, type PolicyProblem } from './policies.ts';
import { Settings } from './settings.ts';
import { distanceWithin } from './similarity.ts';
import { lineOf, placeIn, readPlaced } from './yaml-places.ts';

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
  const read = readYaml(text, Settings);
  return 'value' in read ? { settings: read.value } : read;
}

const PolicyFile = z.strictObject({ policies: Policies.prefault([]) });

/** A file that holds `policies` and nothing else, as an operator writes it. */
export function readPolicies(
  text: string,
): { readonly policies: readonly Policy[] } | { readonly problems: readonly SettingProblem[] } {
  const read = readYaml(text, PolicyFile);
  return 'value' in read ? read.value : read;
}

/** What is wrong with an expression of a policy, at its place in the text in which the policy stands. */
export function expressionProblem(
  text: string,
  { index, at, problem }: PolicyProblem,
): SettingProblem {
  const path = ['policies', index, 'when'];
  const { line, column } = placeIn(readPlaced(text), path, at);
  return {
    line,
    key: path.join('.'),
    problem: `Column ${String(column)}: ${sentence(problem)}`,
    remedy: '`policy facts` of the command line prints what an expression may use.',
  };
}

function readYaml<T>(
  text: string,
  schema: z.ZodType<T>,
): { readonly value: T } | { readonly problems: readonly SettingProblem[] } {
  const placed = readPlaced(text);
  const { document, lines } = placed;
  const broken = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    line: lines.linePos(pos[0]).line,
    key: '',
    problem: message,
    remedy: 'Mend the YAML at this line; indent with spaces.',
  }));
  if (broken.length > 0) return { problems: broken };
  const value: unknown = document.toJS({ maxAliasCount: 0 }) ?? {};
  const read = schema.safeParse(value);
  if (read.success) return { value: read.data };
  const at = (path: readonly PropertyKey[]) => lineOf(placed, path);
  const problems = read.error.issues.flatMap((issue) => problemsOf(issue, at));
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
  if (path[0] === 'policies') {
    return 'A policy has a `name`, an expression `when`, a `message`, and if need be `answer` and `lift`.';
  }
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
  const above = parents.filter((parent) => typeof parent !== 'number');
  const wanted = [...above, key].join('.');
  // Also a right key below the wrong parent.
  const misplaced = known.find((name) => name === key || name.endsWith(`.${key}`));
  const near = known
    .map((name) => ({ name, distance: distanceWithin(name, wanted, 3) ?? Infinity }))
    .sort((one, other) => one.distance - other.distance)
    .find(({ distance }) => distance < Infinity);
  const meant = misplaced ?? near?.name;
  if (meant !== undefined) return `Did you mean \`${meant}\`?`;
  const siblings = known.filter((name) => parentOf(name) === above.join('.'));
  return `Known here: ${siblings.map((name) => name.split('.').at(-1)).join(', ')}.`;
}

function parentOf(key: string): string {
  return key.split('.').slice(0, -1).join('.');
}

const Node = z.object({
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
});

/** Of the entries of a list their keys stand right below its own. */
function keysOf(schema: unknown, prefix: string): readonly string[] {
  const { properties, items } = Node.parse(schema);
  if (items !== undefined) return keysOf(items, prefix);
  return Object.entries(properties ?? {}).flatMap(([name, below]) => {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    return [key, ...keysOf(below, key)];
  });
}
