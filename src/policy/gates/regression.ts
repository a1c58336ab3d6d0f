/** Regression: nothing that passed on the base commit fails, disappears or is skipped now, and no test is new and red. */
import type { SuiteReport } from '#core/evidence.ts';
import type { Gate } from './gate.ts';
import { listed, verdict } from '#policy/reasons.ts';

export const regression: Gate = {
  name: 'regression',
  asks: 'Every test that passed on the base commit still passes; none is gone or skipped.',
  decide: ({ before, after }) => verdict('regression', regressions(before, after)),
};

/** What got worse between two runs of the whole suite, as sentences; empty when nothing did. */
export function regressions(before: SuiteReport, after: SuiteReport): readonly string[] {
  for (const [report, when] of [
    [before, 'On the base commit'],
    [after, 'With the change'],
  ] as const) {
    if (report.state === 'crashed' || report.state === 'timed-out') {
      const how = report.state === 'crashed' ? 'could not be run' : 'did not end in time';
      return [`${when} the tests ${how}: ${report.reason ?? ''}`.trimEnd()];
    }
  }
  const now = new Map(after.cases.map((one) => [one.id, one.state]));
  const passed = before.cases.filter(({ state }) => state === 'passed').map(({ id }) => id);
  const old = new Set(before.cases.map(({ id }) => id));
  const fresh = after.cases.filter(({ id, state }) => state === 'failed' && !old.has(id));
  const told: readonly (readonly [string, readonly string[]])[] = [
    ['passed before and fail now', passed.filter((id) => now.get(id) === 'failed')],
    ['passed before and are skipped now', passed.filter((id) => now.get(id) === 'skipped')],
    ['passed before and are gone now', passed.filter((id) => !now.has(id))],
    ['are new and fail', fresh.map(({ id }) => id)],
  ];
  return told
    .filter(([, ids]) => ids.length > 0)
    .map(([what, ids]) => `Tests that ${what} (${String(ids.length)}): ${listed(ids)}.`);
}
