/** How runs go, stop, wait, go on and end. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { errors, SluiceError, type ErrorKind } from '#core/errors.ts';
import type { RunResult } from '#core/run.ts';
import type { Context, Flow } from '#engine/flow.ts';
import { work } from '#engine/worker.ts';
import type { Model } from '#ports/model.ts';
import { aborted } from '../contracts/queue.ts';
import { testPostgres } from '../postgres.ts';
import { deliver } from './deliver.ts';
import { countingModel, endOf, flowThat, proven, request } from './some-flow.ts';
import { worldWith, plainClock } from './world.ts';

const postgres = await testPostgres();
const budget = { calls: 10, tokens: 1e6, usd: 10, milliseconds: 1e6 };
let flows = 0;

/** A queue of one's own for each test: its flow has its own name, and its worker knows only that. */
async function start(
  run: (context: Context) => Promise<RunResult>,
  over: Partial<Flow<{ number: number }>> & { model?: Model } = {},
) {
  const { model, ...rest } = over;
  const name = `flow-${++flows}`;
  const flow = flowThat(run, { name, key: (event) => `${name}/${event.issue.number}`, ...rest });
  const opened = await postgres.open();
  onTestFinished(() => opened.close());
  await work({ ...opened, flows: [flow], world: worldWith(model) });
  const id = await deliver(opened, flow);
  const ended = async (run = id) => {
    const end = await endOf(opened, run);
    await opened.queue.drain(5000);
    return end;
  };
  return { opened, flow, id, ended };
}

const failure = (kind: ErrorKind, retryAt?: Date) =>
  new SluiceError({
    code: `x-${kind}`,
    kind,
    message: `It is ${kind}.`,
    ...(retryAt && { retryAt }),
  });

