/** The desk, which answers while workers are busy, the line for few places, and runs that end or mind older ones. */
import { beforeAll, expect, test } from 'vitest';
import type { Postgres } from '#adapters/postgres/open.ts';
import type { Event } from '#core/event.ts';
import type { RunResult } from '#core/run.ts';
import { enqueue } from '#engine/enqueue.ts';
import type { Context, Flow, Later, Line } from '#engine/flow.ts';
import { work } from '#engine/worker.ts';
import { testPostgres } from '../postgres.ts';
import { silentLog } from '../silent-log.ts';
import { eventOn } from './deliver.ts';
import { endOf, flowThat, proven } from './some-flow.ts';
import { worldWith } from './world.ts';

const database = await testPostgres();
let postgres: Postgres;
const flows: Flow<{ number: number }>[] = [];

/** A flow of its own for each test, on one queue with one worker. */
function flowOf(
  name: string,
  run: (context: Context) => Promise<RunResult | Later>,
  over: Partial<Flow<{ number: number }>> = {},
) {
  const flow: Flow<{ number: number }> = {
    ...flowThat(() => Promise.resolve(proven)),
    name,
    on: (event) => (event.actor.login === name ? { number: event.issue.number } : undefined),
    key: ({ issue }) => `${name}/${String(issue.number)}`,
    line: ({ actor }) => (actor.login === name ? `${name}/` : undefined),
    atDesk: true,
    run,
    ...over,
  };
  flows.push(flow);
  return async (issue: number, kind: 'labelled' | 'edited' | 'pull-closed' = 'labelled') => {
    const delivery = crypto.randomUUID();
    const { repository, issue: about } = eventOn(issue, delivery);
    const actor = { id: 2, login: name, kind: 'person' as const };
    const facts = { label: 'sluice', branch: 'b', merged: true };
    const event: Event = { ...facts, kind, delivery, repository, actor, issue: about };
    const parts = { ...postgres, flows, log: silentLog };
    return (await enqueue(parts, { id: delivery, name: 'issues', event }))[0] ?? 'none';
  };
}

beforeAll(async () => {
  postgres = await database.open({ workers: 1 });
  await work({ ...postgres, flows, world: worldWith() });
});

const inAnHour = (lane: Later['lane'] = 'desk'): Later => ({
  later: new Date(Date.now() + 3_600_000),
  lane,
});
const toWork: Later = { later: new Date(0), lane: 'work' };

async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const stateOf = async (id: string) => (await postgres.store.run(id))?.state;
const waits = (id: string) =>
  until(async () => ((await stateOf(id)) === 'waiting' ? true : undefined));

test('the desk answers while the only worker is busy', async () => {
  const busy = Promise.withResolvers<undefined>();
  const begun = Promise.withResolvers<undefined>();
  const deliver = flowOf('busy', async ({ lane, run }) => {
    if (run.event.issue.number === 2) return proven;
    if (lane === 'desk') return toWork;
    begun.resolve(undefined);
    await busy.promise;
    return proven;
  });
  const working = await deliver(1);
  await begun.promise;
  expect(await endOf(postgres, await deliver(2))).toMatchObject({ state: 'succeeded' });
  expect(await stateOf(working)).toBe('running');
  busy.resolve(undefined);
  expect(await endOf(postgres, working)).toMatchObject({ state: 'succeeded', attempts: 2 });
});

test('who waits in line comes up when a place is free, in order, without waiting for the next look', async () => {
  const first = Promise.withResolvers<undefined>();
  const places = new Map<number, number>();
  const order: number[] = [];
  const deliver = flowOf('line', async ({ run, turn }) => {
    const { number } = run.event.issue;
    const isTurn = ({ working, ahead }: Line) => {
      places.set(number, working.length + ahead.length);
      return working.length + ahead.length === 0;
    };
    if (!(await turn(isTurn))) return inAnHour();
    order.push(number);
    if (number === 1) await first.promise;
    return proven;
  });
  await deliver(1);
  await until(() => order[0]);
  const second = await deliver(2);
  await waits(second);
  const third = await deliver(3);
  await waits(third);
  expect([...places]).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
  ]);
  first.resolve(undefined);
  await endOf(postgres, second);
  await endOf(postgres, third);
  expect(order).toEqual([1, 2, 3]);
});

test('an event that starts nothing wakes those who wait in its line, and one that follows needs a run', async () => {
  let open = false;
  const deliver = flowOf(
    'woken',
    async ({ turn }) => ((await turn(() => open)) ? proven : inAnHour()),
    {
      on: ({ kind, issue, actor }) =>
        kind === 'pull-closed' || actor.login !== 'woken' ? undefined : { number: issue.number },
      follows: ({ kind }) => kind === 'edited',
    },
  );
  expect(await deliver(7, 'edited')).toBe('none');
  const run = await deliver(7);
  await waits(run);
  open = true;
  expect(await deliver(8, 'pull-closed')).toBe('none');
  expect(await endOf(postgres, run)).toMatchObject({ state: 'succeeded' });
});

test('a run ends an older one only when it says so, keeps its place in line, and people hear why', async () => {
  const told: string[] = [];
  const stopped = Promise.withResolvers<undefined>();
  const looks: (readonly [number, number])[] = [];
  const result: RunResult = {
    outcome: 'refused',
    code: 'taken-back',
    reason: 'No more.',
    facts: {},
  };
  const deliver = flowOf(
    'ends',
    async ({ run, lane, turn, older, endOlder, signal, event }) => {
      const { number } = event.issue;
      if (lane === 'desk' && number === 1 && event.kind !== 'edited') return toWork;
      if (event.kind === 'edited') {
        expect(await older()).toHaveLength(1);
        await endOlder('superseded', result);
        await endOlder('superseded', result);
      }
      const isTurn = ({ working, ahead }: Line) => {
        looks.push([number, ahead.length]);
        return working.length + ahead.length === 0;
      };
      if (!(await turn(isTurn))) return inAnHour();
      if (event.kind === 'edited') return proven;
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          stopped.resolve(undefined);
          reject(new Error(run.id));
        });
      });
      return proven;
    },
    { ended: ({ run }, { code }) => Promise.resolve(void told.push(`${run.id} ${code}`)) },
  );
  const older = await deliver(1);
  await until(() => looks[0]);
  const other = await deliver(2);
  await waits(other);
  const newer = await deliver(1, 'edited');
  await stopped.promise;
  await endOf(postgres, newer);
  expect(await postgres.store.run(older)).toMatchObject({
    state: 'superseded',
    supersededBy: newer,
    result,
  });
  expect(told).toEqual([`${older} taken-back`]);
  // The newer one stands where the older one stood: nobody was before it.
  expect(looks.filter(([number]) => number === 1)).toEqual([
    [1, 0],
    [1, 0],
  ]);
});

test('a word that is left with a run is read by it, also while it waits', async () => {
  const read: (readonly string[])[] = [];
  const deliver = flowOf('remark', async ({ event, turn, remark, remarks }) => {
    if (event.kind === 'edited') {
      await remark('edited/eve', 'It was edited.');
      await remark('edited/eve', 'It was edited again.');
      return proven;
    }
    read.push(await remarks());
    await turn(() => false);
    return (await remarks()).length > 0 ? proven : inAnHour();
  });
  const run = await deliver(1);
  await waits(run);
  await deliver(1, 'edited');
  await endOf(postgres, run);
  expect(read).toEqual([[], ['It was edited.']]);
});
