/** Reads Pipfile.lock and composer.lock: packages in JSON. */
import { z } from 'zod';
import { jsonOf } from '#checks/parsers/parser.ts';
import {
  dependency,
  holdsName,
  pythonName,
  type LockfileReader,
} from '#checks/dependencies/dependency.ts';
import { lineFinder } from '#checks/dependencies/lines.ts';

const PipfileEntry = z.object({
  version: z.string().optional(),
  hashes: z.array(z.string()).optional(),
  git: z.string().optional(),
  file: z.string().optional(),
  path: z.string().optional(),
});
const group = z.record(z.string(), PipfileEntry).default({});
const PipfileLock = z.object({ _meta: z.object({}), default: group, develop: group });

export const pipfileLock: LockfileReader = (text) => {
  const read = PipfileLock.safeParse(jsonOf(text));
  if (!read.success) return undefined;
  const lineOf = lineFinder(text);
  const entries = [...Object.entries(read.data.default), ...Object.entries(read.data.develop)];
  const dependencies = entries.flatMap(([name, { version, hashes, git, file, path }]) => {
    if (path !== undefined) return [];
    const address = git ?? file ?? null;
    return [
      dependency({
        ...{ ecosystem: 'PyPI', name: pythonName(name), line: lineOf(`${JSON.stringify(name)}:`) },
        version: version?.replace(/^===?/, '') ?? null,
        address,
        origin: git !== undefined ? 'git' : file !== undefined ? 'address' : 'registry',
        hasHash: git !== undefined ? null : (hashes ?? []).length > 0,
      }),
    ];
  });
  return { dependencies, holds: holdsName(dependencies) };
};

const Place = z.object({
  type: z.string(),
  url: z.string().default(''),
  shasum: z.string().nullish(),
});
const ComposerEntry = z.object({
  name: z.string(),
  version: z.string(),
  dist: Place.nullish(),
  source: Place.nullish(),
  license: z.array(z.string()).optional().catch(undefined),
});
const list = z.array(ComposerEntry).nullish();
const ComposerLock = z.object({ packages: list, 'packages-dev': list });

type ComposerEntry = z.infer<typeof ComposerEntry>;

export const composerLock: LockfileReader = (text) => {
  const read = ComposerLock.safeParse(jsonOf(text));
  if (!read.success || read.data.packages === undefined) return undefined;
  const lineOf = lineFinder(text);
  const dependencies = [read.data.packages, read.data['packages-dev']]
    .flatMap((each) => each ?? [])
    .filter(({ dist }) => dist?.type !== 'path')
    .map((each) => ofComposer(each, lineOf(`"name": ${JSON.stringify(each.name)}`)));
  return { dependencies, holds: holdsName(dependencies) };
};

function ofComposer({ name, version, dist, source, license }: ComposerEntry, line: number) {
  // Packages of the registry come from forges as well: what has an archive and a version is one.
  const isGit = !dist && source?.type === 'git';
  return dependency({
    ...{ ecosystem: 'Packagist', name: name.toLowerCase(), version, line },
    address: dist?.url ?? source?.url ?? null,
    origin: isGit ? 'git' : 'registry',
    licence: license?.join(' OR ') ?? null,
  });
}