describe('a run', () => {
  test('ends with what its flow handed back, and shows its steps', async () => {
    const { opened, id, ended } = await start(async (context) => {
      const files = await context.step('plan', z.array(z.string()), () => Promise.resolve(['a']));
      await context.step('rest', z.void(), () => Promise.resolve());
      return { ...proven, facts: { files } };
    });
    const result = { ...proven, facts: { files: ['a'] } };
    expect(await ended()).toMatchObject({ state: 'succeeded', attempts: 1, result });
    expect(await opened.store.steps(id)).toMatchObject([
      { name: 'plan', state: 'done', output: ['a'], attempt: 1 },
      { name: 'rest', state: 'done' },
    ]);
  });

  test('goes on after trouble, with the steps that are done kept and the failed one done again', async () => {
    const log: string[] = [];
    const { opened, id, ended } = await start(async ({ step, run }) => {
      const plan = await step('plan', z.string(), () => Promise.resolve(`by ${run.attempts}`));
      await step('patch', z.null(), () => {
        log.push(`patch ${run.attempts} of ${plan}`);
        return run.attempts === 1 ? Promise.reject(failure('unavailable')) : Promise.resolve(null);
      });
      return proven;
    });
    expect(await ended()).toMatchObject({ state: 'succeeded', attempts: 2 });
    expect(log).toEqual(['patch 1 of by 1', 'patch 2 of by 1']);
    expect(await opened.store.step(id, 'patch')).toMatchObject({ state: 'done', attempt: 2 });
  });

  test('waits until a limit comes back', async () => {
    const at = new Date(Date.now() + 600);
    const starts: number[] = [];
    const { ended } = await start(({ run }) => {
      starts.push(Date.now());
      return run.attempts === 1
        ? Promise.reject(failure('exhausted', at))
        : Promise.resolve(proven);
    });
    expect(await ended()).toMatchObject({ state: 'succeeded' });
    expect(starts[1]).toBeGreaterThanOrEqual(at.getTime());
  });

  test.each([
    ['refused', 'succeeded', 'refused'],
    ['invalid', 'failed', 'failed'],
    ['exhausted', 'succeeded', 'unproven'],
    ['defect', 'failed', 'failed'],
  ] as const)('that is %s ends, and its flow tells people once', async (kind, state, outcome) => {
    const told: RunResult[] = [];
    const { ended } = await start(() => Promise.reject(failure(kind)), {
      ended: (_, result) => Promise.resolve(void told.push(result)),
    });
    const result = { outcome, reason: `It is ${kind}.`, code: `x-${kind}` };
    expect(await ended()).toMatchObject({ state, result, attempts: 1 });
    expect(told).toMatchObject([result]);
  });

  test('that waits is told of by its flow', async () => {
    const until = new Date(Date.now() + 3_600_000);
    const told: unknown[] = [];
    const { opened, id } = await start(() => Promise.reject(failure('exhausted', until)), {
      waits: (context, { reason }) => Promise.resolve(void told.push(context.run.id, reason)),
    });
    await expect.poll(async () => (await opened.store.run(id))?.state).toBe('waiting');
    expect(told).toEqual([id, 'It is exhausted.']);
  });

  test('that waits for less than a minute is not told of', async () => {
    const soon = new Date(plainClock.now().getTime() + 50_000);
    const told: unknown[] = [];
    const { ended } = await start(
      ({ run }) =>
        run.attempts === 1 ? Promise.reject(failure('exhausted', soon)) : Promise.resolve(proven),
      { waits: () => Promise.resolve(void told.push('told')) },
    );
    expect(await ended()).toMatchObject({ state: 'succeeded', attempts: 2 });
    expect(told).toEqual([]);
  });

  test('that waits goes on waiting when people cannot be told', async () => {
    const until = new Date(Date.now() + 3_600_000);
    const { opened, id } = await start(() => Promise.reject(failure('exhausted', until)), {
      waits: () => Promise.reject(failure('unavailable')),
    });
    await expect.poll(async () => (await opened.store.run(id))?.state).toBe('waiting');
  });

  test('starts no step once its time is up, but still writes what it has', async () => {
    const wrote: string[] = [];
    const { ended } = await start(async ({ step, effect, limit }) => {
      await step('early', z.null(), () => Promise.resolve(null));
      limit({ ...budget, calls: 0, milliseconds: 1e6 });
      await step('without a call', z.null(), () => Promise.resolve(null));
      limit({ ...budget, milliseconds: 0 });
      await effect('write', z.null(), {
        find: () => Promise.resolve(undefined),
        act: () => Promise.resolve((wrote.push('written'), null)),
      });
      await step('late', z.null(), () => Promise.resolve((wrote.push('late'), null)));
      return proven;
    });
    expect(await ended()).toMatchObject({
      result: { outcome: 'unproven', code: 'budget-spent' },
    });
    expect(wrote).toEqual(['written']);
  });

  test('ends also when people cannot be told, after trying again where that may help', async () => {
    let runs = 0;
    let tries = 0;
    const { ended } = await start(() => (runs++, Promise.reject(failure('refused'))), {
      ended: () => Promise.reject(tries++ === 0 ? failure('unavailable') : failure('refused')),
    });
    expect(await ended()).toMatchObject({ state: 'succeeded', result: { code: 'x-refused' } });
    expect([runs, tries]).toEqual([1, 2]);
  });

  test('of a flow that is gone, or whose input is nonsense, fails and says so', async () => {
    const { opened, ended, flow } = await start(() => Promise.resolve(proven), {
      input: z.object({ number: z.literal(-1) }),
    });
    const gone = await deliver(opened, { ...flow, name: 'gone', key: () => 'gone' });
    expect(await endOf(opened, gone)).toMatchObject({ result: { code: 'flow-unknown' } });
    expect(await ended()).toMatchObject({ state: 'failed', result: { outcome: 'failed' } });
  });

  test('does a step again whose kept result a newer version cannot read', async () => {
    const { ended } = await start(async ({ step, run: { attempts } }) => {
      const schema = attempts === 1 ? z.literal(1) : z.literal(2);
      const plan = await step<number>('plan', schema, () => Promise.resolve(attempts));
      if (attempts === 1) throw failure('unavailable');
      return { ...proven, facts: { plan } };
    });
    expect(await ended()).toMatchObject({ attempts: 2, result: { facts: { plan: 2 } } });
  });

  test('whose step gives something else than it said is broken', async () => {
    const { ended } = await start(async ({ step }) => {
      await step<unknown>('plan', z.string(), () => Promise.resolve(1));
      return proven;
    });
    expect(await ended()).toMatchObject({ state: 'failed', result: { code: 'defect' } });
  });

  test('that killed its workers too often is ended by the next one, and people are told', async () => {
    const told: string[] = [];
    const flow = flowThat(() => Promise.reject(new Error('it ran')), {
      name: 'killer',
      ended: (_, { code }) => Promise.resolve(void told.push(code)),
    });
    const opened = await postgres.open();
    onTestFinished(() => opened.close());
    const run = await deliver(opened, flow);
    const waits = { unavailable: 0, exhausted: 0, crashed: 5 };
    await opened.store.keepStep({ run, name: 'engine/wait', state: 'failed', output: waits });
    await opened.store.move(run, 'running');
    await work({ ...opened, flows: [flow], world: worldWith() });
    expect(await endOf(opened, run)).toMatchObject({ result: { code: 'workers-died' } });
    expect(told).toEqual(['workers-died']);
  });

  test('that is superseded stops its work and says nothing, and the newer one goes on', async () => {
    const told: string[] = [];
    const begun = Promise.withResolvers<undefined>();
    let first: string | undefined;
    const { opened, flow, id, ended } = await start(
      async ({ signal, run, step }) => {
        first ??= run.id;
        if (run.id !== first) return proven;
        begun.resolve(undefined);
        await aborted(signal);
        await step('late', z.null(), () => Promise.resolve(null));
        return proven;
      },
      { key: () => 'one-subject', ended: ({ run }) => Promise.resolve(void told.push(run.id)) },
    );
    await begun.promise;
    const newer = await deliver(opened, flow);
    expect(await endOf(opened, newer)).toMatchObject({ state: 'succeeded' });
    expect(await ended()).toMatchObject({ state: 'superseded', supersededBy: newer, result: null });
    expect(await opened.store.steps(id)).toEqual([]);
    expect(told).toEqual([]);
  });
});

