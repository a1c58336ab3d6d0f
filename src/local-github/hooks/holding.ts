/** Webhooks that a fault holds back: sent late, or together with others in an order that a seed decides. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '#local-github/state.ts';

/** Sends after so many milliseconds, and not at all when the local GitHub ends before. */
export async function late(
  milliseconds: number,
  stopped: AbortSignal,
  send: () => Promise<void>,
): Promise<void> {
  if (milliseconds > 0)
    await sleep(milliseconds, undefined, { signal: stopped }).catch(endedBefore);
  if (milliseconds === 0 || !stopped.aborted) await send();
}

/** Sleep rejects only because of the signal, which is asked next. */
function endedBefore(): void {
  return undefined;
}

/** One after another: each is answered before the next is sent, so that their order is the order of arrival. */
export async function inTurn(
  deliveries: readonly Delivery[],
  send: (delivery: Delivery) => Promise<void>,
): Promise<void> {
  for (const delivery of deliveries) await send(delivery);
}

export interface Holding {
  hold(
    deliveries: readonly Delivery[],
    how: { readonly seed: number; readonly within: number },
  ): void;
  /** Sends at once what is held. */
  release(): void;
}

/** Gathers what comes within the time that the first one names, then hands it on in the order of its seed. */
export function createHolding(handOn: (deliveries: readonly Delivery[]) => void): Holding {
  let held: Delivery[] = [];
  let seed = 1;
  let timer: NodeJS.Timeout | undefined;
  const release = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const gathered = held;
    held = [];
    if (gathered.length > 0) handOn(shuffled(gathered, seed));
  };
  return {
    hold(deliveries, { seed: wanted, within }) {
      held.push(...deliveries);
      if (timer !== undefined) return;
      seed = wanted;
      timer = setTimeout(release, within);
    },
    release,
  };
}

/** The same order for the same seed; never the one that they came in, where there are two or more. */
function shuffled(deliveries: readonly Delivery[], seed: number): readonly Delivery[] {
  const order = deliveries
    .map((delivery, at) => ({ delivery, rank: digest(`${seed}:${at}`) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ delivery }) => delivery);
  const same = order.every((delivery, at) => delivery === deliveries[at]);
  return same ? [...order.slice(1), ...order.slice(0, 1)] : order;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
