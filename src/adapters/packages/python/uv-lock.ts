/** Reads `uv.lock`: which packages the repository's projects and their tests need on this interpreter, each by its hashes. */
import { parse } from 'smol-toml';
import { z } from 'zod';
import { LockfileRefused } from '#adapters/packages/phases.ts';
import type { Interpreter } from './interpreter.ts';
import { markerHolds } from './markers.ts';
import {
  isInside,
  isVersion,
  normalName,
  type LocalProject,
  type Pinned,
  type PythonLock,
} from './pinned.ts';

const Dependency = z.object({
  name: z.string(),
  version: z.string().optional(),
  extra: z.array(z.string()).default([]),
  marker: z.string().optional(),
});
type Dependency = z.infer<typeof Dependency>;

const File = z.object({ hash: z.string().regex(/^sha256:[0-9a-f]{64}$/u) });
const groups = z.record(z.string(), z.array(Dependency)).default({});

const Package = z.object({
  name: z.string(),
  version: z.string().optional(),
  source: z.record(z.string(), z.unknown()),
  'resolution-markers': z.array(z.string()).default([]),
  dependencies: z.array(Dependency).default([]),
  'optional-dependencies': groups,
  'dev-dependencies': groups,
  sdist: File.optional(),
  wheels: z.array(File).default([]),
});
type Package = z.infer<typeof Package>;

const Lock = z.object({ version: z.literal(1), package: z.array(Package).default([]) });

/** Groups and extras of the repository's own projects that its tests may need. */
const testing = /^(?:dev|devel|develop|development|tests?|testing|unit(?:-?tests?)?)$/u;

function readToml(text: string): z.infer<typeof Lock> {
  let toml: unknown;
  try {
    toml = parse(text);
  } catch (error) {
    throw new LockfileRefused('uv.lock is no TOML.', { cause: error });
  }
  const read = Lock.safeParse(toml);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new LockfileRefused(`uv.lock is not understood: ${where} ${issue?.message ?? ''}.`);
}

/** Where a project of the repository lies; undefined for a package from elsewhere. */
function pathOf({ source }: Package): string | undefined {
  const path = source.editable ?? source.virtual ?? source.directory;
  if (typeof path !== 'string') return undefined;
  return path === '.' ? '' : path.replace(/\/$/u, '');
}

/** Which of the packages of this name is meant: a lockfile has several where systems differ. */
function chosen(
  all: readonly Package[],
  { name, version }: Dependency,
  interpreter: Interpreter,
): Package {
  const named = all.filter(
    (one) => one.name === name && (version === undefined || one.version === version),
  );
  const [only, ...more] =
    named.length < 2
      ? named
      : named.filter(({ 'resolution-markers': markers }) =>
          markers.some((marker) => markerHolds(marker, interpreter)),
        );
  if (only && more.length === 0) return only;
  throw new LockfileRefused(`uv.lock does not say which ${name} is meant.`);
}

function pinnedOf({ name, version = '', source, sdist, wheels }: Package): Pinned {
  const normal = normalName(name);
  if (normal === undefined || !isVersion(version)) {
    throw new LockfileRefused(`uv.lock has a package without a proper name: ${name.slice(0, 100)}`);
  }
  if (typeof source.registry !== 'string') {
    const kind = Object.keys(source).join(', ');
    throw new LockfileRefused(`${name} does not come from an index but from: ${kind}.`);
  }
  const hashes = [...wheels, ...(sdist ? [sdist] : [])].map(({ hash }) => hash.slice(7));
  if (hashes.length === 0) throw new LockfileRefused(`uv.lock names no file of ${name}.`);
  return { name: normal, version, hashes };
}

function localOf(project: Package, path: string): LocalProject {
  const { name, version = '0' } = project;
  if (!isInside(path) || normalName(name) === undefined || !isVersion(version)) {
    throw new LockfileRefused(`${name.slice(0, 100)} does not lie in the repository.`);
  }
  return { path, name, version };
}

/** What a package needs, with some of its extras; of the repository's own also what its tests may need. */
function needsOf(one: Package, extras: readonly string[], ours: boolean): readonly Dependency[] {
  const named = Object.entries(one['optional-dependencies']).filter(
    ([extra]) => extras.includes(extra) || (ours && testing.test(extra)),
  );
  const grouped = Object.entries(one['dev-dependencies']).filter(
    ([group]) => ours && testing.test(group),
  );
  return [...one.dependencies, ...[...named, ...grouped].flatMap(([, list]) => list)];
}

/** Throws LockfileRefused. */
export function readUvLock(text: string, interpreter: Interpreter): PythonLock {
  const { package: all } = readToml(text);
  const roots = all.filter((one) => pathOf(one) !== undefined);
  if (roots.length === 0) throw new LockfileRefused('uv.lock names no project of the repository.');
  const packages = new Map<string, Pinned>();
  const waiting = roots.map((one) => ({ one, extras: [] as readonly string[] }));
  const seen = new Set<string>();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { one, extras } = next;
    const path = pathOf(one);
    const key = JSON.stringify([one.name, one.version, extras]);
    if (seen.has(key)) continue;
    seen.add(key);
    if (path === undefined) packages.set(`${one.name} ${one.version ?? ''}`, pinnedOf(one));
    for (const need of needsOf(one, extras, path !== undefined)) {
      if (need.marker !== undefined && !markerHolds(need.marker, interpreter)) continue;
      waiting.push({ one: chosen(all, need, interpreter), extras: need.extra });
    }
  }
  const local = roots.map((one) => localOf(one, pathOf(one) ?? ''));
  return { packages: [...packages.values()], local };
}
