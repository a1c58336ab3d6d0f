/** Cancelled: hears at once which jobs were taken from their workers; where it cannot listen, their heartbeats tell it within a second. */
import pg from 'pg';
import type { Log } from '#ports/telemetry.ts';
import type { Address } from './database.ts';

/** The channel on which a claim is told that is over, as `claimText` words it. */
export const channel = 'sluice_cancelled';

/** Milliseconds before it listens again after its connection was lost. */
const pause = 500;

export function claimText({ id, retryCount }: { id: string; retryCount: number }): string {
  return `${id}/${String(retryCount)}`;
}

export interface Listener {
  close(): Promise<void>;
}

/** Never throws: without a connection it tries again. */
export function listenForCancelled(
  address: Address,
  log: Log,
  hear: (claim: string) => void,
): Listener {
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let client: pg.Client | undefined;
  const again = (error?: Error): void => {
    if (closed || timer !== undefined) return;
    log.debug({ error }, 'cancelled jobs are not heard of at once');
    timer = setTimeout(() => void listen(), pause);
  };
  async function listen(): Promise<void> {
    timer = undefined;
    const mine = new pg.Client({ application_name: 'sluice', ...address });
    client = mine;
    mine.on('error', again);
    mine.on('end', () => again());
    mine.on('notification', ({ payload }) => hear(payload ?? ''));
    try {
      await mine.connect();
      await mine.query(`listen ${channel}`);
    } catch (thrown) {
      await mine.end().catch(() => undefined);
      again(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  }
  const first = listen();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await first;
      // It may be broken already, which is what is wanted of it.
      await client?.end().catch(() => undefined);
    },
  };
}
