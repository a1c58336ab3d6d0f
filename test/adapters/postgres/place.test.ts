/** Where jobs go: slots that cap an installation, ranks that keep one from holding up others, people before machines. */
import { expect, onTestFinished, test } from 'vitest';
import type { Postgres } from '#adapters/postgres/open.ts';
import type { Job, JobEnd, NewJob } from '#ports/queue.ts';
import { newRun } from '../../contracts/store.ts';
import { testPostgres } from '../../postgres.ts';
import { someEvent } from '../../some-event.ts';

const postgres = await testPostgres();
const done: JobEnd = { end: 'done' };
let installations = 100;

/** A busy machine is no reason to hold a worker of these tests for dead. */
const heartbeat = 60;

async function open(settings: { cap: number; workers?: number }): Promise<Postgres> {
  const opened = await postgres.open({ heartbeat, ...settings });
  onTestFinished(() => opened.close());
  return opened;
}

/** A run of the installation, kept and sent. */
async function send(
  { store, queue }: Postgres,
  installation: number,
  more: Partial<NewJob> = {},
): Promise<string> {
  const event = { ...someEvent, repository: { ...someEvent.repository, installation } };
  const run = newRun({ event, ...(more.key !== undefined && { key: more.key }) });
  await store.transaction(async (tx) => {
    for (const older of await store.keepRun(tx, run)) await queue.cancel(tx, older.id);
    await queue.send(tx, { run: run.id, key: run.key, ...more });
  });
  return run.id;
}

async function placeOf(run: string): Promise<{ slot: string; priority: number }> {
  const rows = await postgres.query(
    `select singleton_key as slot, priority from pgboss.job where data->>'run' = $1`,
    [run],
  );
  return rows[0] as { slot: string; priority: number };
}

test('a run goes into the slot that the fewest have, and a newer one of its subject into the same', async () => {
  const opened = await open({ cap: 3 });
  const here = ++installations;
  const first = await Promise.all([send(opened, here), send(opened, here), send(opened, here)]);
  const slots = await Promise.all(first.map(placeOf));
  expect(slots.map(({ slot }) => slot).sort()).toEqual([0, 1, 2].map((slot) => `${here}/${slot}`));
  const older = await send(opened, here, { key: 'a subject' });
  await send(opened, here);
  const newer = await send(opened, here, { key: 'a subject' });
  expect((await placeOf(newer)).slot).toBe((await placeOf(older)).slot);
});

test('the first run of an installation goes before the later ones of another, and people before machines', async () => {
  const opened = await open({ cap: 2 });
  const [noisy, quiet] = [++installations, ++installations];
  const backlog: string[] = [];
  for (let count = 0; count < 4; count += 1) backlog.push(await send(opened, noisy));
  const machine = await send(opened, ++installations, { automatic: true });
  const other = await send(opened, quiet);
  const rank = async (run = '') => (await placeOf(run)).priority;
  expect(await rank(other)).toBe(await rank(backlog[0]));
  expect(await rank(other)).toBeGreaterThan(await rank(backlog[1]));
  expect(await rank(backlog[3])).toBeGreaterThan(await rank(machine));
  expect((await placeOf(machine)).slot).toMatch(/\/1$/);
});

test('a later run of an installation never goes before its earlier ones, however many of those are done by then', async () => {
  const opened = await open({ cap: 2 });
  const here = ++installations;
  const all: string[] = [];
  for (let count = 0; count < 4; count += 1) all.push(await send(opened, here));
  const gone = all.slice(0, 3);
  await postgres.query(`update sluice.runs set state = 'succeeded' where id = any($1)`, [gone]);
  await postgres.query(`delete from pgboss.job where data->>'run' = any($1)`, [gone]);
  const later = await send(opened, here);
  const [first, second] = await Promise.all([placeOf(all[3] ?? ''), placeOf(later)]);
  expect(second.priority).toBeLessThan(first.priority);
});

test('a run behind a long one gets the slot that becomes free elsewhere, but not one of the same subject', async () => {
  const opened = await open({ cap: 2, workers: 8 });
  const here = ++installations;
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<JobEnd>>();
  await postgres.query('delete from pgboss.job');
  const subject = { key: `subject ${here}` };
  const long = await send(opened, here, subject);
  const short = await send(opened, here);
  await opened.queue.work(({ run }) => {
    begun.push(run);
    const end = Promise.withResolvers<JobEnd>();
    ends.set(run, end);
    return end.promise;
  });
  await expect.poll(() => begun.length, { timeout: 20_000 }).toBe(2);
  const newer = await send(opened, here, subject);
  const other = await send(opened, here);
  await postgres.query(
    `update pgboss.job set singleton_key = $1, group_id = $1 where data->>'run' = $2`,
    [(await placeOf(long)).slot, other],
  );
  ends.get(short)?.resolve(done);
  await expect.poll(() => begun, { timeout: 20_000 }).toHaveLength(3);
  expect(begun.at(-1)).toBe(other);
  expect(new Set(begun)).toEqual(new Set([long, short, other]));
  ends.get(other)?.resolve(done);
  ends.get(long)?.resolve(done);
  await expect.poll(() => begun, { timeout: 20_000 }).toHaveLength(4);
  expect(begun.at(-1)).toBe(newer);
  ends.get(newer)?.resolve(done);
});

