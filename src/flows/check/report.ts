/** Report: what checks found, in words and at lines, as a check run of each and one that tells of all. */
import { hasLooked, type CheckResult } from '#core/check-result.ts';
import type { Finding, Level } from '#core/finding.ts';
import { codeCell, neutral } from '#core/neutral.ts';
import type { Ruled } from '#core/policies.ts';
import type { Answer } from '#core/verdict.ts';
import { judgeRules } from '#policy/gates/policy.ts';
import { answerOf, answerWith } from '#policy/judge-checks.ts';
import type { CheckAnnotation, CheckReport } from '#ports/forge.ts';
import { nameOf, overview, policy } from './names.ts';
import { fitting, inShort, oneLine, paragraphs, table } from './words.ts';

export type Told = Pick<CheckReport, 'name' | 'state' | 'title' | 'summary' | 'annotations'>;

/** More are a page that nobody reads, and a request for each fifty; the table has them. */
const mostAnnotations = 200;
const mostFiles = 50;

export const states: Readonly<Record<Answer, CheckReport['state']>> = {
  pass: 'success',
  warn: 'neutral',
  block: 'failure',
};

/** While a check looks. */
export function beginning(check: string): Told {
  return {
    name: nameOf(check),
    state: 'running',
    title: 'Looking',
    summary: 'It looks at the base and at the head of the change.',
  };
}

/** What one check says. `note` stands above everything: Markdown that is safe to publish. */
export function reportOf(result: CheckResult, note?: string): Told {
  return {
    name: nameOf(result.name),
    state: result.state === 'skipped' ? 'neutral' : states[answerOf(result)],
    title: titleOf(result),
    summary: paragraphs([
      note ?? '',
      result.about,
      result.reason === null ? '' : `**${reasonHeads[result.state]}** ${neutral(result.reason)}`,
      countTable(result),
      findingTable(result),
      unreadList(result),
      lookedAt(result),
    ]),
    annotations: result.added.slice(0, mostAnnotations).map(annotationOf),
  };
}

const reasonHeads: Readonly<Record<CheckResult['state'], string>> = {
  clean: '',
  findings: '',
  partial: 'Not everything was looked at.',
  crashed: 'It could not look.',
  'timed-out': 'It did not end in time.',
  skipped: 'It did not look.',
};

function titleOf(result: CheckResult): string {
  const { state, counts, added } = result;
  if (state === 'crashed') return 'It could not look';
  if (state === 'timed-out') return 'It did not end in time';
  if (state === 'skipped') return 'It did not look';
  const told = added.length > 0 ? newOnes(added) : 'Nothing new';
  const before = counts.preexisting > 0 ? `, ${String(counts.preexisting)} there before` : '';
  return `${told}${before}${state === 'partial' ? '; not everything was looked at' : ''}`;
}

const words: Readonly<Record<Level, readonly [string, string]>> = {
  error: ['new error', 'new errors'],
  warning: ['new warning', 'new warnings'],
  note: ['new note', 'new notes'],
};

function newOnes(added: readonly Finding[]): string {
  const levels = ['error', 'warning', 'note'] as const;
  return levels
    .map((level) => [level, added.filter((each) => each.level === level).length] as const)
    .filter(([, count]) => count > 0)
    .map(([level, count]) => `${String(count)} ${words[level][count === 1 ? 0 : 1]}`)
    .join(', ');
}

function countTable({ counts, state }: CheckResult): string {
  if (state === 'crashed' || state === 'timed-out' || state === 'skipped') return '';
  const { added, fixed, preexisting } = counts;
  return table(['New', 'Mended', 'There before'], [[added, fixed, preexisting].map(String)]);
}

function findingTable({ added, counts }: CheckResult): string {
  if (added.length === 0) return '';
  const rows = fitting(added.map(findingRow));
  const left = counts.added - rows.length;
  const beyond =
    left > 0 ? `\n\nAnd ${String(left)} more, which \`check\` of the command line prints.` : '';
  const unmarked = counts.added - mostAnnotations;
  const beside =
    unmarked > 0 ? ` ${String(unmarked)} of them are not marked beside their lines.` : '';
  return `### New\n\n${table(['Where', '', 'What', 'Rule'], rows)}${beyond}${beside === '' ? '' : `\n\n${beside.trim()}`}`;
}

