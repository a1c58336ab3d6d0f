/** Reads `.github/release-drafter.yml` with what it extends: the rules by which notes are written, or all that is wrong with it. */
import type { z } from 'zod';
import { distanceWithin } from '#core/similarity.ts';
import type { Remark } from './categories.ts';
import {
  describeTarget,
  maximumExtends,
  mergeChain,
  targetOf,
  type Merged,
  type NextTarget,
  type Target,
} from './config-chain.ts';
import {
  lineIn,
  readConfigFile,
  type ConfigFile,
  type ConfigProblem,
  type ConfigText,
} from './config-file.ts';
import { DrafterSettings, drafterKeys } from './drafter-schema.ts';
import { newerKeys } from './older-keys.ts';
import { rulesOf, type Asked, type Rules } from './rules.ts';

export type ReadRules =
  | { readonly rules: Rules; readonly notices: readonly ConfigProblem[] }
  | { readonly problems: readonly ConfigProblem[] };

export interface ChainText {
  readonly target: Target;
  readonly text: string;
}

/** The file to read next, a problem with `_extends`, or undefined when the chain is whole. A file that is there already ends it. */
export function nextInChain(chain: readonly ChainText[]): NextTarget | undefined {
  const last = chain.at(-1);
  if (last === undefined) return undefined;
  const { extends: from } = readConfigFile({ file: '', text: last.text });
  if (from === undefined) return undefined;
  if (chain.length > maximumExtends) {
    return { problem: `More than ${String(maximumExtends)} files extend one another.` };
  }
  const next = targetOf(from, last.target);
  if ('problem' in next) return next;
  const name = describeTarget(next.target);
  return chain.some(({ target }) => describeTarget(target) === name) ? undefined : next;
}

/** `files` in the order in which they extend one another: the first is the repository's own. */
export function readRules(files: readonly ConfigText[], asked: Asked): ReadRules {
  const read = files.map(readConfigFile);
  const broken = read.flatMap(({ problems }) => problems);
  if (broken.length > 0) return { problems: broken };
  const merged = mergeChain(read);
  const at = placing(files, read, merged);
  if (merged.problems.length > 0) {
    const remedy = 'Only lists are appended or prepended.';
    return {
      problems: merged.problems.map(({ file, key, problem }) => ({
        file: files[file]?.file ?? '',
        line: read[file] === undefined ? 1 : lineIn(read[file], [key]),
        ...{ key, problem, remedy },
      })),
    };
  }
  const newer = newerKeys(merged.value);
  const parsed = DrafterSettings.safeParse(newer.value);
  if (!parsed.success) return { problems: parsed.error.issues.map(issueRemark).map(at) };
  const rules = rulesOf(parsed.data, asked);
  if (rules.errors.length > 0) return { problems: rules.errors.map(at) };
  const notices = [...newer.notices, ...unknownKeys(newer.value), ...rules.notices].map(at);
  return { rules: { ...rules.rules, branches: newer.branches }, notices };
}

function placing(
  files: readonly ConfigText[],
  read: readonly ConfigFile[],
  { origins }: Merged,
): (remark: Remark) => ConfigProblem {
  return ({ path, problem, remedy }) => {
    const [key = '', index] = path;
    const item = index === undefined ? undefined : origins.get(`${key}.${String(index)}`);
    const origin = item ?? origins.get(String(key)) ?? { file: 0, path: [key] };
    const there = [...origin.path, ...path.slice(origin.path.length)];
    const file = read[origin.file];
    return {
      file: files[origin.file]?.file ?? '',
      line: file === undefined ? 1 : lineIn(file, there),
      key: path.join('.'),
      problem,
      remedy,
    };
  };
}

type Issue = z.core.$ZodIssue;

/** Of a choice, that one which came furthest is what was meant. */
function issueRemark(issue: Issue): Remark {
  if (issue.code === 'invalid_union') {
    const inner = issue.errors
      .flat()
      .toSorted((a, b) => b.path.length - a.path.length)
      .find(({ path }) => path.length > 0);
    if (inner) return issueRemark({ ...inner, path: [...issue.path, ...inner.path] });
  }
  const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
  const standard = path.reduce<unknown>(
    (value, key) => new Map(Object.entries(value ?? {})).get(String(key)),
    DrafterSettings.parse({}),
  );
  const isPlain = ['string', 'number', 'boolean'].includes(typeof standard);
  const remedy = isPlain
    ? `Without this line it is ${JSON.stringify(standard)}.`
    : 'Mend it, or take it away.';
  return { path, problem: `${issue.message}.`, remedy };
}

function unknownKeys(value: Readonly<Record<string, unknown>>): readonly Remark[] {
  const known = Object.keys(drafterKeys);
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = known
        .map((name) => ({ name, distance: distanceWithin(name, key, 3) ?? Infinity }))
        .sort((one, other) => one.distance - other.distance)
        .find(({ distance }) => distance < Infinity);
      const remedy = near ? `Did you mean \`${near.name}\`?` : 'It is passed over.';
      return { path: [key], problem: 'There is no such setting.', remedy };
    });
}