test('no more runs of an installation are worked on at once than may be, by however many workers', async () => {
  const cap = 2;
  const all = [
    await open({ cap, workers: 8 }),
    await open({ cap, workers: 8 }),
    await open({ cap, workers: 8 }),
  ];
  const here = ++installations;
  const runs = 12;
  let active = 0;
  let most = 0;
  let ended = 0;
  const finished = Promise.withResolvers<undefined>();
  const handle = async (): Promise<JobEnd> => {
    most = Math.max(most, ++active);
    await new Promise((resolve) => setTimeout(resolve, 20));
    active -= 1;
    if (++ended === runs) finished.resolve(undefined);
    return done;
  };
  const sender = await open({ cap });
  await Promise.all(Array.from({ length: runs }, () => send(sender, here)));
  // What other tests of this file left is none of this one.
  await postgres.query(`delete from pgboss.job where singleton_key not like $1`, [`${here}/%`]);
  for (const { queue } of all) await queue.work(handle);
  await finished.promise;
  expect(most).toBe(cap);
});

test('automatic runs cannot have all workers: one is there for a person', async () => {
  const opened = await open({ cap: 50, workers: 4 });
  const taken: string[] = [];
  const arrived = Promise.withResolvers<undefined>();
  const held = Promise.withResolvers<JobEnd>();
  const [mine, theirs] = [++installations, ++installations];
  for (let count = 0; count < 6; count += 1) await send(opened, mine, { automatic: true });
  let person = '';
  await opened.queue.work(({ run }: Job) => {
    taken.push(run);
    if (run === person) arrived.resolve(undefined);
    return held.promise;
  });
  await expect.poll(() => taken.length).toBe(3);
  person = await send(opened, theirs);
  await arrived.promise;
  expect(taken).toHaveLength(4);
  held.resolve(done);
});

test('at the desk an installation has three places; what is of one subject follows one another, what is urgent has its own', async () => {
  const opened = await open({ cap: 2 });
  const here = ++installations;
  const lane = 'desk';
  const sent: string[] = [];
  for (const key of ['first', 'second', 'third', 'fourth', 'second'])
    sent.push(await send(opened, here, { lane, key: `${here} ${key}` }));
  const places = await Promise.all(sent.map(async (run) => (await placeOf(run)).slot));
  expect(places).toEqual([0, 1, 2, 0, 1].map((place) => `${here}/desk/${place}`));
  const urgent = { lane, urgent: true } as const;
  const stop = await send(opened, here, { ...urgent, key: `${here} stop` });
  expect((await placeOf(stop)).slot).toBe(`${here} stop`);
  // Cancelled under its worker, it keeps its place until its work has ended.
  await postgres.query(`update pgboss.job set state = 'active' where data->>'run' = $1`, [sent[2]]);
  const told = await send(opened, here, { ...urgent, key: `${here} third` });
  expect((await placeOf(told)).slot).toBe(places[2]);
});

test('a flood of one installation leaves the desk free for another', async () => {
  const opened = await open({ cap: 2 });
  const [noisy, quiet] = [++installations, ++installations];
  await postgres.query('delete from pgboss.job');
  for (let count = 0; count < 8; count += 1) await send(opened, noisy, { lane: 'desk' });
  const begun: string[] = [];
  const held = Promise.withResolvers<JobEnd>();
  await opened.queue.work(({ run }) => {
    begun.push(run);
    return held.promise;
  });
  await expect.poll(() => begun.length, { timeout: 20_000 }).toBe(3);
  const other = await send(opened, quiet, { lane: 'desk' });
  await expect.poll(() => begun, { timeout: 20_000 }).toContain(other);
  expect(begun).toHaveLength(4);
  held.resolve(done);
});

test('no list of what was busy a moment ago keeps workers from what is free', async () => {
  await open({ cap: 2 });
  const rows = await postgres.query(
    `update pgboss.queue set singletons_active = '{"1/0"}' where name = 'runs' returning singletons_active as busy`,
  );
  expect(rows).toEqual([{ busy: null }]);
});
