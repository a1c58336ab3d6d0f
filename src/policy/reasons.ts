/** How gates word what they found: a verdict from its reasons, and long lists cut. */
import type { Answer, Verdict } from '#core/verdict.ts';

/** Passes without reasons, else answers as `answer` says. */
export function verdict(
  gate: string,
  reasons: readonly string[],
  answer: Answer = 'block',
): Verdict {
  return { gate, answer: reasons.length > 0 ? answer : 'pass', reasons };
}

/** At most ten, and how many more there are. */
export function listed(items: readonly string[]): string {
  const shown = items.slice(0, 10).map((item) => `\`${item.replaceAll('`', "'")}\``);
  const more = items.length > 10 ? ` and ${String(items.length - 10)} more` : '';
  return `${shown.join(', ')}${more}`;
}
