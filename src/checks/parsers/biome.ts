/** What Biome writes with `--reporter=json`. */
import { z } from 'zod';
import type { Said } from '#core/finding.ts';
import type { Unread } from '#checks/check.ts';
import { inTree } from '#checks/pinned.ts';
import { jsonOf } from './parser.ts';

const Place = z.object({ line: z.int() });

const Diagnostic = z
  .object({
    severity: z.string(),
    message: z.string(),
    category: z.string().nullable().default(null),
    location: z
      .object({ path: z.string(), start: Place.optional(), end: Place.optional() })
      .nullable()
      .catch(null),
    advices: z.array(z.object({ text: z.string().optional() })).catch([]),
  })
  .transform(({ category, ...rest }) => ({ ...rest, category: category ?? 'biome' }));
type Diagnostic = Readonly<z.infer<typeof Diagnostic>>;

const Report = z.object({ diagnostics: z.array(Diagnostic), summary: z.object({}) });

export type BiomeFound =
  | { readonly said: readonly Said[]; readonly unread: readonly Unread[] }
  | { readonly misconfigured: string };

/** Undefined where the text is no such report. */
export function readBiome(text: string, root: string): BiomeFound | undefined {
  const read = Report.safeParse(jsonOf(text));
  if (!read.success) return undefined;
  const { diagnostics } = read.data;
  const wrong = diagnostics.find(({ category }) => /^(?:configuration|deserialize)/.test(category));
  if (wrong !== undefined) return { misconfigured: wrong.message };
  const placed = diagnostics.flatMap(({ location, ...rest }) =>
    location === null ? [] : [{ ...rest, location, path: inTree(location.path, root) }],
  );
  const isUnread = ({ category }: Diagnostic) => /^(?:fs|internalError|files?)\//.test(category);
  const broken = new Set(
    placed.filter(({ category }) => category === 'parse').map(({ path }) => path),
  );
  return {
    said: placed
      .filter((each) => !isUnread(each))
      // What cannot be parsed cannot be formatted either.
      .filter(({ category, path }) => category !== 'format' || !broken.has(path))
      .map((each) => saidOf(each.path, each)),
    unread: placed.filter(isUnread).map(({ path, message }) => ({ path, reason: message })),
  };
}

const levels: Readonly<Record<string, Said['level']>> = {
  fatal: 'error',
  error: 'error',
  warning: 'warning',
};

function saidOf(
  path: string,
  { category, severity, message, location, advices }: Diagnostic,
): Said {
  const isLayout = category === 'format';
  const isSafe = advices.some(({ text }) => text?.startsWith('Safe fix') === true);
  const { start, end } = location ?? {};
  return {
    rule: category.replace(/^lint\//, ''),
    level: levels[severity] ?? 'note',
    message: isLayout
      ? 'The file is not laid out as the repository has set it for Biome.'
      : message,
    path,
    // A file as a whole has line 0.
    ...(start && end && start.line > 0 && { line: start.line, endLine: end.line }),
    help: helpOf(category),
    fixable: isLayout || category.startsWith('assist/') || isSafe,
  };
}

/** Biome names the page of a rule by the rule's name. */
function helpOf(category: string): string | null {
  const [, name] = /^lint\/\w+\/([A-Za-z]+)$/.exec(category) ?? [];
  if (name === undefined) return null;
  const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `https://biomejs.dev/linter/rules/${dashed}/`;
}
