/** Operator: what whoever holds the server may do with runs, by the command line and by files. */
import type { Run } from '#core/run.ts';
import { scopeText, type Scope, type Stop } from '#core/stop.ts';
import { retryRun } from './retry-run.ts';
import { resume, stopAll, stopRun, type StopParts } from './stop.ts';

export interface Operator {
  /** Throws invalid `run-unknown`, or refused `not-retryable`. */
  retry(id: string): Promise<Run>;
  /** The runs that it ended; until it is resumed none begins there. */
  stop(scope: Scope, reason: string): Promise<readonly Run[]>;
  /** Throws invalid `run-unknown`, or refused `not-stoppable`. */
  stopRun(id: string, reason: string): Promise<Run>;
  /** Whether there was such a stop of the operator's. */
  resume(scope: Scope): Promise<boolean>;
  /** All that stand. */
  stops(): Promise<readonly Stop[]>;
}

const by = 'the operator of this App';
const source = 'command line';

export function operatorOf(parts: StopParts): Operator {
  return {
    retry: (id) => retryRun(parts, id),
    stop: (scope, reason) => stopAll(parts, { scope, reason, by, source }),
    stopRun: (id, reason) => stopRun(parts, id, { by, reason }),
    resume: (scope) => resume(parts, { scope, source }),
    stops: () => parts.store.stops.standing(),
  };
}

/** Makes exactly these the stops that stand from a file: those that are no longer named there are taken back. */
export async function heedScopes(
  parts: StopParts,
  file: string,
  scopes: readonly Scope[],
): Promise<void> {
  const { store } = parts;
  const before = (await store.stops.standing()).filter((stop) => stop.source === file);
  const named = scopes.map((scope) => scopeText(scope).toLowerCase());
  for (const { scope } of before)
    if (!named.includes(scopeText(scope))) await resume(parts, { scope, source: file });
  for (const scope of scopes) await stopAll(parts, { scope, reason: '', by, source: file });
}
