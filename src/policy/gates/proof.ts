/** Proof: a new test fails on the base commit for the right reason and passes with the change. */
import type { SuiteReport, TestCase } from '#core/evidence.ts';
import type { Gate } from './gate.ts';
import { listed, verdict } from '#policy/reasons.ts';

export const proof: Gate = {
  name: 'proof',
  asks: 'A new test fails on the base commit because of the fault, and passes with the change.',
  decide({ reproduced, before, after }) {
    const wrong = reproductionProblem(reproduced, before);
    if (wrong !== undefined) return verdict('proof', [wrong]);
    const passed = new Set(idsOf(after.cases, 'passed'));
    const open = proving(reproduced, before).filter(({ id }) => !passed.has(id));
    const names = listed(open.map(({ id }) => id));
    return verdict(
      'proof',
      open.length === 0 ? [] : [`With the change the new test still does not pass: ${names}.`],
    );
  },
};

/**
 * Why a run of the new test on the base commit proves nothing, or undefined when it fails there for the right reason.
 * The sentence is written for whoever wrote the test.
 */
export function reproductionProblem(
  reproduced: SuiteReport,
  before: SuiteReport,
): string | undefined {
  const { state, reason, cases } = reproduced;
  if (state === 'crashed' || state === 'timed-out' || state === 'skipped') {
    const how = {
      crashed: 'could not be run',
      'timed-out': 'did not end in time',
      skipped: 'was not run',
    };
    return `On the base commit the new test ${how[state]}: ${reason ?? ''}`.trimEnd();
  }
  const unloaded = cases.find(({ fault }) => fault === 'load');
  if (unloaded !== undefined) {
    return `The new test does not fail because of the bug: it cannot be loaded. ${unloaded.message ?? ''}`.trimEnd();
  }
  if (proving(reproduced, before).length > 0) return undefined;
  const passing = idsOf(cases, 'passed').filter((id) => !before.cases.some((old) => old.id === id));
  const already = passing.length > 0 ? `: ${listed(passing)}` : '';
  return `On the base commit, where the bug still is, no new test fails${already}.`;
}

/** The cases that prove the bug: they fail on base, and stood in no test before. */
export function proving(reproduced: SuiteReport, before: SuiteReport): readonly TestCase[] {
  const old = new Set(before.cases.map(({ id }) => id));
  return reproduced.cases.filter(
    ({ id, state, fault }) => state === 'failed' && fault !== 'load' && !old.has(id),
  );
}

function idsOf(cases: readonly TestCase[], wanted: TestCase['state']): readonly string[] {
  return cases.filter(({ state }) => state === wanted).map(({ id }) => id);
}
