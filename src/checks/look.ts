/** Look: one check on one side of a change; what it said of the same content before is not asked again. */
import { createHash } from 'node:crypto';
import { finding, type Finding } from '#core/finding.ts';
import type { Findings } from '#ports/findings.ts';
import type { Workspace } from '#ports/sandbox.ts';
import type { InstalledTool } from '#ports/tools.ts';
import type { TreeEntry } from '#ports/trees.ts';
import type { Check, Looked, Unread } from './check.ts';
import type { Stand } from './stand.ts';
import type { Targets } from './targets.ts';

export interface SideLook {
  readonly check: Check;
  /** Its configuration is that of the base. */
  readonly stand: Stand;
  readonly targets: Targets;
  readonly workspace: () => Promise<Workspace>;
  readonly tools: readonly InstalledTool[];
  readonly findings: Findings;
}

/** What came of it: everything that was found, or why nothing can be told. */
export type Seen =
  | {
      readonly found: readonly Finding[];
      readonly unread: readonly Unread[];
      readonly files: number;
      readonly cached: number;
    }
  | Extract<Looked, { state: string }>;

export async function look(side: SideLook): Promise<Seen> {
  const { targets } = side;
  if (targets.entries.length === 0)
    return { found: [], unread: targets.unread, files: 0, cached: 0 };
  const seen = side.check.scope === 'file' ? await lookByFile(side) : await lookAtAll(side);
  if ('state' in seen) return seen;
  const isAsked = asked(side);
  const found = seen.found.filter(({ path }) => isAsked(path));
  return { ...seen, found, unread: [...targets.unread, ...seen.unread] };
}

/** A tool that names what it was not asked for is not believed. */
function asked({ check, targets, stand }: SideLook): (path: string) => boolean {
  const paths = new Set(
    check.scope === 'file' ? targets.entries.map(({ path }) => path) : stand.paths,
  );
  return (path) => paths.has(path);
}

async function lookByFile(side: SideLook): Promise<Seen> {
  const { check, targets, findings } = side;
  const key = keyOf(side);
  const nameOf = ({ path, id }: TreeEntry) => key([path, id]);
  const known = new Map<TreeEntry, readonly Finding[]>();
  for (const entry of targets.entries) {
    const kept = await findings.recall(nameOf(entry));
    if (kept !== undefined) known.set(entry, kept.found);
  }
  const open = targets.entries.filter((entry) => !known.has(entry));
  const old = [...known.values()].flat();
  const counts = { files: targets.entries.length, cached: known.size };
  if (open.length === 0) return { found: old, unread: [], ...counts };
  const looked = await ask(side, open);
  if ('state' in looked) return looked;
  const { said, unread = [] } = looked;
  const found = said.map((each) => finding(check.name, each));
  const unseen = new Set(unread.map(({ path }) => path));
  for (const entry of open.filter(({ path }) => !unseen.has(path))) {
    const own = found.filter(({ path }) => path === entry.path);
    await findings.keep(nameOf(entry), { found: own, unread: [] });
  }
  return { found: [...old, ...found], unread, ...counts };
}

async function lookAtAll(side: SideLook): Promise<Seen> {
  const { check, targets, stand, findings } = side;
  const content = createHash('sha256');
  // What a project check says may hang on any file, and on the packages that are there.
  for (const { path, id } of stand.entries) content.update(`${path}\0${id}\n`);
  for (const layer of stand.layers.slice(1)) content.update(layer.key);
  const key = keyOf(side)([content.digest('hex')]);
  const files = targets.entries.length;
  const kept = await findings.recall(key);
  if (kept !== undefined) return { ...kept, files, cached: files };
  const looked = await ask(side, targets.entries);
  if ('state' in looked) return looked;
  const { said, unread = [] } = looked;
  const found = said.map((each) => finding(check.name, each));
  await findings.keep(key, { found, unread });
  return { found, unread, files, cached: 0 };
}

/** Names content as this check sees it: by its tools, and by what configures them. */
function keyOf({ check, stand, tools }: SideLook): (content: readonly string[]) => string {
  const configuration = stand.entries
    .filter(({ path }) => check.configuration?.test(path))
    .map(({ path, id }) => [path, id]);
  const versions = tools.map(({ name, version }) => [name, version]);
  const about = JSON.stringify([check.name, check.options ?? null, versions, configuration]);
  return (content) =>
    createHash('sha256').update(about).update(JSON.stringify(content)).digest('hex');
}

function ask(
  { check, stand, workspace, tools }: SideLook,
  targets: readonly TreeEntry[],
): Promise<Looked> {
  const { packagesProblem } = stand;
  return check.look({ files: stand, targets, workspace, packagesProblem, tools });
}
