/** Limits of a day, and rounds that follow each other without a person, counted on the real database. */
import { expect, onTestFinished, test } from 'vitest';
import { dayOf, reached, readLimits } from '#core/day.ts';
import { enqueue } from '#engine/enqueue.ts';
import type { Context } from '#engine/flow.ts';
import { work } from '#engine/worker.ts';
import type { DayBudgets } from '#policy/admission/day.ts';
import { silentLog as log } from '../silent-log.ts';
import { testPostgres } from '../postgres.ts';
import { eventOn } from './deliver.ts';
import { countingModel, endOf, flowThat, proven, request } from './some-flow.ts';
import { worldWith } from './world.ts';

const postgres = await testPostgres();
let places = 0;

/** A repository and a person of one's own, whose runs begin one after another; each asks the model once. */
async function open(budgets: DayBudgets, automatic = false) {
  const place = ++places;
  const waited: string[] = [];
  const flow = flowThat(
    async (context: Context) => {
      await context.begin({ automatic });
      await context.model?.complete(request(context.run.id), context.signal);
      return proven;
    },
    {
      name: `day-${String(place)}`,
      key: () => `day-${String(place)}/1`,
      waits: (_, { reason }) => Promise.resolve(void waited.push(reason)),
    },
  );
  const opened = await postgres.open();
  onTestFinished(async () => {
    await opened.queue.drain(0);
    await opened.close();
  });
  await work({ ...opened, flows: [flow], world: worldWith(countingModel().model), budgets });
  const ask = async (): Promise<string> => {
    const id = crypto.randomUUID();
    const event = eventOn(1, id);
    const repository = { ...event.repository, id: place, name: `r${String(place)}` };
    const actor = { ...event.actor, id: 100 + place };
    const parts = { ...opened, flows: [flow], log };
    const told = { ...event, repository, actor };
    return (await enqueue(parts, { id, name: 'issues', event: told }))[0] ?? '';
  };
  return { opened, ask, waited };
}

const none = { repository: {}, actor: {} };

test.each([
  [
    'runs of its repository',
    { ...none, repository: { runs: 2 } },
    /ada\/r\d+ for today is reached: 2 runs/,
  ],
  ['tokens of its repository', { ...none, repository: { tokens: 30 } }, /ada\/r\d+ .*: 30 tokens/],
  ['money of who asked', { ...none, actor: { usd: 0.02 } }, /@ada .*: \$0\.02/],
] as const)(
  'a run beyond the %s waits until the day is over, and people are told',
  async (_, budgets, words) => {
    const { opened, ask, waited } = await open(budgets);
    for (let runs = 0; runs < 2; runs += 1)
      expect(await endOf(opened, await ask())).toMatchObject({ state: 'succeeded' });
    const third = await ask();
    await expect
      .poll(async () => (await opened.store.run(third))?.state, { timeout: 30_000 })
      .toBe('waiting');
    expect(waited).toEqual([expect.stringMatching(words)]);
  },
);

test('the fourth run in a row that nobody waited for is refused and told, later ones are not told', async () => {
  const { opened, ask } = await open(none, true);
  const codes: unknown[] = [];
  for (let runs = 0; runs < 5; runs += 1)
    codes.push((await endOf(opened, await ask())).result?.code);
  expect(codes).toEqual(['ok', 'ok', 'ok', 'too-many-rounds', 'more-rounds']);
});

test.each([
  ['runs=20 usd=5.50', { runs: 20, usd: 5.5 }],
  ['runs=1,minutes=2,tokens=3', { runs: 1, minutes: 2, tokens: 3 }],
  ['none', {}],
  ['', undefined],
  ['runs=', undefined],
  ['runs=-1', undefined],
  ['hours=3', undefined],
])('limits that read %j', (text, limits) => {
  expect(readLimits(text)).toEqual(limits);
});

test('a limit of nothing is reached at once, one that is not set never', () => {
  const spent = { runs: 0, minutes: 9, tokens: 0, usd: 0 };
  expect(reached({ runs: 0 }, spent)).toBe('0 runs');
  expect(reached({ tokens: 1 }, spent)).toBeUndefined();
  expect(dayOf(new Date('2026-02-28T23:59:59Z')).ends.toISOString()).toBe(
    '2026-03-01T00:00:00.000Z',
  );
});
