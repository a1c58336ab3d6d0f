/** Look: runs the checks of a pull request and tells what each says as soon as it said it; then what they say together. */
import { z } from 'zod';
import { CheckResult } from '#core/check-result.ts';
import { keyed } from '#engine/flow.ts';
import { inFull, Written, type Bench } from './bench.ts';
import { checkCommits, type Checked, type Telling } from './check-commits.ts';
import { buttonsFor } from './buttons.ts';
import { overview } from './names.ts';
import { beginning, overviewOf, reportOf } from './report.ts';
import { scan } from './scan.ts';

/** Whether another run has told all of the same head on the same base by the same settings. */
export async function wasTold({ context, session, subject }: Bench): Promise<boolean> {
  return context.step('known', z.boolean(), async () => {
    const known = (await session.checks(subject.head)).find(({ name }) => name === overview);
    return known?.ended === true && known.key.startsWith(`${subject.look}:`);
  });
}

export async function lookAndTell(bench: Bench): Promise<readonly CheckResult[]> {
  const { context, session } = bench;
  let checked: Checked | undefined;
  const results = await context.step('checks', z.array(CheckResult), async () => {
    await session.check(inFull(bench, { ...beginning('checks'), title: 'Checks are looking' }));
    checked = await checkAll(bench, telling(bench));
    return checked.results.map(withoutOld);
  });
  const remarks = await scan(bench, async () => checked ?? checkAll(bench, {}));
  await context.effect(
    'overview',
    Written,
    keyed(() => session.check(inFull(bench, overviewOf(results, remarks)))),
  );
  return results;
}

async function checkAll({ context, session, subject }: Bench, told: Telling): Promise<Checked> {
  const { base, head, mayRun, settings } = subject;
  const { repository } = context.event;
  const remote = await session.remote();
  const commits = { repository, remote, base, head, mayRun, settings };
  return checkCommits(context, { ...commits, ...told });
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
