/** Labels that a pull request gets by what it touches, its branch, its title or its text. */
import type { Remark } from './categories.ts';
import type { AutolabelSetting } from './drafter-schema.ts';
import type { Pull } from './manifest.ts';
import { pathRule } from './matching.ts';
import { patternOf } from './replacer.ts';

export interface Autolabel {
  readonly label: string;
  readonly files: readonly string[];
  readonly branch: readonly RegExp[];
  readonly title: readonly RegExp[];
  readonly body: readonly RegExp[];
}

/** One that holds a broken expression is left out as a whole. */
export function autolabelsOf(settings: readonly AutolabelSetting[]): {
  readonly autolabels: readonly Autolabel[];
  readonly notices: readonly Remark[];
} {
  const read = settings.map(({ label, files, ...texts }) => {
    const [branch, title, body] = (['branch', 'title', 'body'] as const).map((key) =>
      texts[key].map(patternOf),
    );
    const all = [...(branch ?? []), ...(title ?? []), ...(body ?? [])];
    if (all.includes(undefined)) return undefined;
    const whole = (patterns: readonly (RegExp | undefined)[] = []) =>
      patterns.filter((pattern) => pattern !== undefined);
    return { label, files, branch: whole(branch), title: whole(title), body: whole(body) };
  });
  const notices = read.flatMap((one, index) =>
    one === undefined
      ? [
          {
            path: ['autolabeler', index],
            problem: 'One of its regular expressions cannot be read.',
            remedy: 'The rule is passed over; mend the expression.',
          },
        ]
      : [],
  );
  return { autolabels: read.filter((one) => one !== undefined), notices };
}

/** The labels of a pull request, each once, in the order of the rules; `files` are all that it touches. */
export function labelsFor(
  rules: readonly Autolabel[],
  pull: Pick<Pull, 'title' | 'body' | 'head' | 'files'>,
): readonly string[] {
  return [...new Set(rules.filter((rule) => fits(rule, pull)).map(({ label }) => label))];
}

/** One way is enough. */
function fits(
  rule: Autolabel,
  { title, body, head, files = [] }: Pick<Pull, 'title' | 'body' | 'head' | 'files'>,
): boolean {
  // Without a state of its own: a pattern with `g` begins anew each time.
  const finds = (patterns: readonly RegExp[], text: string) =>
    patterns.some((pattern) => text.search(pattern) >= 0);
  return (
    (rule.files.length > 0 && files.some(pathRule(rule.files))) ||
    finds(rule.branch, head) ||
    finds(rule.title, title) ||
    finds(rule.body, body)
  );
}
