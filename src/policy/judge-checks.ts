/** Judge checks: whether what the checks found new may stand in a change's way. */
import { hasLooked, type CheckResult } from '#core/check-result.ts';
import type { Ruled } from '#core/policies.ts';
import { strictest, type Answer } from '#core/verdict.ts';
import { judgeRules } from './gates/policy.ts';

/** What one check says for or against a change. */
export function answerOf(result: CheckResult): Answer {
  const { state, added } = result;
  if (state === 'skipped') return 'pass';
  if (!hasLooked(result)) return 'warn';
  if (added.some(({ level }) => level === 'error')) return 'block';
  return state === 'partial' || added.some(({ level }) => level === 'warning') ? 'warn' : 'pass';
}

/** `pass` only where at least one check has looked; what nobody looked at is nobody's success. */
export function answerOfAll(results: readonly CheckResult[]): Answer {
  const said = results.map(answerOf);
  if (said.includes('block')) return 'block';
  const nobody = results.length > 0 && !results.some(hasLooked);
  return nobody || said.includes('warn') ? 'warn' : 'pass';
}

/** What checks and the rules of owners say together. */
export function answerWith(results: readonly CheckResult[], rules: readonly Ruled[]): Answer {
  const checks = { gate: 'checks', answer: answerOfAll(results), reasons: [] };
  return strictest([checks, judgeRules(rules)]);
}
