/** Check: from commits that come to a pull request to one check run for each check, and one that tells of them all. */
import type { RunResult } from '#core/run.ts';
import type { Context, Flow, Later } from '#engine/flow.ts';
import { answerWith } from '#policy/judge-checks.ts';
import type { RepositorySession } from '#ports/forge.ts';
import { admit, Admission, type Subject } from './admit.ts';
import { Asked, askedBy, orderOf } from './asked.ts';
import { closeLeftOvers, tellEnd, tellRefusal, tellWait } from './endings.ts';
import type { Bench } from './bench.ts';
import { fixAndTell } from './fix.ts';
import { lookAndTell, wasTold, type Looked } from './look.ts';
import { hasRules } from './tell-rules.ts';
import { inShort } from './words.ts';

/** Milliseconds in which more commits may come, as they do when somebody pushes one after another. */
const quiet = 3_000;

export const check: Flow<Asked> = {
  name: 'check',
  input: Asked,
  on: askedBy,
  key: orderOf,
  automatic: ({ kind }) => kind === 'proposed' || kind === 'pushed',
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
  if (context.event.kind === 'pushed' && context.run.attempts === 1)
    return { later: new Date(context.clock.now().getTime() + quiet), lane: 'work' };
  const admission = await context.step('admit', Admission, () =>
    admit({ context, session }, asked),
  );
  if (!admission.admitted) return tellRefusal({ context, session }, admission);
  const { subject, automatic } = admission;
  const bench: Bench = { context, session, subject, asked };
  if (asked.cause === 'relabelled' && !(await hasRules(bench))) return ruleless;
  await context.begin({ automatic });
  if (asked.cause === 'fix') return fixAndTell(bench, asked.check ?? '');
  if (asked.cause === 'changed' && (await wasTold(bench))) return known;
  const looked = await lookAndTell(bench);
  await closeLeftOvers(bench);
  return resultOf(subject, looked);
}

const known: RunResult = {
  outcome: 'refused',
  code: 'known',
  reason: 'This head was looked at before, and told.',
  facts: {},
};

const ruleless: RunResult = {
  outcome: 'refused',
  code: 'no-rules',
  reason: 'No rule was asked about this head that a label could matter to.',
  facts: {},
};

function resultOf({ base, head }: Subject, { results, rules }: Looked): RunResult {
  const added = results.reduce((sum, { counts }) => sum + counts.added, 0);
  const verdict = answerWith(results, rules);
  const checks = results.map(({ name, state, counts }) => ({ name, state, ...counts }));
  const found = added === 1 ? '1 finding is' : `${String(added)} findings are`;
  const said = added === 0 ? 'Nothing is new.' : `${found} new.`;
  return {
    outcome: verdict === 'block' ? 'unproven' : 'proven',
    code: 'checked',
    reason: rules.length === 0 ? said : `${said} ${inShort(rules)}.`,
    facts: {
      ...{ base, head, verdict, checks },
      rules: rules.map(({ owner, name, answer }) => ({ owner, name, answer })),
    },
  };
}
