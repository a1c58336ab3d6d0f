/** Asks, and holds the answer against GitHub's own description: for rules about the shape of what is answered. */
import { createConformance, type Conformance } from '#local-github/conformance.ts';
import type { Facts, Place } from '#local-github/rules/rule.ts';
import type { Question } from './ask.ts';

let conformance: Conformance | undefined;

/** `deviations` is empty where the answer is as GitHub describes it. */
export async function described({ ask }: Place, question: Question): Promise<Facts> {
  const seen = await ask(question);
  conformance ??= createConformance();
  const { method = 'GET', path } = question;
  const [bare = ''] = path.split('?');
  const { status, body } = seen;
  const deviations = conformance.response({ method, path: bare, status, body });
  return { status, headers: seen.headers, deviations };
}
