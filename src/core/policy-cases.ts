/** Policy cases: recorded facts with the answers that are expected of rules, and how what they answered compares. */
import { z } from 'zod';
import { PolicyFacts } from './policy-facts.ts';
import type { Ruled } from './policies.ts';
import { answers, strictest, type Answer } from './verdict.ts';

/** Expected answers by the name of the rule; `*` stands for all rules together. */
const Expected = z.record(z.string(), z.enum(answers));

const Case = z.strictObject({
  name: z.string().optional(),
  facts: PolicyFacts,
  expect: Expected.optional(),
});

export interface PolicyCase {
  readonly name: string;
  readonly facts: PolicyFacts;
  readonly expect: Readonly<Record<string, Answer>>;
}

/**
 * The cases of a JSON document: facts alone, a case, or a list of cases. `name` is used where a case has none.
 * Answers with what is wrong with it, in words, where it is none of these.
 */
export function readCases(document: unknown, name: string): readonly PolicyCase[] | string {
  const isList = Array.isArray(document);
  const given: readonly unknown[] = isList ? document : [document];
  const cases = given.map((each) => {
    const isBare = typeof each === 'object' && each !== null && 'version' in each;
    return Case.safeParse(isBare ? { facts: each } : each);
  });
  const wrong = cases.find(({ success }) => !success);
  if (wrong?.error !== undefined) return z.prettifyError(wrong.error);
  return cases.flatMap(({ data }, index) => {
    if (data === undefined) return [];
    const numbered = isList ? `${name} ${String(index + 1)}` : name;
    return [{ name: data.name ?? numbered, facts: data.facts, expect: data.expect ?? {} }];
  });
}

export interface Compared {
  readonly rule: string;
  readonly expected: Answer;
  /** Null where there is no such rule. */
  readonly given: Answer | null;
  readonly holds: boolean;
}

/** What was expected of the rules and what they said; of several answers of a rule the strictest counts. */
export function compareAnswers(
  expect: PolicyCase['expect'],
  ruled: readonly Ruled[],
): readonly Compared[] {
  return Object.entries(expect).map(([rule, expected]) => {
    const said = ruled.filter(({ name }) => rule === '*' || name === rule);
    const verdicts = said.map(({ name, answer, reason }) => ({
      ...{ gate: name, answer },
      reasons: [reason],
    }));
    const given = said.length === 0 ? null : strictest(verdicts);
    return { rule, expected, given, holds: given === expected };
  });
}