describe('a run that had said something and is superseded', () => {
  test('is told of by the newer run, once', async () => {
    const told: string[] = [];
    const begun = Promise.withResolvers<undefined>();
    let first: string | undefined;
    const { opened, flow, id, ended } = await start(
      async ({ signal, run, step }) => {
        first ??= run.id;
        if (run.id !== first && run.attempts === 1) throw failure('unavailable');
        if (run.id !== first) return proven;
        await step('status', z.null(), () => Promise.resolve(null));
        begun.resolve(undefined);
        await aborted(signal);
        return proven;
      },
      {
        key: () => 'another-subject',
        ended: ({ run, event }, { code }) =>
          Promise.resolve(void told.push(`${run.id} ${event.delivery} ${code}`)),
      },
    );
    await begun.promise;
    const delivery = (await opened.store.run(id))?.event.delivery ?? '';
    const newer = await deliver(opened, flow);
    expect(await ended(newer)).toMatchObject({ state: 'succeeded', attempts: 2 });
    expect(told).toEqual([`${id} ${delivery} superseded`]);
  });
});

describe('an effect', () => {
  const write = (
    fails: (attempt: number) => boolean,
    found: (writes: number) => string | undefined,
  ) => {
    const log: string[] = [];
    const run = async ({ effect, run: { attempts } }: Context) => {
      const url = await effect('comment', z.string(), {
        find: () => (
          log.push('find'),
          Promise.resolve(found(log.filter((x) => x === 'act').length))
        ),
        act: () => {
          log.push('act');
          return fails(attempts) ? Promise.reject(failure('unavailable')) : Promise.resolve('made');
        },
      });
      if (attempts < 3) throw failure('unavailable');
      return { ...proven, facts: { url } };
    };
    return { log, run };
  };

  test('is done once, and later attempts get what it gave', async () => {
    const { log, run } = write(
      () => false,
      () => undefined,
    );
    const { ended } = await start(run);
    expect(await ended()).toMatchObject({ attempts: 3, result: { facts: { url: 'made' } } });
    expect(log).toEqual(['act']);
  });

  test('that may have happened is looked up, and not done again when it is there', async () => {
    const { log, run } = write(
      () => true,
      () => 'there',
    );
    const { ended } = await start(run);
    expect(await ended()).toMatchObject({ attempts: 3, result: { facts: { url: 'there' } } });
    expect(log).toEqual(['act', 'find']);
  });

  test('that is not there after all is done again', async () => {
    const { log, run } = write(
      (attempt) => attempt === 1,
      () => undefined,
    );
    const { ended } = await start(run);
    expect(await ended()).toMatchObject({ result: { facts: { url: 'made' } } });
    expect(log).toEqual(['act', 'find', 'act']);
  });

  test('is not done by a worker that lost the run', async () => {
    const log: string[] = [];
    const { opened, id, ended } = await start(async ({ effect, run }) => {
      if (run.attempts > 1) return proven;
      // Between two heartbeats, another worker claims the job and dies.
      await postgres.query(
        `update pgboss.job set retry_count = 7, heartbeat_on = now() - interval '1 hour' where data->>'run' = $1`,
        [run.id],
      );
      await effect('comment', z.null(), {
        find: () => Promise.resolve(undefined),
        act: () => (log.push('act'), Promise.resolve(null)),
      });
      return { ...proven, reason: 'from the one that lost it' };
    });
    expect(await ended()).toMatchObject({ attempts: 2, result: proven });
    expect(log).toEqual([]);
    expect(await opened.store.step(id, 'comment')).toBeUndefined();
  });
});

