/** What the compiler says of projects as findings: each file's from the project that is nearest to it, and none that only missing packages bring. */
import { z } from 'zod';
import type { Said } from '#core/finding.ts';
import type { Unread } from './check.ts';

const Told = z.object({
  code: z.int(),
  message: z.string(),
  path: z.string().nullable(),
  line: z.int().nullable(),
  endLine: z.int().nullable(),
  isSyntax: z.boolean(),
});
type Told = Readonly<z.infer<typeof Told>>;

/** What `inside/typecheck.ts` prints. */
export const TypesAnswer = z.object({
  projects: z.array(
    z.object({
      project: z.string(),
      files: z.array(z.string()),
      told: z.array(Told),
      isCut: z.boolean(),
    }),
  ),
});
export type TypesAnswer = Readonly<z.infer<typeof TypesAnswer>>;

export interface Packages {
  /** Why they are not there, or null. */
  readonly problem: string | null;
  /** Names of those that the repository's manifests ask for. */
  readonly declared: ReadonlySet<string>;
}

/** A module, or the types of one, that cannot be found. */
const moduleMissing = new Set([2307, 2792, 2875, 2882, 7016]);
/** Names of Node, of test runners, of Bun and of JSX, where their types cannot be found; and a whole package of types. */
const namesMissing = new Set([2580, 2581, 2582, 2591, 2592, 2593, 2867, 2868, 7026]);
/** The types that a project asks for by name. */
const typesMissing = 2688;
/** Names of any kind: types that are there for all files may bring them. */
const perhapsMissing = new Set([2304, 2503, 2552, 2686]);

export function typesFound(
  answer: TypesAnswer,
  packages: Packages,
): { readonly said: readonly Said[]; readonly unread: readonly Unread[] } {
  const owners = ownersOf(answer);
  const said = new Map<string, Said>();
  const unread = new Map<string, string>();
  for (const { project, told, isCut } of answer.projects) {
    const own = told.filter(({ path }) => path === null || owners.get(path) === project);
    const lacks = lacksOf(own, packages);
    for (const [path, lack] of lacks) unread.set(path ?? project, lack);
    for (const each of own) {
      const isKnown = each.isSyntax || !lacks.has(each.path);
      if (isKnown) said.set(JSON.stringify(each), saidOf(each, project));
    }
    if (isCut) unread.set(project, 'more is wrong with it than can be told');
  }
  return {
    said: [...said.values()],
    unread: [...unread].map(([path, reason]) => ({ path, reason })),
  };
}

/** By file (null for the project) what is missing, so that nothing can be told of it. */
function lacksOf(own: readonly Told[], packages: Packages): ReadonlyMap<string | null, string> {
  const isBare = packages.problem !== null || own.some(({ code }) => code === typesMissing);
  return new Map(
    own.flatMap((each) => {
      const isName = namesMissing.has(each.code) || (isBare && perhapsMissing.has(each.code));
      const lack = isName ? 'types of packages that it uses are not there' : lackOf(each, packages);
      return lack === undefined ? [] : [[each.path, lack] as const];
    }),
  );
}

/** Of a file the project that lies nearest above it among those that have it: others mean it less. */
function ownersOf({ projects }: TypesAnswer): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  const depth = (project: string) => project.split('/').length;
  for (const { project, files } of projects) {
    for (const path of files) {
      const known = owners.get(path);
      if (known === undefined || depth(known) < depth(project)) owners.set(path, project);
    }
  }
  return owners;
}

/** What is missing where a diagnostic says no more than that a package is not installed. */
function lackOf({ code, message }: Told, { problem, declared }: Packages): string | undefined {
  if (code === typesMissing) return 'types that it asks for are not there';
  if (!moduleMissing.has(code)) return undefined;
  const name = packageOf(/'([^']+)'/.exec(message)?.[1] ?? '');
  if (name === undefined) return undefined;
  const isLack = problem !== null || (code !== 7016 && declared.has(name));
  return isLack ? `the package ${name} is not there` : undefined;
}

/** The package that a module belongs to; undefined for modules of the repository itself. */
function packageOf(module: string): string | undefined {
  if (/^(?:[./~#]|@\/|[A-Za-z]:)/.test(module)) return undefined;
  if (module.startsWith('node:')) return '@types/node';
  return /^(?:@[\w.-]+\/)?[\w.-]+/.exec(module)?.[0];
}

function saidOf({ code, message, path, line, endLine }: Told, project: string): Said {
  return {
    rule: `TS${String(code)}`,
    level: 'error',
    message,
    path: path ?? project,
    line,
    endLine,
  };
}
