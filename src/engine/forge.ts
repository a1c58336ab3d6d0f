/** The forge as a run sees it: when the run is over for this worker, nothing is written for it any more. */
import type { Forge } from '#ports/forge.ts';

export function endingForge(forge: Forge, signal: AbortSignal): Forge {
  return { open: (repository) => forge.open(repository, signal) };
}
