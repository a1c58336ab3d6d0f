/** Deliveries of labels on issues, for tests and measurements of the engine. */
import type { Event } from '#core/event.ts';
import { enqueue } from '#engine/enqueue.ts';
import type { Flow } from '#engine/flow.ts';
import type { Postgres } from '#adapters/postgres/open.ts';
import { silentLog } from '../silent-log.ts';
import { someEvent } from '../some-event.ts';

export function eventOn(number: number, delivery: string): Event {
  return { ...someEvent, delivery, issue: { ...someEvent.issue, number } };
}

let lastIssue = 0;

/** Delivers a label on an issue of its own, or on the one given; the run's id. */
export async function deliver(
  { store, queue }: Postgres,
  flow: Flow<{ number: number }>,
  issue = ++lastIssue,
): Promise<string> {
  const id = crypto.randomUUID();
  const parts = { store, queue, flows: [flow], log: silentLog };
  const [run] = await enqueue(parts, { id, name: 'issues', event: eventOn(issue, id) });
  return run ?? 'none';
}
