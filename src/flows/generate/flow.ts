/** Generate: from a labelled issue to a proven draft pull request, or to what was found and why it could not be proven. */
import { SluiceError } from '#core/errors.ts';
import type { RunResult } from '#core/run.ts';
import { codeCell } from '#core/neutral.ts';
import type { Context, Flow, Later } from '#engine/flow.ts';
import type { RepositorySession } from '#ports/forge.ts';
import type { Admission } from './admit.ts';
import { Asked, askedBy, followsOpen, lineFor, orderOf } from './asked.ts';
import { lookAtBase } from './baseline.ts';
import { attend } from './desk.ts';
import { noBaseline, noModel, notPatched, notReproduced, outOfMeans } from './endings.ts';
import { inWords } from './evidence.ts';
import { planFound, testFound } from './found.ts';
import { layGround } from '#checks/ground.ts';
import { openJournal, type Journal } from './journal.ts';
import { Attempt, LookedAt, Plan } from './kept.ts';
import { hiddenRemark } from './material.ts';
import { localise, type Bench } from './localise.ts';
import { patch, type Reproduced } from './patch.ts';
import { budgetOf, tellEnd, tellWait } from './refuse.ts';
import { reproduce, type Localised } from './reproduce.ts';
import { verifyAndPropose } from './settle.ts';

/** Tries of the model: failures of the test are fed back twice, those of the change three times. */
const tries = { reproduce: 3, patch: 4 };

export const generate: Flow<Asked> = {
  name: 'generate',
  input: Asked,
  on: askedBy,
  key: orderOf,
  atDesk: true,
  follows: followsOpen,
  line: lineFor,
  async run(context, asked) {
    const session = context.forge.open(context.event.repository);
    try {
      return await story(context, session, asked);
    } finally {
      await session.close();
    }
  },
  ended: tellEnd,
  waits: tellWait,
};

async function story(
  context: Context,
  session: RepositorySession,
  asked: Asked,
): Promise<RunResult | Later> {
  const { model } = context;
  const journal = openJournal(context, session);
  const admission = await attend({ context, session, journal }, asked);
  if (!('admitted' in admission)) return admission;
  if (context.lane === 'desk') return { later: context.clock.now(), lane: 'work' };
  context.limit(budgetOf(admission.settings));
  await journal.enter('prepare');
  if (model === undefined) return journal.end(noModel);
  try {
    return await prove({ ...context, model }, { session, journal }, admission);
  } catch (thrown) {
    const isSpent = thrown instanceof SluiceError && thrown.kind === 'exhausted';
    if (!isSpent || thrown.retryAt !== undefined) throw thrown;
    return journal.end(outOfMeans(thrown));
  }
}

async function prove(
  context: Bench['context'],
  { session, journal }: { readonly session: RepositorySession; readonly journal: Journal },
  { base, settings }: Extract<Admission, { admitted: true }>,
): Promise<RunResult> {
  const { event } = context;
  const remote = await session.remote();
  const ground = await layGround(context, { repository: event.repository, remote, commit: base });
  const looked = await context.step('baseline', LookedAt, () =>
    lookAtBase(context, ground, settings),
  );
  if ('problem' in looked) return journal.end(noBaseline(looked.problem));
  const { baseline } = looked;
  journal.note(`\`${base.slice(0, 8)}\`, ${inWords(baseline.tests)}`);

  await journal.enter('localise');
  const bench: Bench = { context, issue: event.issue, ground, settings };
  const plan = await context.step('localise', Plan, () => localise(bench));
  const named = plan.files.map((path) => codeCell(path)).join(', ');
  journal.note([named, ...hiddenRemark(event.issue)].join('. '));
  journal.keep(planFound(plan));

  await journal.enter('reproduce');
  const test = await reproduced(bench, { baseline, plan });
  if (test.problem !== null) return journal.end(notReproduced(plan, test));
  journal.note(`${pathsOf(test)}, red on the base commit`);
  journal.keep(`${planFound(plan)}\n\n${testFound(test)}`);

  await journal.enter('patch');
  const change = await patched(bench, { baseline, plan, test });
  if (change.problem !== null) return journal.end(notPatched(plan, test, change));
  journal.note(pathsOf(change));
  return verifyAndPropose({ ...bench, baseline, session, journal }, test, change);
}

function pathsOf({ files }: Attempt): string {
  return files.map(({ path }) => codeCell(path)).join(', ');
}

async function reproduced({ context, ...rest }: Bench, localised: Localised): Promise<Attempt> {
  return tryAgain(tries.reproduce, (number, before) =>
    context.step(`reproduce-${String(number)}`, Attempt, () =>
      reproduce({ context, ...rest }, localised, before),
    ),
  );
}

async function patched({ context, ...rest }: Bench, known: Reproduced): Promise<Attempt> {
  return tryAgain(tries.patch, (number, before) =>
    context.step(`patch-${String(number)}`, Attempt, () =>
      patch({ context, ...rest }, known, before),
    ),
  );
}

/** Until nothing is wrong any more, the tries are used up, or the model gave nothing that could be tried. */
async function tryAgain(
  most: number,
  attempt: (number: number, before: Attempt | undefined) => Promise<Attempt>,
): Promise<Attempt> {
  let last = await attempt(1, undefined);
  for (let number = 2; number <= most && last.problem !== null && last.answer !== ''; number += 1) {
    last = await attempt(number, last);
  }
  return last;
}
