/** Types: the repository's projects of TypeScript by the compiler of ours, which runs nothing of theirs. */
import { z } from 'zod';
import { lookApart, type Attempt } from '#checks/apart.ts';
import type { Check, Looked, Side } from '#checks/check.ts';
import { jsonOf } from '#checks/parsers/parser.ts';
import { pinned, withoutResult } from '#checks/pinned.ts';
import { runReported } from '#checks/report.ts';
import type { Files } from '#checks/scripts.ts';
import { TypesAnswer, typesFound, type Packages } from '#checks/typescript-answer.ts';

const project = /(?:^|\/)tsconfig\.json$/;
/** Projects that are there to be wrong, or to be copied. */
const shown = /(?:^|\/)(?:fixtures?|__fixtures__|testdata|templates?|__tests__|snapshots?)\//;
const most = 40;

export const typescript: Check = {
  name: 'typescript',
  about: 'The repository’s TypeScript holds together, by the compiler and its own options.',
  needs: ['typescript'],
  scope: 'project',
  // Its options are data; plugins of the compiler are for editors alone.
  trusted: true,
  wants: /\.(?:[cm]?ts|tsx)$|(?:^|\/)tsconfig[^/]*\.json$/,
  isFitting: ({ paths }) => Promise.resolve(projectsOf(paths).length > 0),
  look,
};

/** At the root and in packages; where there is neither, wherever they lie. */
export function projectsOf(paths: readonly string[]): readonly string[] {
  const all = paths.filter((path) => project.test(path) && !shown.test(path));
  const known = new Set(paths);
  const main = all.filter(
    (path) =>
      path === 'tsconfig.json' ||
      known.has(path.replace(project, '/package.json').replace(/^\//, '')),
  );
  return main.length > 0 ? main : all;
}

async function look(side: Side): Promise<Looked> {
  const projects = projectsOf(side.files.paths);
  const { packages, major } = await manifestsOf(side);
  const looked = await lookApart(projects.slice(0, most), (some) =>
    attempt(side, some, { packages, major }),
  );
  if ('state' in looked) return looked;
  const left = projects
    .slice(most)
    .map((path) => ({ path, reason: 'there are more than 40 projects' }));
  const unread = [...(looked.unread ?? []), ...left];
  const sources = side.targets.filter(({ path }) => !path.endsWith('.json')).length;
  if (sources > 0 && unread.length >= sources && looked.said.length === 0) {
    const why = packages.problem ?? 'they are not installed';
    return {
      state: 'skipped',
      reason: `Types cannot be told without the repository's packages: ${why}`,
    };
  }
  return { said: looked.said, unread };
}

interface Manifests {
  readonly packages: Packages;
  /** Of the version of TypeScript that the repository asks for. */
  readonly major: number;
}

async function attempt(
  side: Side,
  projects: readonly string[],
  { packages, major }: Manifests,
): Promise<Attempt> {
  const ran = await runReported(await side.workspace(), {
    argv: [...pinned(side, 'typescript'), String(major), ...projects],
    file: '/dev/stdout',
    isAlone: true,
  });
  const read = TypesAnswer.safeParse(jsonOf(ran.report ?? ''));
  if (ran.trouble !== undefined || ran.exitCode !== 0 || !read.success) {
    return withoutResult('The compiler', ran);
  }
  return typesFound(read.data, packages);
}

const Ranges = z.record(z.string(), z.string()).catch({});
const Manifest = z.object({
  dependencies: Ranges,
  devDependencies: Ranges,
  peerDependencies: Ranges,
  optionalDependencies: Ranges,
});

/** What the manifests of all packages ask for. */
async function manifestsOf({ files, packagesProblem }: Side): Promise<Manifests> {
  const ranges = new Map<string, string>();
  for (const path of manifestPaths(files)) {
    const read = Manifest.safeParse(jsonOf((await files.read(path)) ?? ''));
    if (!read.success) continue;
    for (const some of Object.values(read.data)) {
      for (const [name, range] of Object.entries(some)) ranges.set(name, range);
    }
  }
  // Before version 6 more was allowed by default: where nobody says, nothing is called wrong that may not be.
  const major = Number(/\d+/.exec(ranges.get('typescript') ?? '')?.[0] ?? 5);
  return { packages: { problem: packagesProblem, declared: new Set(ranges.keys()) }, major };
}

function manifestPaths({ paths }: Files): readonly string[] {
  return paths.filter((path) => /(?:^|\/)package\.json$/.test(path)).slice(0, 200);
}
