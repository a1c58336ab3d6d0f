/** Worker processes on a database of their own, and what they told so far. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openPostgres, type Postgres } from '#adapters/postgres/open.ts';
import { enqueue } from '#engine/enqueue.ts';
import { silentLog } from '../silent-log.ts';
import { eventFor, now, waitingFlow, type Told } from './waiting-flow.ts';

export interface Heard extends Told {
  readonly worker: number;
}

export interface Crew {
  readonly heard: readonly Heard[];
  readonly processes: readonly ChildProcess[];
  /** Delivers an event whose run waits so long; its id, and when it was kept. */
  deliver(installation: number, milliseconds: number): Promise<{ run: string; at: number }>;
  /** Resolves with the first that is such, told before or from now on. */
  until(is: (told: Heard) => boolean): Promise<Heard>;
  end(): Promise<void>;
}

export interface CrewSettings {
  readonly processes: number;
  /** Runs at once in each. */
  readonly workers: number;
  readonly cap: number;
}

/** On the empty database at `url`, which nobody else uses. */
export async function startCrew(url: string, settings: CrewSettings): Promise<Crew> {
  const { cap } = settings;
  const sender = await openPostgres({ databaseUrl: url, dataDir: '', log: silentLog, cap });
  const heard: Heard[] = [];
  const waiting = new Set<(told: Heard) => void>();
  const hear = (told: Heard): void => {
    heard.push(told);
    for (const each of waiting) each(told);
  };
  const processes = Array.from({ length: settings.processes }, (_, worker) => {
    const script = join(import.meta.dirname, 'worker-process.ts');
    const child = fork(script, [url, String(settings.workers), String(cap)]);
    child.on('message', (message) => hear({ ...(message as Told), worker }));
    return child;
  });
  const until: Crew['until'] = (is) =>
    new Promise((resolve) => {
      const known = heard.find(is);
      if (known !== undefined) resolve(known);
      else
        waiting.add(function look(told) {
          if (!is(told)) return;
          waiting.delete(look);
          resolve(told);
        });
    });
  const readies = processes.map((_, worker) =>
    until((told) => told.tells === 'ready' && told.worker === worker),
  );
  await Promise.all(readies);
  return {
    heard,
    processes,
    until,
    deliver: (installation, milliseconds) => deliver(sender, installation, milliseconds),
    async end() {
      await Promise.all(processes.map(ended));
      await sender.close();
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function deliver(sender: Postgres, installation: number, milliseconds: number) {
  const event = eventFor(installation, milliseconds);
  const parts = { ...sender, flows: [waitingFlow(() => undefined)], log: silentLog };
  const [run = ''] = await enqueue(parts, { id: event.delivery, name: 'issues', event });
  return { run, at: now() };
}
