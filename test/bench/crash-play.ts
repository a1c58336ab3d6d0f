/** Plays one run to its end, killing the lane's victim at each of its moments, and counts what went wrong. */
import { setTimeout as wait } from 'node:timers/promises';
import { issueNumber } from '#demo/story.ts';
import { compare, tracesOf, type Traces } from './crash-judge.ts';
import { label, type Lane } from './crash-lane.ts';
import { momentName, type Held, type Moment, type Passed } from './crash-moments.ts';
import type { HeldRow } from './crash-rows.ts';
import { holderDies } from './crash-victims.ts';

export interface Calm {
  readonly moments: readonly Moment[];
  readonly traces: Traces;
  readonly end: string;
  readonly milliseconds: number;
}

export interface Played {
  readonly kills: number;
  /** Milliseconds from each kill to the first new row of the run. */
  readonly goneOn: readonly number[];
  /** Of things on GitHub, and of runs that did not end as the calm one. */
  readonly lost: number;
  readonly repeated: number;
  readonly duplicates: number;
  /** Why the counts are not zero, and what else is wrong. */
  readonly problems: readonly string[];
}

/** Milliseconds for one run with all its kills. */
const patience = 600_000;
/** Milliseconds for a stopped worker's run to be taken by another: its transaction is ended after five seconds. */
const takeOverPatience = 120_000;

interface Kill {
  readonly moment: Moment;
  readonly at: number;
  /** Who was killed is there again. */
  readonly revived: Promise<void>;
}

/** One run that nobody disturbs: what happens in it, in order, and what it leaves. */
export async function playCalm(lane: Lane, run: number): Promise<Calm> {
  const begun = Date.now();
  const end = await playRun(lane, { run, moments: [] }, []);
  if (lane.world.problems.length > 0) throw new Error(lane.world.problems.join('\n'));
  if (!end.includes(' proven '))
    throw new Error(`nothing to compare with: the calm run ended as ${end}`);
  const rows = await lane.rows.passed(begun);
  const order = [...rows.flatMap(momentsOfRow), ...lane.moments.passed].sort((a, b) => a.at - b.at);
  return {
    moments: order.map(({ what, phase }) => ({ what, phase })),
    traces: await tracesOf(lane.repository(run), issueNumber),
    end,
    milliseconds: Date.now() - begun,
  };
}

/** A step that has begun leaves what the one before it left; what is done may be killed before it is recorded. */
function momentsOfRow({ what, at }: Passed): readonly Passed[] {
  const after = { what, phase: 'after', at } as const;
  if (what === 'row job completed') return [{ ...after, phase: 'before' }];
  return what.endsWith('] started') ? [after] : [{ ...after, phase: 'before' }, after];
}

export interface Play {
  readonly run: number;
  readonly moments: readonly Moment[];
}

export async function play(lane: Lane, scenario: Play, calm: Calm): Promise<Played> {
  const { rows, world } = lane;
  const begun = Date.now();
  const repeatedBefore = world.repeated;
  const kills: Kill[] = [];
  const problems: string[] = [];
  const end = await playRun(lane, scenario, kills).catch((error: unknown) => String(error));
  if (end !== calm.end) problems.push(`it ended as ${end}`);
  const { lost, extra } = compare(
    calm.traces,
    await tracesOf(lane.repository(scenario.run), issueNumber),
  );
  const repeated = world.repeated - repeatedBefore;
  const missed = scenario.moments
    .slice(kills.length)
    .map((moment) => `not reached: ${momentName(moment)}`);
  problems.push(...lost.map((each) => `lost: ${each}`), ...extra.map((each) => `extra: ${each}`));
  problems.push(...missed, ...(repeated > 0 ? [`${repeated} model calls repeated`] : []));
  const seen = (await rows.passed(begun)).map(({ at }) => at);
  return {
    kills: kills.length,
    goneOn: kills.flatMap(({ at }) => {
      const next = seen.find((time) => time > at);
      return next === undefined ? [] : [next - at];
    }),
    lost: lost.length + (end === calm.end ? 0 : 1),
    repeated,
    duplicates: extra.length,
    problems: problems.map(
      (problem) =>
        `${lane.victim.name}, killed ${scenario.moments.map(momentName).join('; ')}: ${problem}`,
    ),
  };
}

