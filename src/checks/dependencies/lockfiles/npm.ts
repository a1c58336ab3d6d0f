/** Reads package-lock.json and npm-shrinkwrap.json of versions 2 and 3. */
import { z } from 'zod';
import { jsonOf } from '#checks/parsers/parser.ts';
import {
  originOfArchive,
  dependency,
  type Dependency,
  type LockfileReader,
} from '#checks/dependencies/dependency.ts';
import { lineFinder } from '#checks/dependencies/lines.ts';

const specs = z.record(z.string(), z.string()).optional();
const Entry = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  inBundle: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
  // Old packages write an object or a list; then nothing is known.
  license: z.string().optional().catch(undefined),
  dependencies: specs,
  devDependencies: specs,
  optionalDependencies: specs,
  peerDependencies: specs,
});
type Entry = z.infer<typeof Entry>;
const Lock = z.object({ packages: z.record(z.string(), Entry) });

export const npmLock: LockfileReader = (text) => {
  const read = Lock.safeParse(jsonOf(text));
  if (!read.success) return undefined;
  const { packages } = read.data;
  const lineOf = lineFinder(text);
  const dependencies = Object.entries(packages).flatMap(([path, entry]) => {
    const at = path.lastIndexOf('node_modules/');
    if (at < 0 || entry.link === true) return [];
    const name = entry.name ?? path.slice(at + 'node_modules/'.length);
    return [ofEntry(name, entry, lineOf(`${JSON.stringify(path)}:`))];
  });
  const root = packages[''] ?? {};
  const asked = new Map(
    [
      root.peerDependencies,
      root.devDependencies,
      root.optionalDependencies,
      root.dependencies,
    ].flatMap((each) => Object.entries(each ?? {})),
  );
  return { dependencies, holds: ({ name, spec }) => asked.get(name) === spec };
};

function ofEntry(name: string, entry: Entry, line: number): Dependency {
  const { version = null, resolved = null, integrity, inBundle, hasInstallScript, license } = entry;
  return dependency({
    ...{ ecosystem: 'npm', name, version, line, address: resolved },
    origin: originOfArchive(resolved),
    hasHash: inBundle === true ? null : integrity !== undefined,
    runsScript: hasInstallScript === true,
    licence: license ?? null,
  });
}
