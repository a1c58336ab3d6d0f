/** The one comment in which people see what a run does, from its first second to its end. */
import type { Cost } from '#core/budget.ts';
import type { Run, RunResult } from '#core/run.ts';
import { neutral } from '#core/neutral.ts';
import type { RepositorySession } from '#ports/forge.ts';

export const phases = ['prepare', 'localise', 'reproduce', 'patch', 'verify', 'propose'] as const;
export type Phase = (typeof phases)[number];

const titles: Readonly<Record<Phase, string>> = {
  prepare: 'Prepare the base commit and run its tests',
  localise: 'Find the files that matter',
  reproduce: 'Write a test that fails because of the issue',
  patch: 'Change the code until all tests pass',
  verify: 'Run all evidence again on clean copies',
  propose: 'Propose the change',
};

/** What came of the phases so far: a short note each, in Markdown. */
export type Notes = Readonly<Partial<Record<Phase, string>>>;

export const statusKey = (run: Run) => `generate-${run.id}`;

export function progressText(
  run: Run,
  { now, notes, remarks }: { now: Phase; notes: Notes; remarks: readonly string[] },
): string {
  return paragraphs(
    ['**Working on it.**', ...said(remarks), phaseList(notes, now, 'working')],
    run,
  );
}

/** Admitted, and not yet begun. */
export function acceptedText(run: Run, remarks: readonly string[]): string {
  const next = '**Next:** Nothing: it begins as soon as a worker is free.';
  return paragraphs(['**Accepted.**', ...said(remarks), next], run);
}

/** While the repository has as many open pull requests of ours as it wants. */
export function placeText(
  run: Run,
  told: {
    readonly place: number;
    readonly limit: number;
    readonly links: readonly { readonly number: number; readonly url: string }[];
    /** The issues of runs under way. */
    readonly working: readonly { readonly number: number; readonly url: string }[];
    readonly remarks: readonly string[];
  },
): string {
  const { place, limit, links, working, remarks } = told;
  const most = limit === 1 ? 'one pull request' : `${String(limit)} pull requests`;
  const taking = [
    ...links.map(({ number, url }) => `- [#${String(number)}](${url}) is open`),
    ...working.map(({ number, url }) => `- a run for [#${String(number)}](${url}) is under way`),
  ];
  const why = `At most ${most} of Sluice may be open in this repository at once, and the places are taken:\n\n${taking.join('\n')}`;
  const next =
    '**Next:** It goes on by itself when one of them is merged or closed. A higher `limits.open` in `.github/sluice.yml` makes more places; removing the label takes the request back.';
  const head = `**Waiting: place ${String(place)} in the queue.**`;
  return paragraphs([head, ...said(remarks), why, next], run);
}

function said(remarks: readonly string[]): readonly string[] {
  return remarks.map((remark) => `> ${remark}`);
}

function paragraphs(parts: readonly string[], run: Run): string {
  return [...parts, footer(run)].join('\n\n');
}

function phaseList(notes: Notes, now: Phase | undefined, state: 'working' | 'stopped'): string {
  const at = now === undefined ? phases.length : phases.indexOf(now);
  return phases
    .map((phase, index) => {
      const mark = index < at ? '✓' : index > at ? '○' : state === 'working' ? '▸' : '✗';
      const note = notes[phase];
      return `- ${mark} ${titles[phase]}${note === undefined ? '' : `: ${note}`}`;
    })
    .join('\n');
}

const headings: Readonly<Record<RunResult['outcome'], string>> = {
  proven: '**Done: a change is proposed and proven.**',
  unproven: '**Ended without proof: nothing is proposed.**',
  refused: '**Not done.**',
  failed: '**Failed.**',
};

/** Ends that somebody else brought about. */
const ended: Readonly<Partial<Record<string, string>>> = {
  'label-removed': '**Cancelled.**',
  'issue-closed': '**Cancelled.**',
  'issue-edited': '**Ended: a newer run took over.**',
  'asked-again': '**Ended: a newer run took over.**',
  stopped: '**Stopped.**',
  'text-unapproved': '**Cancelled.**',
  superseded: '**Ended: a newer run took over.**',
};

export interface End {
  readonly result: Pick<RunResult, 'outcome' | 'code' | 'reason'>;
  readonly cost: Cost;
  /** Where it stopped, or undefined when it went through. */
  readonly at?: Phase | undefined;
  readonly notes: Notes;
  /** What was found on the way: Markdown that is safe to publish. */
  readonly found?: string;
  /** What a person can do now. */
  readonly next: string;
  /** What people shall know beside it: Markdown that is safe to publish. */
  readonly remarks?: readonly string[];
}

export function endText(run: Run, end: End): string {
  const { result, cost, at, notes, found, next, remarks = [] } = end;
  const parts = [
    ended[result.code] ?? headings[result.outcome],
    ...said(remarks),
    neutral(result.reason),
    at === undefined && result.outcome !== 'proven' ? '' : phaseList(notes, at, 'stopped'),
    found ?? '',
    `**Next:** ${next}`,
    `${costWords(cost)}\n\n${footer(run)}`,
  ];
  return parts
    .filter((part) => part !== '')
    .join('\n\n')
    .slice(0, 60_000);
}

/** While a run waits for something outside: until when, and that nobody has to do anything. */
export function waitText(run: Run, until: Date, reason: string): string {
  const time = `${until.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `**Waiting until ${time}.**\n\n${neutral(reason)}\n\n**Next:** Nothing: it goes on by itself.\n\n${footer(run)}`;
}

export function costWords({ calls, inputTokens, outputTokens, usd }: Cost): string {
  const price = usd === null ? 'price unknown' : `$${usd.toFixed(usd < 0.1 ? 4 : 2)}`;
  const answers = calls === 1 ? '1 model call' : `${String(calls)} model calls`;
  return `Cost: ${answers}, ${String(inputTokens)} tokens in, ${String(outputTokens)} out, ${price}.`;
}

function footer({ id }: Run): string {
  return `<sub>Run \`${id}\`</sub>`;
}

/** Tells people how an issue's run stands; edits the same comment each time. */
export async function tell(
  session: RepositorySession,
  { issue, run, text }: { issue: number; run: Run; text: string },
): Promise<{ url: string }> {
  return session.comment(issue, statusKey(run), text);
}
