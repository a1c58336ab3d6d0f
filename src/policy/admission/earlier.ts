/** What earlier pull requests for the same issue mean for a run: one that was closed unmerged is a no until a person asks again. */

export interface EarlierPull {
  readonly number: number;
  readonly url: string;
  readonly state: 'open' | 'closed' | 'merged';
  /** By the forge's clock. */
  readonly closedAt: string | null;
}

export interface EarlierFacts {
  /** Newest first. */
  readonly pulls: readonly EarlierPull[];
  /** When this run was asked for by the forge's clock, where it is known. */
  readonly askedAt: string | undefined;
}

export type Earlier =
  | { readonly means: 'nothing' }
  /** One more would only compete with it. */
  | { readonly means: 'open'; readonly pull: EarlierPull }
  /** What asks now happened before the no: it was delivered late, or again. */
  | { readonly means: 'no'; readonly pull: EarlierPull }
  /** Asked anew after it had been closed or merged. */
  | { readonly means: 'again'; readonly pull: EarlierPull };

export function whatEarlierMeans({ pulls, askedAt }: EarlierFacts): Earlier {
  const open = pulls.find(({ state }) => state === 'open');
  if (open !== undefined) return { means: 'open', pull: open };
  const [last] = pulls;
  if (last === undefined) return { means: 'nothing' };
  return { means: isBefore(askedAt, last.closedAt) ? 'no' : 'again', pull: last };
}

/** The forge tells whole seconds: within the same one, people count as having asked again. */
function isBefore(askedAt: string | undefined, closedAt: string | null): boolean {
  if (askedAt === undefined || closedAt === null) return false;
  return Math.floor(Date.parse(askedAt) / 1000) < Math.floor(Date.parse(closedAt) / 1000);
}
