/** Checks: linters, type checkers, scanners and rules of our own find no error that they did not find before. */
import { hasLooked, type CheckResult } from '#core/check-result.ts';
import type { Finding } from '#core/finding.ts';
import { verdict } from '#policy/reasons.ts';
import type { Gate } from './gate.ts';

/** Findings that are named one by one. */
const most = 20;

export const checks: Gate = {
  name: 'checks',
  asks: 'Linters, type checkers and scanners find no error that they did not find before.',
  decide({ checks: results }) {
    const found = newErrors(results);
    if (found.length > 0) return verdict('checks', found);
    const doubts = [
      ...newOnes(results, 'warning'),
      ...results.flatMap(darkness),
      ...unseen(results),
    ];
    return verdict('checks', doubts, doubts.length > 0 ? 'warn' : 'pass');
  },
};

/** The errors that a change brought, as sentences. */
export function newErrors(results: readonly CheckResult[]): readonly string[] {
  return newOnes(results, 'error');
}

function newOnes(results: readonly CheckResult[], level: Finding['level']): readonly string[] {
  const found = results.flatMap(({ added }) => added.filter((each) => each.level === level));
  const left = found.length - most;
  return [
    ...found.slice(0, most).map(sentence),
    ...(left > 0 ? [`And ${String(left)} more ${level}s.`] : []),
  ];
}

function sentence({ check, rule, path, line, message }: Finding): string {
  const place = line === null ? path : `${path}:${String(line)}`;
  const [first = ''] = message.split('\n');
  return `${place}: ${first.slice(0, 300)} (${check}: ${rule})`;
}

/** What a check could not tell is no success. */
function darkness({ name, state, reason }: CheckResult): readonly string[] {
  const isDark = state === 'partial' || state === 'crashed' || state === 'timed-out';
  return isDark ? [`What ${name} says is not whole: ${reason ?? 'it did not say why'}`] : [];
}

function unseen(results: readonly CheckResult[]): readonly string[] {
  const nobody = results.length > 0 && results.every((result) => !hasLooked(result));
  return nobody ? ['None of the checks that look at such files could look.'] : [];
}
