/** What a delivery starts. */
import { expect, test } from 'vitest';
import { runId } from '#core/identity.ts';
import { enqueue } from '#engine/enqueue.ts';
import { testPostgres } from '../postgres.ts';
import { silentLog } from '../silent-log.ts';
import { deliver, eventOn } from './deliver.ts';
import { flowThat, proven } from './some-flow.ts';

const postgres = await testPostgres();
const opened = await postgres.open();
const { store, queue } = opened;
const flow = flowThat(() => Promise.resolve(proven));
const parts = { store, queue, flows: [flow], log: silentLog };
const jobs = (run: string) =>
  postgres.query(`select state from pgboss.job where data->>'run' = $1`, [run]);

test('a delivery starts one run for each flow that wants it, named after both', async () => {
  const id = crypto.randomUUID();
  const other = flowThat(() => Promise.resolve(proven), { name: 'other', key: () => 'other/1' });
  const deaf = flowThat(() => Promise.resolve(proven), { name: 'deaf', on: () => undefined });
  const started = await enqueue(
    { ...parts, flows: [flow, deaf, other] },
    { id, name: 'issues', event: eventOn(900, id) },
  );
  expect(started).toEqual([runId(id, 'generate'), runId(id, 'other')]);
  expect(await store.run(runId(id, 'generate'))).toMatchObject({
    flow: 'generate',
    key: 'generate/900',
    state: 'queued',
    input: { number: 900 },
    event: eventOn(900, id),
  });
});

test('the same delivery again does nothing', async () => {
  const id = crypto.randomUUID();
  const delivery = { id, name: 'issues', event: eventOn(901, id) };
  const [run = ''] = await enqueue(parts, delivery);
  const again = await Promise.all([enqueue(parts, delivery), enqueue(parts, delivery)]);
  expect(again).toEqual([[], []]);
  expect(await jobs(run)).toHaveLength(1);
});

test('a delivery that is none of our business is kept and starts nothing', async () => {
  const id = crypto.randomUUID();
  expect(await enqueue(parts, { id, name: 'star', event: undefined })).toEqual([]);
  expect(
    await postgres.query('select name, event from sluice.deliveries where id = $1', [id]),
  ).toEqual([{ name: 'star', event: null }]);
});

test('a newer event of the same subject supersedes the older run and takes its job back', async () => {
  const older = await deliver(opened, flow, 902);
  const newer = await deliver(opened, flow, 902);
  expect(await store.run(older)).toMatchObject({ state: 'superseded', supersededBy: newer });
  expect(await jobs(older)).toEqual([{ state: 'cancelled' }]);
  expect(await jobs(newer)).toEqual([{ state: 'created' }]);
});

test('when a flow cannot answer, nothing is kept, so that the forge may deliver again', async () => {
  const id = crypto.randomUUID();
  const broken = flowThat(() => Promise.resolve(proven), {
    name: 'broken',
    on: () => {
      throw new Error('a bug');
    },
  });
  const delivery = { id, name: 'issues', event: eventOn(903, id) };
  await expect(enqueue({ ...parts, flows: [flow, broken] }, delivery)).rejects.toThrow('a bug');
  expect(await store.run(runId(id, 'generate'))).toBeUndefined();
  expect(await enqueue(parts, delivery)).toHaveLength(1);
});
