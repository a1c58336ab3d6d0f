/** Check id: how our check runs are named for us, so that each is found again and says of which pull request it tells. */
import type { CheckReport } from '#ports/forge.ts';

/** GitHub keeps it with the run as its external id, and says it in webhooks. */
export function checkId({ name, commit, of, key }: CheckReport): string {
  const told = of === undefined ? '' : `:#${String(of)}`;
  return `sluice:${name}:${commit}${told}${key === undefined ? '' : `:${key}`}`;
}

/** The number of the pull request, where the id is one of ours that has it. */
export function subjectOf(id: string): number | undefined {
  const number = /^sluice:[^:]+:[0-9a-f]{40,64}:#([1-9]\d{0,9})(?::|$)/.exec(id)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** What `key` was given with it; empty where there is none. */
export function keyOf(id: string): string {
  return /^sluice:[^:]+:[0-9a-f]{40,64}(?::#\d+)?:(.+)$/.exec(id)?.[1] ?? '';
}
