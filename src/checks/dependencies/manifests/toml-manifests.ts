/** Reads what pyproject.toml, Pipfile and Cargo.toml ask for. */
import { z } from 'zod';
import {
  originOf,
  pythonName,
  type Asked,
  type ManifestReader,
} from '#checks/dependencies/dependency.ts';
import { lineFinder } from '#checks/dependencies/lines.ts';
import { tomlOf } from '#checks/dependencies/lockfiles/toml-locks.ts';
import { requirementOf } from './requirement.ts';

const Table = z.record(z.string(), z.unknown()).default({}).catch({});
const List = z.array(z.unknown()).default([]).catch([]);

const Detail = z
  .object({
    version: z.string().optional(),
    git: z.string().optional(),
    url: z.string().optional(),
    path: z.string().optional(),
    /** Cargo: what it is called on the registry. */
    package: z.string().optional(),
  })
  .catch({});

type Lines = ReturnType<typeof lineFinder>;

/** `name = "1.0"` and `name = { version = "1.0", git = "…" }`. */
function ofTable(ecosystem: Asked['ecosystem'], table: Record<string, unknown>, lineOf: Lines) {
  return Object.entries(table)
    .filter(([key]) => key !== 'python')
    .map(([key, value]): Asked => {
      const detail = typeof value === 'string' ? { version: value } : Detail.parse(value);
      const name = detail.package ?? key;
      return {
        ecosystem,
        name: ecosystem === 'PyPI' ? pythonName(name) : name,
        spec: detail.git ?? detail.url ?? detail.path ?? detail.version ?? '',
        line: lineOf(key),
        origin: originOfDetail(detail),
      };
    });
}

function originOfDetail({ git, url, path }: Partial<z.infer<typeof Detail>>): Asked['origin'] {
  if (git !== undefined) return 'git';
  return path === undefined ? originOf(url ?? '') : 'path';
}

const Pyproject = z.object({
  project: z
    .object({ dependencies: List, 'optional-dependencies': Table })
    .partial()
    .optional()
    .catch(undefined),
  'dependency-groups': Table,
  tool: z
    .object({
      poetry: z
        .object({ dependencies: Table, 'dev-dependencies': Table, group: Table })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});
const PoetryGroup = z.object({ dependencies: Table }).catch({ dependencies: {} });

type Pyproject = z.infer<typeof Pyproject>;

export const pyproject: ManifestReader = (text) => {
  const read = Pyproject.safeParse(tomlOf(text));
  if (!read.success) return undefined;
  const lines = text.split('\n');
  const ofLists = listsOf(read.data).flatMap((each) => {
    const at = lines.findIndex((line) => line.includes(`"${each}"`) || line.includes(`'${each}'`));
    return requirementOf(each, at + 1) ?? [];
  });
  const lineOf = lineFinder(text);
  const ofTables = tablesOf(read.data).flatMap((table) => ofTable('PyPI', table, lineOf));
  return [...ofLists, ...ofTables];
};

function listsOf({ project, 'dependency-groups': groups }: Pyproject): readonly string[] {
  const optional = Object.values(project?.['optional-dependencies'] ?? {});
  return [project?.dependencies, ...optional, ...Object.values(groups)]
    .flatMap((list) => List.parse(list))
    .filter((each) => typeof each === 'string');
}

function tablesOf({ tool }: Pyproject): readonly Record<string, unknown>[] {
  const poetry = tool?.poetry;
  if (poetry === undefined) return [];
  const groups = Object.values(poetry.group).map((each) => PoetryGroup.parse(each).dependencies);
  return [poetry.dependencies, poetry['dev-dependencies'], ...groups];
}

const Pipfile = z.object({ packages: Table, 'dev-packages': Table });

export const pipfile: ManifestReader = (text) => {
  const read = Pipfile.safeParse(tomlOf(text));
  if (!read.success) return undefined;
  const lineOf = lineFinder(text);
  return Object.values(read.data).flatMap((table) => ofTable('PyPI', table, lineOf));
};

const Cargo = z.object({
  dependencies: Table,
  'dev-dependencies': Table,
  'build-dependencies': Table,
});

export const cargoToml: ManifestReader = (text) => {
  const read = Cargo.safeParse(tomlOf(text));
  if (!read.success) return undefined;
  const lineOf = lineFinder(text);
  return Object.values(read.data).flatMap((table) => ofTable('crates.io', table, lineOf));
};
