/**
 * Deliveries that did not arrive: GitHub tries each once and keeps its log for three days, so the App asks for those
 * again that failed while it was down. A delivery that arrives twice is kept once, by its GUID.
 */
import { z } from 'zod';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/telemetry.ts';
import { forgeError } from './errors.ts';
import { lanes } from './lanes.ts';

/** A client that speaks as the App itself, and shows the headers of an answer. */
export interface AsApp {
  request(
    route: string,
    parameters?: Record<string, unknown>,
  ): Promise<{ readonly data: unknown; readonly headers: { readonly link?: string | undefined } }>;
}

export interface MissedOptions {
  readonly clock: Clock;
  readonly log: Log;
}

const Delivery = z.object({
  id: z.int(),
  guid: z.string(),
  delivered_at: z.string().transform((text) => new Date(text).getTime()),
  redelivery: z.boolean(),
  status_code: z.int(),
  event: z.string(),
});
type Delivery = z.output<typeof Delivery>;

const minute = 60_000;
/** GitHub keeps what it sent for three days. */
const kept = 3 * 24 * 60 * minute;
const every = 5 * minute;
/** A delivery may take its time to be answered and to stand in the log. */
const overlap = 15 * minute;
/** Ten thousand deliveries: beyond that the newest have to do. */
const pageLimit = 100;
/** Times that one delivery is asked for again; each wait is twice the one before. */
const most = 5;

/** What is known of one GUID: how it last ended, and how often it was asked for again. */
interface Story {
  readonly newest: Delivery;
  readonly arrived: boolean;
  readonly again: number;
}

export interface Missed {
  /** How many deliveries GitHub was asked to send again. Throws as every request. */
  look(): Promise<number>;
}

export function missedDeliveries(asApp: AsApp, { clock, log }: MissedOptions): Missed {
  // Not an installation's, but the App's own lane: GitHub asks for the same manners here.
  const lane = lanes(clock)(0);
  const seen = new Map<number, Delivery>();
  let lookedAt: number | undefined;

  const again = async ({ newest }: Story): Promise<void> => {
    const { id, guid, event } = newest;
    const route = 'POST /app/hook/deliveries/{delivery_id}/attempts';
    await lane.write(() => asApp.request(route, { delivery_id: id }));
    log.info({ delivery: guid, event }, 'a delivery that failed is asked for again');
  };

  return {
    async look() {
      const now = clock.now().getTime();
      const isFirst = lookedAt === undefined;
      const since = Math.max(now - kept, (lookedAt ?? 0) - overlap);
      for await (const each of deliveries(asApp, since)) seen.set(each.id, each);
      for (const [id, { delivered_at: at }] of seen) if (at < now - kept) seen.delete(id);
      const due = stories(seen.values()).filter((story) => isDue(story, { now, isFirst }));
      for (const story of due) await again(story);
      lookedAt = now;
      return due.length;
    },
  };
}

async function* deliveries(asApp: AsApp, since: number): AsyncGenerator<Delivery> {
  let cursor: string | undefined;
  for (let page = 0; page < pageLimit; page += 1) {
    const { data, headers } = await asApp.request('GET /app/hook/deliveries', {
      per_page: 100,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const read = z.array(Delivery).parse(data);
    yield* read.filter(({ delivered_at: at }) => at >= since);
    cursor = nextCursor(headers.link);
    if (cursor === undefined || read.some(({ delivered_at: at }) => at < since)) return;
  }
}

function nextCursor(link: string | undefined): string | undefined {
  const next = /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
  return next === undefined ? undefined : (new URL(next).searchParams.get('cursor') ?? undefined);
}

function stories(all: Iterable<Delivery>): readonly Story[] {
  const byGuid = Map.groupBy(all, ({ guid }) => guid);
  return [...byGuid.values()].flatMap((attempts) => {
    const newest = attempts.toSorted((a, b) => b.id - a.id)[0];
    if (!newest) return [];
    const arrived = attempts.some(({ status_code: code }) => code >= 200 && code < 400);
    return [{ newest, arrived, again: attempts.filter(({ redelivery }) => redelivery).length }];
  });
}

/** At the start at once: whoever starts the App again has mended what was wrong. Later with longer and longer waits. */
function isDue(
  { newest, arrived, again }: Story,
  { now, isFirst }: { readonly now: number; readonly isFirst: boolean },
): boolean {
  // Without a status it is under way.
  if (arrived || newest.status_code === 0 || again >= most) return false;
  return isFirst || now - newest.delivered_at >= every * 2 ** again;
}

/** Looks now and every few minutes until it is stopped. Never rejects: what fails is told and tried again. */
export function recoverMissed(asApp: AsApp, options: MissedOptions): { stop(): Promise<void> } {
  const { clock, log } = options;
  const missed = missedDeliveries(asApp, options);
  const stopping = new AbortController();
  const { signal } = stopping;
  const looking = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await missed.look();
      } catch (thrown) {
        const { message } = forgeError(thrown, 'read its log of deliveries', clock.now());
        log.warn({ message }, 'deliveries that failed could not be asked for again');
      }
      await clock.sleep(every, signal).catch(endOfWaiting);
    }
  };
  const done = looking();
  return {
    stop(): Promise<void> {
      stopping.abort();
      return done;
    },
  };
}

/** Sleeping rejects because of the signal alone, which is asked next. */
function endOfWaiting(): void {
  return undefined;
}
