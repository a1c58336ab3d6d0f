/** What checks stand on beside the sandbox: their tools, what they said before, and the database of advisories. */
import { join } from 'node:path';
import { advisoriesFolder, advisoriesOf, statesOf } from '#adapters/advisories/database.ts';
import { updateAdvisories, type Updated } from '#adapters/advisories/update.ts';
import { diskFindings, editionOf } from '#adapters/disk/findings.ts';
import type { Config } from '#config.ts';
import type { Advisories } from '#ports/advisories.ts';
import type { Findings } from '#ports/findings.ts';
import type { Tools } from '#ports/tools.ts';
import { installedTools } from '#sandboxes.ts';

type Place = Pick<Config, 'dataFolder'>;

export interface CheckSources {
  readonly tools: Tools;
  readonly findings: Findings;
  readonly advisories: Advisories;
}

/** `root` is the checkout, whose rules name the edition of what is kept. */
export function checkSources(root: string, config: Config): CheckSources {
  const folder = join(config.dataFolder, 'findings');
  return {
    tools: installedTools(root, config),
    findings: diskFindings({ folder, edition: editionOf(root) }),
    advisories: advisoriesOf(advisoriesFolder(config.dataFolder)),
  };
}

export type KnownEcosystems = ReturnType<typeof statesOf>;

export function knownAdvisories({ dataFolder }: Place): KnownEcosystems {
  return statesOf(advisoriesFolder(dataFolder));
}

export function refreshAdvisories(
  { dataFolder }: Place,
  sources: readonly string[],
): Promise<Updated> {
  return updateAdvisories(advisoriesFolder(dataFolder), { sources, now: new Date() });
}
