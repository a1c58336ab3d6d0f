/** Look: what the checks say of a change before it leaves: the same that they say of everybody's pull requests. */
import { z } from 'zod';
import type { FileChange } from '#core/change.ts';
import { CheckResult } from '#core/check-result.ts';
import type { Settings } from '#core/settings.ts';
import { checks as all } from '#checks/catalogue/all.ts';
import { withSources } from '#checks/catalogue/dependencies.ts';
import { chooseChecks } from '#checks/choose-checks.ts';
import type { Ground } from '#checks/ground.ts';
import { runChecks, type Lookout } from '#checks/run-checks.ts';
import { standOn, standWith } from '#checks/stand.ts';
import type { World } from '#engine/flow.ts';

export const Results = z.array(CheckResult).readonly();

/** What checks may ask beside the files. */
export type Sources = Pick<World, 'advisories' | 'clock'>;

/** What was there before is counted, and not kept. */
export async function lookAtChange(
  lookout: Lookout & Sources,
  ground: Ground,
  { settings, files }: { readonly settings: Settings; readonly files: readonly FileChange[] },
): Promise<readonly CheckResult[]> {
  const base = standOn(ground);
  const head = standWith(base, files);
  const { advisories, clock } = lookout;
  const known = withSources(all, { advisories, now: () => clock.now() });
  const chosen = await chooseChecks(known, { base, head, settings, mayRun: true });
  const results = await runChecks(lookout, { base, head }, chosen);
  return results.map((result) => ({ ...result, preexisting: [], fixed: [] }));
}
