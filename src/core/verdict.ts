/** Verdict: a gate's answer, computed by code and never by a model; the strictest of several wins. */

export const answers = ['pass', 'warn', 'block'] as const;
export type Answer = (typeof answers)[number];

export interface Verdict {
  readonly gate: string;
  readonly answer: Answer;
  /** Sentences on which a person can act; empty when there is nothing to say. */
  readonly reasons: readonly string[];
}

/** Where nobody was asked nobody agreed: no verdict at all blocks. */
export function strictest(verdicts: readonly Verdict[]): Answer {
  if (verdicts.length === 0) return 'block';
  return verdicts.reduce<Answer>(
    (worst, { answer }) => (answers.indexOf(answer) > answers.indexOf(worst) ? answer : worst),
    'pass',
  );
}
