/** The table of rules as text: whole, and counted by area. */
import { rules } from '#local-github/rules/all.ts';
import type { Rule } from '#local-github/rules/rule.ts';

/** The whole table as Markdown. */
export function rulesTable(): string {
  const rows = rules.map(({ id, rule, source, changes }) =>
    row([`\`${id}\``, rule, linked(source), changes === 'nothing' ? 'yes' : 'no']),
  );
  return [
    row(['Rule', 'What GitHub does', 'Source', 'Live']),
    row(['---', '---', '---', '---']),
    ...rows,
  ].join('\n');
}

/** How many rules each area has, how many of them are stated somewhere, and how many may be held against a real repository. */
export function rulesByArea(): string {
  const areas = [...Map.groupBy(rules, ({ id }) => id.split('/')[0] ?? '')].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const rows = areas.map(([area, of]) => row([area, ...counts(of)]));
  return [
    row(['Area', 'Rules', 'With a source', 'Assumed', 'Live']),
    row(['---', '---:', '---:', '---:', '---:']),
    ...rows,
    row(['all', ...counts(rules)]),
  ].join('\n');
}

/** An address by its last part: whole it would be wider than what it is about. */
function linked(source: string): string {
  if (!source.startsWith('https://')) return source;
  const { hostname, pathname } = new URL(source);
  return `[${hostname} … ${pathname.split('/').at(-1) ?? ''}](${source})`;
}

function counts(of: readonly Rule[]): readonly string[] {
  const assumed = of.filter(({ source }) => source === 'assumed').length;
  const live = of.filter(({ changes }) => changes === 'nothing').length;
  return [of.length, of.length - assumed, assumed, live].map(String);
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
