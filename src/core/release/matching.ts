/** Which changes belong to a category: by labels, by the paths that they touch, by a conventional title. */
import ignore from 'ignore';
import type { Pull } from './manifest.ts';

export type Mode = 'any' | 'all' | 'only' | 'exactly';

export interface Condition {
  readonly labels: readonly string[];
  readonly labelsMode: Mode;
  readonly paths: readonly string[];
  readonly pathsMode: Mode;
  readonly conventional?:
    | {
        readonly types: readonly string[];
        readonly scopes: readonly string[];
        readonly breaking: boolean | undefined;
      }
    | undefined;
}

type Matched = Pick<Pull, 'title' | 'labels' | 'files'>;

/** Whether one of the conditions holds; without any, all changes belong. */
export function belongs(conditions: readonly Condition[], pull: Matched): boolean {
  return conditions.length === 0 || conditions.some((condition) => holds(condition, pull));
}

export function holds(condition: Condition, pull: Matched): boolean {
  return (
    labelsHold(condition, pull.labels) &&
    pathsHold(condition, pull.files ?? []) &&
    titleHolds(condition.conventional, pull.title)
  );
}

function labelsHold({ labels, labelsMode }: Condition, actual: readonly string[]): boolean {
  if (labels.length === 0) return true;
  const has = new Set(actual);
  const all = labels.every((label) => has.has(label));
  const only = has.size > 0 && [...has].every((label) => labels.includes(label));
  return byMode(labelsMode, { any: labels.some((label) => has.has(label)), all, only });
}

function pathsHold({ paths, pathsMode }: Condition, files: readonly string[]): boolean {
  if (paths.length === 0) return true;
  // Of nothing no file is one of the paths, and not "every" file either.
  if (files.length === 0) return false;
  const rules = paths.map((path) => pathRule([path]));
  const touched = (file: string) => rules.some((rule) => rule(file));
  const all = rules.every((rule) => files.some(rule));
  return byMode(pathsMode, { any: files.some(touched), all, only: files.every(touched) });
}

interface Ways {
  readonly any: boolean;
  readonly all: boolean;
  readonly only: boolean;
}

function byMode(mode: Mode, { any, all, only }: Ways): boolean {
  return { any, all, only, exactly: all && only }[mode];
}

/** Whether a path is matched by rules as in a `.gitignore`; capitals make no difference. */
export function pathRule(patterns: readonly string[]): (path: string) => boolean {
  const rules = ignore().add(patterns);
  return (path) => ignore.isPathValid(path) && rules.ignores(path);
}

function titleHolds(wanted: Condition['conventional'], title: string): boolean {
  if (wanted === undefined) return true;
  const read = conventionalTitle(title);
  if (read === undefined) return false;
  const { types, scopes, breaking } = wanted;
  return (
    (types.length === 0 || types.includes(read.type)) &&
    (scopes.length === 0 || (read.scope !== undefined && scopes.includes(read.scope))) &&
    (breaking === undefined || breaking === read.breaking)
  );
}

export interface ConventionalTitle {
  readonly type: string;
  readonly scope: string | undefined;
  readonly breaking: boolean;
}

const breakingTitle = /^(\w+)(?:\((.*)\))?!: /;
const plainTitle = /^(\w+)(?:\((.*)\))?: /;

/** `type(scope)!: subject`; https://www.conventionalcommits.org. */
export function conventionalTitle(title: string): ConventionalTitle | undefined {
  const breaking = breakingTitle.exec(title);
  const [, type, scope] = breaking ?? plainTitle.exec(title) ?? [];
  if (type === undefined) return undefined;
  return { type, scope: scope === '' ? undefined : scope, breaking: breaking !== null };
}
