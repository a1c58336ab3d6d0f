/** Look: runs the checks of a pull request and tells what each says as soon as it said it; then what they say together. */
import { z } from 'zod';
import { CheckResult } from '#core/check-result.ts';
import { neutral } from '#core/neutral.ts';
import type { Ruled } from '#core/policies.ts';
import { keyed } from '#engine/flow.ts';
import { inFull, Written, type Bench } from './bench.ts';
import {
  checkCommits,
  layStands,
  type Checked,
  type CheckedCommits,
  type Telling,
} from './check-commits.ts';
import { buttonsFor } from './buttons.ts';
import { overview } from './names.ts';
import { beginning, overviewOf, reportOf } from './report.ts';
import { scan } from './scan.ts';
import { askAndTellRules } from './tell-rules.ts';

/** Whether another run has told all of the same head on the same base by the same settings. */
export async function wasTold({ context, session, subject }: Bench): Promise<boolean> {
  return context.step('known', z.boolean(), async () => {
    const known = (await session.checks(subject.head)).find(({ name }) => name === overview);
    return known?.ended === true && known.key.startsWith(`${subject.look}:`);
  });
}

export interface Looked {
  readonly results: readonly CheckResult[];
  readonly rules: readonly Ruled[];
}

export async function lookAndTell(bench: Bench): Promise<Looked> {
  const { context, session, subject } = bench;
  let checked: Checked | undefined;
  const results = await context.step('checks', z.array(CheckResult), async () => {
    await session.check(inFull(bench, { ...beginning('checks'), title: 'Checks are looking' }));
    checked = await checkAll(bench, telling(bench));
    return checked.results.map(withoutOld);
  });
  const sides = async () => checked ?? layStands(context, await commitsOf(bench));
  const rules = await askAndTellRules(bench, { results, sides });
  const scanned = await scan(bench, async () => checked ?? checkAll(bench, {}));
  const remarks = [...subject.told.map(neutral), ...scanned];
  await context.effect(
    'overview',
    Written,
    keyed(() => session.check(inFull(bench, overviewOf({ results, rules, remarks })))),
  );
  return { results, rules };
}

async function checkAll(bench: Bench, told: Telling): Promise<Checked> {
  return checkCommits(bench.context, { ...(await commitsOf(bench)), ...told });
}

async function commitsOf({ context, session, subject }: Bench): Promise<CheckedCommits> {
  const { base, head, mayRun, settings } = subject;
  const { repository } = context.event;
  return { repository, remote: await session.remote(), base, head, mayRun, settings };
}

/** What was there before is counted, and not kept with the run. */
function withoutOld(result: CheckResult): CheckResult {
  return { ...result, preexisting: [], fixed: [] };
}

/** The check runs of single checks: each is looked up before it is written, so that a crash leaves none twice. */
function telling(bench: Bench): Telling {
  const { session, asked } = bench;
  const begun = new Set<string>();
  const isAsked = (name: string) => asked.check === null || asked.check === name;
  return {
    anew: (name) => asked.cause === 'again' && isAsked(name),
    begins: async (name) => {
      if (!isAsked(name)) return;
      begun.add(name);
      await session.check(inFull(bench, beginning(name)));
    },
    ended: async (result) => {
      const isTold = isAsked(result.name)
        ? result.state !== 'skipped' || begun.has(result.name)
        : isAnew(result);
      if (!isTold) return;
      const buttons = buttonsFor(bench, result);
      await session.check({ ...inFull(bench, reportOf(result)), buttons });
    },
  };
}

/** Where another check was asked for: what says the same as before stands there already. */
function isAnew({ state, files, cached }: CheckResult): boolean {
  return state !== 'skipped' && cached < files;
}
