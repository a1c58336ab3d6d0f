/** Follows the newest run of a flow until it ends, telling each step that ends on the way. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '#app.ts';
import { hasEnded, type Run } from '#core/run.ts';

/** Milliseconds between two looks. */
const interval = 200;

/** Runs that may be newer than the one that is followed. */
const beside = 50;

/** Resolves with the run when it has ended. There must be none of its flow in the store beside it. */
export async function followRun(
  { store }: Pick<App, 'store'>,
  flow: string,
  tell: (step: string) => void,
): Promise<Run> {
  const told = new Set<string>();
  for (;;) {
    const run = (await store.runs(beside)).find((each) => each.flow === flow);
    for (const { name, state } of run === undefined ? [] : await store.steps(run.id)) {
      if (state !== 'done' || told.has(name)) continue;
      told.add(name);
      tell(name);
    }
    if (run !== undefined && hasEnded(run.state)) return run;
    await sleep(interval);
  }
}

/** Steps as lines for people: those that say something by themselves. */
export function tellStep(step: string): void {
  if (!step.startsWith('status-') && !step.startsWith('engine/'))
    console.error(`sluice: ${step} ✓`);
}
