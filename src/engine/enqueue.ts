/** From a delivery to runs: kept, superseding older ones, and queued, all in one transaction and before any work. */
import type { Event } from '#core/event.ts';
import { runId } from '#core/identity.ts';
import type { Queue } from '#ports/queue.ts';
import type { Store, Transaction } from '#ports/store.ts';
import type { Log } from '#ports/telemetry.ts';
import type { Flow } from './flow.ts';
import { moveUp } from './line.ts';

export interface EnqueueParts {
  readonly store: Store;
  readonly queue: Queue;
  readonly flows: readonly Flow<unknown>[];
  readonly log: Log;
}

export interface Delivery {
  /** The forge's id: the same when it delivers again. */
  readonly id: string;
  /** The forge's name of the event. */
  readonly name: string;
  /** Undefined for what is none of our business: it is kept, and starts nothing. */
  readonly event: Event | undefined;
}

/** The ids of the runs that were started; none for a delivery that was kept before. */
export async function enqueue(parts: EnqueueParts, delivery: Delivery): Promise<readonly string[]> {
  const { store, log } = parts;
  const { id, name, event } = delivery;
  const started =
    event === undefined ? await keepOnly(store, delivery) : await begin(parts, delivery, event);
  if (started === undefined) log.info({ delivery: id, name }, 'a delivery came again');
  else log.info({ delivery: id, name, kind: event?.kind, runs: started }, 'delivery kept');
  return started ?? [];
}

/** Most deliveries are none of our business: one statement is a third of the way to the database and back. */
async function keepOnly(store: Store, { id, name }: Delivery): Promise<[] | undefined> {
  return (await store.keepDelivery(undefined, { id, name, event: null })) ? [] : undefined;
}

async function begin(parts: EnqueueParts, { id, name }: Delivery, event: Event) {
  return parts.store.transaction(async (tx) => {
    if (!(await parts.store.keepDelivery(tx, { id, name, event }))) return undefined;
    const runs: string[] = [];
    for (const flow of parts.flows) {
      const run = await start(parts, { tx, flow, event, delivery: id });
      if (run !== undefined) runs.push(run);
    }
    return runs;
  });
}

interface Start {
  readonly tx: Transaction;
  readonly flow: Flow<unknown>;
  readonly event: Event;
  readonly delivery: string;
}

async function start({ store, queue, log }: EnqueueParts, { tx, flow, event, delivery }: Start) {
  const input = flow.on(event);
  if (input === undefined) {
    const line = flow.line?.(event);
    if (line !== undefined) await moveUp({ store, queue }, tx, line);
    return undefined;
  }
  const run = runId(delivery, flow.name);
  const key = flow.key(event);
  const follows = flow.follows?.(event) === true;
  if (follows && (await store.open(key, tx)).length === 0) return undefined;
  const atDesk = flow.atDesk === true;
  const superseded = await store.keepRun(
    tx,
    { id: run, flow: flow.name, key, event, input },
    { waives: atDesk },
  );
  for (const older of superseded) {
    await queue.cancel(tx, older.id);
    log.info({ run: older.id, by: run }, 'run superseded');
  }
  const urgent = flow.heedsNoStop === true;
  const automatic = flow.automatic?.(event) === true;
  await queue.send(tx, { run, key, lane: atDesk ? 'desk' : 'work', automatic, urgent });
  return run;
}
