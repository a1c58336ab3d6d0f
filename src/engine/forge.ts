/** The forge as a run sees it: when the run is over for this worker, nothing is written for it any more. */
import type { Forge } from '#ports/forge.ts';
import type { Job } from '#ports/queue.ts';

export function endingForge(forge: Forge, job: Pick<Job, 'signal' | 'sure'>): Forge {
  return { open: (repository) => forge.open(repository, job) };
}
