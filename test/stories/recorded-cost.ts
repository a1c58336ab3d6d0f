/** What the demo's recorded answers cost together, so that recording anew breaks no test. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answersFolder } from '#demo/story.ts';

interface Recording {
  readonly answer: {
    readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
  };
}

export function recordedCost(): { calls: number; inputTokens: number; outputTokens: number } {
  const used = globSync('*.json', { cwd: answersFolder }).map((name) => {
    const text = readFileSync(join(answersFolder, name), 'utf8');
    return (JSON.parse(text) as Recording).answer.usage;
  });
  const sum = (of: keyof (typeof used)[number]) => used.reduce((all, one) => all + one[of], 0);
  return { calls: used.length, inputTokens: sum('inputTokens'), outputTokens: sum('outputTokens') };
}