describe('the model', () => {
  test('is not asked again what it answered before, and all is counted', async () => {
    const { model, calls } = countingModel();
    const seen: unknown[] = [];
    const { ended } = await start(
      async (context) => {
        context.limit(budget);
        const ask = async (text: string) =>
          (await context.model?.complete(request(text), context.signal))?.text;
        seen.push([context.spent().calls, await ask('one'), await ask('two'), await ask('one')]);
        if (context.run.attempts === 1) throw failure('unavailable');
        seen.push(await ask('three'));
        return { ...proven, facts: { cost: context.spent() } };
      },
      { model },
    );
    const cost = { calls: 4, inputTokens: 40, outputTokens: 20, usd: 0.04 };
    expect(await ended()).toMatchObject({ attempts: 2, result: { facts: { cost } } });
    expect(calls).toEqual(['one', 'two', 'one', 'three']);
    expect(seen).toEqual([
      [0, 'answer 1', 'answer 2', 'answer 3'],
      [3, 'answer 1', 'answer 2', 'answer 3'],
      'answer 4',
    ]);
  });

  test('that failed is asked again, and what was answered meanwhile is still remembered', async () => {
    const { model, calls } = countingModel((call) =>
      call === 1 ? failure('unavailable') : undefined,
    );
    const { ended } = await start(
      async ({ model: remembered, signal, run }) => {
        const ask = () => remembered?.complete(request('same'), signal);
        const answer = await ask()?.catch(() => ask());
        if (run.attempts === 1) throw failure('unavailable');
        return { ...proven, reason: answer?.text ?? '' };
      },
      { model },
    );
    expect(await ended()).toMatchObject({ attempts: 2, result: { reason: 'answer 2' } });
    expect(calls).toHaveLength(2);
  });

  test.each([
    ['no calls at all', { ...budget, calls: 0 }, 0, '0 model calls'],
    ['two calls', { ...budget, calls: 2 }, 2, '2 model calls'],
    ['thirty tokens', { ...budget, tokens: 30 }, 2, '30 tokens'],
    ['two cents', { ...budget, usd: 0.02 }, 2, '$0.02'],
    ['no time', { ...budget, milliseconds: 0 }, 0, '0 minutes'],
  ])('is not asked beyond a budget of %s', async (_, limit, asked, words) => {
    const { model, calls } = countingModel();
    const { ended } = await start(
      async ({ model: remembered, signal, ...context }) => {
        context.limit(limit);
        for (let turn = 0; ; turn++) await remembered?.complete(request(`turn ${turn}`), signal);
      },
      { model },
    );
    expect(await ended()).toMatchObject({
      result: {
        outcome: 'unproven',
        code: 'budget-spent',
        reason: errors.budgetSpent(words).message,
      },
    });
    expect(calls).toHaveLength(asked);
  });
});
