/** Hostile jobs: what strange code tries once it runs, a test or a build of a repository for example. */
import { perArena } from '#battery/arena.ts';
import type { Attack, Group } from '#battery/attack.ts';
import { inside, outside } from '#battery/jobs/judge.ts';
import { lies, traps } from '#battery/jobs/lies.ts';
import { next } from '#battery/jobs/next.ts';
import type { Script } from '#battery/jobs/script.ts';
import { scripts } from '#battery/jobs/scripts.ts';
import { collected, takenNaively, treeJobs, type TreeJob } from '#battery/jobs/trees.ts';

type Told = Pick<Script, 'name' | 'attack' | 'layer' | 'incident'>;

function head({ name, attack, layer, incident }: Told) {
  return { id: `jobs/${name}`, attack, layer, ...(incident !== undefined && { incident }) };
}

function scriptAttack(job: Script): Attack {
  const control = perArena((arena) => outside(arena, job));
  return {
    ...head(job),
    ...(job.perhaps && {
      missing: async (arena) => {
        const { breached, seen } = await control(arena);
        return breached ? undefined : `it does no harm on this machine either (${seen})`;
      },
    }),
    attempt: (arena) => inside(arena, job),
    control,
  };
}

function treeAttack(job: TreeJob): Attack {
  return {
    ...head(job),
    attempt: (arena) => collected(arena, job),
    control: (arena) => takenNaively(arena, job),
  };
}

export const hostileJobs: Group = {
  name: 'jobs',
  about: 'what strange code tries once it runs',
  attacks: [...scripts.map(scriptAttack), ...treeJobs.map(treeAttack), ...next, ...lies, ...traps],
};
