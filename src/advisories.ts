/** The operator's door to the database of advisories: what the command line may do with it. */
import { advisoriesFolder, statesOf } from '#adapters/advisories/database.ts';
import { updateAdvisories, type Updated } from '#adapters/advisories/update.ts';
import type { Config } from '#config.ts';

type Place = Pick<Config, 'dataFolder'>;

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
