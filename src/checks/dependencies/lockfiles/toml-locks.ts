/** Reads uv.lock, poetry.lock and Cargo.lock: lists of packages in TOML. */
import { parse } from 'smol-toml';
import { z } from 'zod';
import {
  dependency,
  holdsName,
  pythonName,
  type Dependency,
  type LockfileReader,
} from '#checks/dependencies/dependency.ts';
import { linesThat } from '#checks/dependencies/lines.ts';

const Hashed = z.object({ hash: z.string().optional() });
const Package = z.object({
  name: z.string(),
  version: z.string().optional(),
  source: z.unknown().optional(),
  checksum: z.string().optional(),
  files: z.array(Hashed).optional(),
  sdist: Hashed.optional(),
  wheels: z.array(Hashed).optional(),
});
type Package = z.infer<typeof Package>;
const Lock = z.object({ package: z.array(Package).default([]) });

/** TOML as a value, or undefined where it is none. */
export function tomlOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    // Whoever asks tells people that the file cannot be read.
    return undefined;
  }
}

/** Reads the list; packages of which `make` answers undefined are parts of the repository itself. */
function reader(make: (each: Package, line: number) => Dependency | undefined): LockfileReader {
  return (text) => {
    const read = Lock.safeParse(tomlOf(text));
    if (!read.success) return undefined;
    const lines = linesThat(text, /^\s*\[\[\s*package\s*\]\]/);
    const dependencies = read.data.package.flatMap((each, at) => make(each, lines[at] ?? 1) ?? []);
    return { dependencies, holds: holdsName(dependencies) };
  };
}

const UvSource = z.object({
  registry: z.string().optional(),
  git: z.string().optional(),
  url: z.string().optional(),
});

export const uvLock = reader((each, line) => {
  const { registry, git, url } = UvSource.catch({}).parse(each.source);
  const known = { ecosystem: 'PyPI', name: pythonName(each.name), line } as const;
  const version = each.version ?? null;
  if (git !== undefined) return dependency({ ...known, version, address: git, origin: 'git' });
  const hasHash = [each.sdist, ...(each.wheels ?? [])].some((file) => file?.hash !== undefined);
  if (url !== undefined) {
    return dependency({ ...known, version, address: url, origin: 'address', hasHash });
  }
  if (registry === undefined) return undefined;
  return dependency({ ...known, version, address: registry, origin: 'registry', hasHash });
});

const PoetrySource = z.object({ type: z.string().optional(), url: z.string().optional() });

export const poetryLock = reader((each, line) => {
  const { type, url } = PoetrySource.catch({}).parse(each.source);
  if (type === 'directory' || type === 'file') return undefined;
  const origin = type === 'git' ? 'git' : type === 'url' ? 'address' : 'registry';
  return dependency({
    ...{ ecosystem: 'PyPI', name: pythonName(each.name), version: each.version ?? null, line },
    ...{ address: url ?? null, origin },
    hasHash: origin === 'git' ? null : (each.files ?? []).some(({ hash }) => hash !== undefined),
  });
});

export const cargoLock = reader((each, line) => {
  const source = z.string().safeParse(each.source).data;
  if (source === undefined) return undefined;
  const isGit = source.startsWith('git+');
  return dependency({
    ...{ ecosystem: 'crates.io', name: each.name, version: each.version ?? null, line },
    ...{ address: source.replace(/^[a-z]+\+/, ''), origin: isGit ? 'git' : 'registry' },
    hasHash: isGit ? null : each.checksum !== undefined,
  });
});