function findingRow({ path, line, level, message, rule }: Finding): string[] {
  const place = line === null ? path : `${path}:${String(line)}`;
  return [codeCell(place, 300), level, oneLine(message), codeCell(rule, 100)];
}

function unreadList({ unread }: CheckResult): string {
  if (unread.length === 0) return '';
  const shown = unread
    .slice(0, mostFiles)
    .map(({ path, reason }) => `- ${codeCell(path, 300)}: ${oneLine(reason)}`);
  const left = unread.length - shown.length;
  return `### Not looked at\n\n${[...shown, ...(left > 0 ? [`- and ${String(left)} more`] : [])].join('\n')}`;
}

function lookedAt({ files, cached, tools }: CheckResult): string {
  const by = tools.length > 0 ? ` by ${tools.map((tool) => codeCell(tool)).join(', ')}` : '';
  if (files === 0) return by === '' ? '' : `Looked at${by}.`;
  const known = cached > 0 ? `, ${String(cached)} of them as before` : '';
  return `Files looked at${by}: ${String(files)}${known}.`;
}

const levels = { error: 'failure', warning: 'warning', note: 'notice' } as const;

/** What is about a file as a whole stands at its first line. */
function annotationOf({ path, line, endLine, level, message, rule }: Finding): CheckAnnotation {
  const startLine = line ?? 1;
  return {
    path,
    startLine,
    endLine: endLine ?? startLine,
    level: levels[level],
    message: message === '' ? rule : message,
    title: rule,
  };
}

export interface Overview {
  readonly results: readonly CheckResult[];
  readonly rules: readonly Ruled[];
  /** Markdown that is safe to publish. */
  readonly remarks: readonly string[];
}

/** What all checks and the rules of owners say together, those checks that did not look too, and why. */
export function overviewOf({ results, rules, remarks }: Overview): Told {
  const ruled = inShort(rules);
  const told = rules.length === 0 ? [] : [`**Rules:** ${ruled}, as \`${nameOf(policy)}\` tells.`];
  const held = judgeRules(rules).answer !== 'pass' ? [ruled] : [];
  if (results.length === 0)
    return {
      name: overview,
      state: held.length > 0 ? states[answerWith(results, rules)] : 'neutral',
      title: ['Nothing to look at', ...held].join('; '),
      summary: paragraphs(['No check looks at what was changed here.', ...told, ...remarks]),
    };
  return {
    name: overview,
    state: states[answerWith(results, rules)],
    title: [overviewTitle(results), ...held].join('; '),
    summary: paragraphs([
      'What the change brought, by check. What was there before is only counted.',
      table(['Check', 'State', 'New', 'Mended', 'There before', ''], results.map(overviewRow)),
      ...told,
      ...remarks,
    ]),
  };
}

function overviewTitle(results: readonly CheckResult[]): string {
  if (!results.some(hasLooked)) return 'No check could look';
  const added = results.flatMap((result) => result.added);
  const dark = results.filter(({ state }) => ['crashed', 'timed-out', 'partial'].includes(state));
  const told = added.length > 0 ? newOnes(added) : 'Nothing new';
  if (dark.length === 0) return told;
  const who = dark.length === 1 ? '1 check' : `${String(dark.length)} checks`;
  return `${told}; ${who} could not look at everything`;
}

function overviewRow({ name, state, counts, reason }: CheckResult): readonly string[] {
  const { added, fixed, preexisting } = counts;
  const numbers = state === 'skipped' ? ['', '', ''] : [added, fixed, preexisting].map(String);
  return [
    codeCell(name),
    state.replace('-', ' '),
    ...numbers,
    reason === null ? '' : oneLine(reason),
  ];
}

/** An end that none of the checks decided. */
export function untold(title: string, reason: string): Told {
  return { name: overview, state: 'neutral', title, summary: neutral(reason) };
}
