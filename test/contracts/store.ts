/** What every store must do; run on each adapter alike. */
import { describe, expect, test } from 'vitest';
import { someEvent } from '../some-event.ts';
import type { RunResult } from '#core/run.ts';
import type { NewRun, RunFilter, Store } from '#ports/store.ts';

export function newRun(over: Partial<NewRun> = {}): NewRun {
  const id = crypto.randomUUID();
  return { id, flow: 'generate', key: id, event: someEvent, input: { issue: 3 }, ...over };
}

const proven: RunResult = {
  outcome: 'proven',
  reason: 'It holds.',
  code: 'ok',
  facts: { pull: 1 },
};

export function storeContract(open: () => Promise<Store>): void {
  describe('a store', () => {
    test('keeps a delivery once', async () => {
      const store = await open();
      const delivery = { id: crypto.randomUUID(), name: 'issues', event: someEvent };
      const keep = () => store.transaction((tx) => store.keepDelivery(tx, delivery));
      expect([await keep(), await keep()]).toEqual([true, false]);
    });

    test('keeps nothing of a transaction that threw', async () => {
      const store = await open();
      const run = newRun();
      const broken = store.transaction(async (tx) => {
        await store.keepRun(tx, run);
        throw new Error('no');
      });
      await expect(broken).rejects.toThrow('no');
      expect(await store.run(run.id)).toBeUndefined();
    });

    test('gives a run back as it was, with every character', async () => {
      const store = await open();
      const run = newRun({ input: { text: 'a\0b\udfff' } });
      await store.transaction((tx) => store.keepRun(tx, run));
      expect(await store.run(run.id)).toMatchObject({
        ...run,
        state: 'queued',
        attempts: 0,
        result: null,
        supersededBy: null,
        endedAt: null,
      });
      expect((await store.runs(1)).map(({ id }) => id)).toEqual([run.id]);
    });

    test('lists the newest first, and of them only what is asked for', async () => {
      const store = await open();
      const name = crypto.randomUUID();
      const repository = { ...someEvent.repository, owner: 'Ada', name };
      const [older, newer] = [
        newRun({ event: { ...someEvent, repository } }),
        newRun({ event: { ...someEvent, repository } }),
      ];
      for (const run of [older, newer, newRun()])
        await store.transaction((tx) => store.keepRun(tx, run));
      await store.move(older.id, 'failed');
      const ids = async (only: RunFilter) => (await store.runs(9, only)).map(({ id }) => id);
      const here = { repository: `ada/${name}` };
      expect(await ids(here)).toEqual([newer.id, older.id]);
      expect(await ids({ ...here, states: ['failed', 'cancelled'] })).toEqual([older.id]);
      expect(await ids({ key: older.key })).toEqual([older.id]);
      const { createdAt: since } = (await store.run(newer.id)) ?? {};
      expect(await ids({ ...here, since })).toEqual([newer.id]);
      expect(await ids({ ...here, since: new Date(Date.now() + 60_000) })).toEqual([]);
    });

    test('knows no run by a name that is no id', async () => {
      expect(await (await open()).run("1'; drop table runs")).toBeUndefined();
    });

    test('supersedes what has not ended of the same key, and only that', async () => {
      const store = await open();
      const key = crypto.randomUUID();
      const [ended, older, newer] = [newRun({ key }), newRun({ key }), newRun({ key })];
      const other = newRun();
      const keep = (run: NewRun) => store.transaction((tx) => store.keepRun(tx, run));
      await keep(other);
      await keep(ended);
      await store.move(ended.id, 'failed');
      expect(await keep(older)).toEqual([]);
      expect((await keep(newer)).map(({ id }) => id)).toEqual([older.id]);
      expect(await store.run(older.id)).toMatchObject({
        state: 'superseded',
        supersededBy: newer.id,
      });
      expect((await store.run(ended.id))?.state).toBe('failed');
      expect((await store.run(other.id))?.state).toBe('queued');
    });

    test('knows which runs a run superseded, also by way of others', async () => {
      const store = await open();
      const key = crypto.randomUUID();
      const [first, second, third] = [newRun({ key }), newRun({ key }), newRun({ key })];
      for (const run of [first, second, third])
        await store.transaction((tx) => store.keepRun(tx, run));
      const older = await store.superseded(third.id);
      expect(older.map(({ id }) => id)).toEqual([first.id, second.id]);
      expect(await store.superseded(first.id)).toEqual([]);
    });

    test('lets one of many runs of a key survive that start at the same time', async () => {
      const store = await open();
      const key = crypto.randomUUID();
      const runs = Array.from({ length: 8 }, () => newRun({ key }));
      await Promise.all(runs.map((run) => store.transaction((tx) => store.keepRun(tx, run))));
      const states = await Promise.all(runs.map(async ({ id }) => (await store.run(id))?.state));
      expect(states.filter((state) => state === 'queued')).toHaveLength(1);
    });

    test('moves a run only where the words allow it, and counts its attempts', async () => {
      const store = await open();
      const { id } = newRun();
      await store.transaction((tx) => store.keepRun(tx, newRun({ id })));
      expect(await store.move(id, 'succeeded')).toBe(false);
      expect(await store.move(id, 'running')).toBe(true);
      expect(await store.move(id, 'running')).toBe(false);
      expect(await store.move(id, 'waiting')).toBe(true);
      expect(await store.move(id, 'running')).toBe(true);
      expect(await store.move(id, 'succeeded', { result: proven })).toBe(true);
      expect(await store.move(id, 'cancelled')).toBe(false);
      const run = await store.run(id);
      expect(run).toMatchObject({ state: 'succeeded', attempts: 2, result: proven });
      expect(run?.endedAt).toBeInstanceOf(Date);
    });

    test('keeps steps in their order, and never undoes one that is done', async () => {
      const store = await open();
      const run = newRun();
      await store.transaction((tx) => store.keepRun(tx, run));
      await store.move(run.id, 'running');
      const keep = (name: string, state: 'started' | 'done', output?: unknown) =>
        store.keepStep({ run: run.id, name, state, output });
      await keep('plan', 'started');
      await keep('patch', 'started');
      await keep('plan', 'done', { files: ['a\0', '\ud83d'] });
      await keep('plan', 'started');
      await keep('plan', 'done', 'other');
      expect(await store.step(run.id, 'plan')).toMatchObject({
        state: 'done',
        attempt: 1,
        output: { files: ['a\0', '\ud83d'] },
      });
      expect((await store.steps(run.id)).map(({ name, state }) => [name, state])).toEqual([
        ['plan', 'done'],
        ['patch', 'started'],
      ]);
    });

    test('masks secrets in errors and results', async () => {
      const store = await open();
      const run = newRun();
      const secret = `ghp_${'a'.repeat(36)}`;
      await store.transaction((tx) => store.keepRun(tx, run));
      const error = `it said ${secret} \0`;
      await store.keepStep({ run: run.id, name: 'x', state: 'failed', error });
      await store.move(run.id, 'running');
      await store.move(run.id, 'failed', { result: { ...proven, reason: `token ${secret}` } });
      expect((await store.step(run.id, 'x'))?.error).toBe('it said [redacted] \uFFFD');
      expect((await store.run(run.id))?.result?.reason).toBe('token [redacted]');
    });
  });
}
