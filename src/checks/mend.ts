/** Mend: lets a check's own tool change the files in which it found something new that it can mend; nothing else changes. */
import type { FileChange } from '#core/change.ts';
import type { CheckResult } from '#core/check-result.ts';
import type { Chosen } from './choose-checks.ts';
import type { Lookout } from './run-checks.ts';
import { standConfigured, withWorkspace, type Stand } from './stand.ts';
import { targetsOf } from './targets.ts';

export interface Mending {
  readonly base: Stand;
  readonly head: Stand;
  /** What the check said of them. */
  readonly result: CheckResult;
}

/** The files as the tool left them, those that differ. It looks by the base's configuration, as the check does. */
export async function mend(
  lookout: Lookout,
  { check }: Pick<Chosen, 'check'>,
  { base, head, result }: Mending,
): Promise<readonly FileChange[]> {
  if (check.fix === undefined) return [];
  const named = check.configuration === undefined ? [] : [check.configuration];
  const stand = await standConfigured(head, base, named);
  const kept = new Set(stand.changes.map(({ path }) => path));
  const wanted = new Set(result.added.filter((each) => each.fixable).map(({ path }) => path));
  const entries = stand.entries.filter(({ path }) => wanted.has(path) && !kept.has(path));
  const { entries: targets } = await targetsOf(check, stand, entries);
  const tools = check.needs.flatMap((name) => lookout.tools.find(name) ?? []);
  const { packagesProblem } = stand;
  return withWorkspace(lookout, stand, async (workspace) => {
    await check.fix?.({ files: stand, targets, workspace, packagesProblem, tools });
    const { files } = await (await workspace()).collect();
    const mayChange = new Set(targets.map(({ path }) => path));
    return files
      .filter(({ path, kind }) => kind === 'edited' && mayChange.has(path))
      .map(({ path, mode, content }) => ({ path, mode, content }));
  });
}
