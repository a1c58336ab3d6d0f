/** Reads lines by a pattern of the repository's own, in an engine whose time grows with the text and not with the pattern. */
import { RE2JS } from 're2js';
import type { Said } from '#core/finding.ts';
import { levelOf, pathIn, reportOf, type FormatReader } from '#checks/format.ts';

/** Characters of a line; the rest of it is not looked at. */
const longest = 2_000;
/** Characters of the whole. */
const most = 4_000_000;

export const regexReport: FormatReader = (text, { root, pattern }) => {
  const compiled = compilePattern(pattern ?? '');
  if (typeof compiled === 'string') return { failed: compiled };
  const cut = text.length > most;
  const unread = cut ? [{ path: 'the report', reason: 'only its first 4 MB were read' }] : [];
  const found = text
    .slice(0, most)
    .split('\n')
    .flatMap((line) => saidOf(compiled, line.slice(0, longest), root));
  return reportOf(found, unread);
};

const groups = ['path', 'line', 'message'] as const;

/** The pattern, or what is wrong with it, for whoever wrote the settings. */
export function compilePattern(pattern: string): RE2JS | string {
  try {
    const compiled = RE2JS.compile(pattern);
    const names = Object.keys(compiled.namedGroups());
    const missing = groups.filter((name) => !names.includes(name));
    if (missing.length === 0) return compiled;
    return `The pattern has no group ${missing.map((name) => `(?<${name}>…)`).join(', ')}.`;
  } catch (error) {
    // Whatever the engine does not take: also what only engines that go back know.
    const why = error instanceof Error ? error.message : String(error);
    return `The pattern cannot be used: ${why.slice(0, 200)}`;
  }
}

function saidOf(pattern: RE2JS, line: string, root: string): readonly (Said | undefined)[] {
  const matcher = pattern.matcher(line);
  if (!matcher.find()) return [];
  const names = Object.keys(pattern.namedGroups());
  const of = (name: string) => (names.includes(name) ? matcher.group(name) : null) ?? undefined;
  const path = pathIn(of('path') ?? '', root);
  if (path === undefined) return [undefined];
  return [
    {
      rule: of('rule') ?? 'none',
      level: levelOf(of('level')),
      message: of('message') ?? '',
      path,
      line: Number(of('line') ?? NaN),
    },
  ];
}