/** From the label to the end of the run and its job: how it ended, in a word each for all its runs. */
async function playRun(lane: Lane, { run, moments }: Play, kills: Kill[]): Promise<string> {
  const repository = lane.repository(run);
  const over = Promise.withResolvers<undefined>();
  lane.moments.begin();
  // Before anything begins: the first moment may be the very first row.
  let armed = await arm(lane, moments[0]);
  await label(repository);
  const ended = endOf(lane, repository.name).finally(() => over.resolve(undefined));
  void ended.catch(() => undefined);
  for (const [index, moment] of moments.entries()) {
    const held = await Promise.race([armed?.reached, over.promise]);
    if (held === undefined) break;
    await kills.at(-1)?.revived;
    // While all stands still, so that nothing passes the next one unseen.
    armed = await arm(lane, moments[index + 1]);
    kills.push(await strike(lane, { moment, held, name: repository.name }));
  }
  await kills.at(-1)?.revived;
  await lane.rows.disarm();
  return ended;
}

async function arm(
  { rows, moments }: Lane,
  moment: Moment | undefined,
): Promise<{ readonly reached: Promise<Held | HeldRow> } | undefined> {
  if (moment === undefined) return undefined;
  return isRow(moment) ? rows.arm(moment) : { reached: moments.arm(moment) };
}

function isRow({ what }: Moment): boolean {
  return what.startsWith('row ');
}

interface Strike {
  readonly moment: Moment;
  readonly held: Held | HeldRow;
  /** The run's repository. */
  readonly name: string;
}

/** Kills, and starts again. */
async function strike(lane: Lane, { moment, held, name }: Strike): Promise<Kill> {
  const { victim, rows } = lane;
  if (victim.kills.length === 0) return pause(lane, { moment, held: held as HeldRow, name });
  const worksDie = victim.kills.some((killed) => killed === 'all' || killed === 'worker');
  const databaseDies = victim.kills.includes('postgres');
  const at = await (isRow(moment)
    ? killAtRow(lane, moment, held as HeldRow)
    : killAtRequest(lane, moment, held));
  if (worksDie && !databaseDies) await rows.dead(at);
  const revived = lane.revive();
  void revived.catch(() => undefined);
  // A worker goes on without its web half, and may be at the next moment before that is there again.
  if (victim.kills.some((killed) => killed !== 'web')) await revived;
  // Only now is there a database again.
  if (databaseDies) await held.goOn();
  if (worksDie && databaseDies) await rows.dead(at);
  return { moment, at, revived };
}

/** Stops the worker that keeps the row until another has its run; then both live, and one of them has lost it. */
async function pause(
  lane: Lane,
  { moment, held, name }: Strike & { readonly held: HeldRow },
): Promise<Kill> {
  const { rows } = lane;
  const at = Date.now();
  lane.signal(held.application, 'SIGSTOP');
  try {
    await held.goOn();
    await rows.dead(at);
    const taken = `select 1 from pgboss.job join sluice.runs on runs.id::text = data->>'run'
      where runs.event->'repository'->>'name' = $1 and job.state = 'active' and started_on > $2`;
    while ((await rows.query(taken, [name, new Date(at)])).length === 0) {
      if (Date.now() - at > takeOverPatience)
        throw new Error(`nobody took over after ${momentName(moment)}`);
      await wait(50);
    }
  } finally {
    lane.signal(held.application, 'SIGCONT');
  }
  return { moment, at, revived: Promise.resolve() };
}

async function killAtRequest(lane: Lane, moment: Moment, held: Held): Promise<number> {
  await lane.kill();
  const at = Date.now();
  await (holderDies(lane.victim, moment) ? held.drop() : held.goOn());
  return at;
}

async function killAtRow(lane: Lane, moment: Moment, held: HeldRow): Promise<number> {
  const { victim } = lane;
  const dies = holderDies(victim, moment);
  const databaseDies = victim.kills.includes('postgres');
  // A statement alone is carried out for a client that is dead; one in a transaction, or of a server that dies, is not.
  const isKeptFirst = moment.phase === 'after' && (databaseDies || (dies && !held.alone));
  if (isKeptFirst) await held.keep();
  await lane.kill();
  const at = Date.now();
  if (!isKeptFirst && !databaseDies)
    await (dies && moment.phase === 'before' ? held.drop() : held.goOn());
  return at;
}

/** When all runs of the repository have ended and no job of theirs is left. */
async function endOf({ rows, world }: Lane, name: string): Promise<string> {
  for (const deadline = Date.now() + patience; Date.now() < deadline;) {
    await wait(100);
    if (world.isRelaying()) continue;
    const runs = await rows.query<{ end: string; open: boolean }>(
      `select concat_ws(' ', flow, state, result->>'outcome', result->>'code') as end,
         state in ('queued', 'running', 'waiting') or exists (select from pgboss.job
           where data->>'run' = runs.id::text and job.state::text in ('created', 'retry', 'active')) as open
       from sluice.runs where event->'repository'->>'name' = $1 order by seq`,
      [name],
    );
    if (runs.some(({ open }) => open)) continue;
    if (runs.length > 0) return runs.map(({ end }) => end).join(' + ');
  }
  return 'not at all';
}
