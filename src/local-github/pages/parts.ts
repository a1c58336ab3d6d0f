/** Small pieces that several pages show: people, times, labels, states, icons. */
import type { Account, CheckRun, Issue, Label } from '#local-github/state.ts';
import { html, type Html } from './html.ts';
import { pathOf, type RepositoryVisit } from './view.ts';

/** `3 minutes ago`, with the exact time as a hint; the page's script keeps it right. */
export function time(iso: string): Html {
  return html`<time datetime="${iso}" title="${iso}">${iso.slice(0, 16).replace('T', ' ')}</time>`;
}

/** A round with the first letter, in a colour of the login's own. */
export function avatar({ login, type }: Pick<Account, 'login'> & Partial<Account>): Html {
  const hue = Buffer.from(login).reduce((sum, byte) => (sum * 31 + byte) % 360, 7);
  const shape = type === 'Bot' ? 'avatar bot' : 'avatar';
  return html`<span class="${shape}" style="--hue: ${hue}" aria-hidden="true"
    >${login.slice(0, 1).toUpperCase()}</span
  >`;
}

export function person(account: Account): Html {
  const login = account.login.replace(/\[bot\]$/, '');
  const badge = account.type === 'Bot' && html` <span class="badge">bot</span>`;
  return html`<strong class="person">${login}</strong>${badge}`;
}

export function labelChip({ name, color, description }: Label): Html {
  return html`<span class="label" style="${labelColours(color)}" title="${description ?? name}"
    >${name}</span
  >`;
}

/** The page's style turns the three figures into a colour that can be read on light and on dark. */
export function labelColours(color: string): string {
  const part = (at: number) => Number.parseInt(color.slice(at, at + 2), 16) || 0;
  return `--r: ${part(0)}; --g: ${part(2)}; --b: ${part(4)}`;
}

export type IssueState = 'open' | 'closed' | 'draft' | 'merged';

export function stateOf({ state, pull }: Issue): IssueState {
  if (pull?.merged) return 'merged';
  return state === 'open' && pull?.draft ? 'draft' : state;
}

export function stateBadge(issue: Issue): Html {
  const state = stateOf(issue);
  const kind = issue.pull ? 'pull' : 'issue';
  const text = state.charAt(0).toUpperCase() + state.slice(1);
  return html`<span class="state ${state} ${kind}">${stateIcon(issue)}${text}</span>`;
}

export function stateIcon(issue: Issue): Html {
  const state = stateOf(issue);
  if (state === 'merged') return icon('merge', state);
  if (issue.pull) return icon('pull', state);
  return icon(state === 'closed' ? 'closed' : 'open', state);
}

export function issuePath(
  { repository }: Pick<RepositoryVisit, 'repository'>,
  issue: Issue,
): string {
  return `${pathOf(repository)}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`;
}

export function runPath(
  { repository }: Pick<RepositoryVisit, 'repository'>,
  run: CheckRun,
): string {
  return `${pathOf(repository)}/runs/${run.id}`;
}

/** What a check run's state looks like and says. */
export function runState({ status, conclusion }: CheckRun): {
  readonly kind: 'success' | 'failure' | 'neutral' | 'pending';
  readonly text: string;
} {
  if (status !== 'completed')
    return { kind: 'pending', text: status === 'queued' ? 'Queued' : 'In progress' };
  const text = (conclusion ?? 'neutral').replaceAll('_', ' ');
  const said = text.charAt(0).toUpperCase() + text.slice(1);
  if (conclusion === 'success') return { kind: 'success', text: said };
  const bad = ['failure', 'timed_out', 'action_required'].includes(conclusion ?? '');
  return { kind: bad ? 'failure' : 'neutral', text: said };
}

export function runIcon(run: CheckRun): Html {
  const { kind, text } = runState(run);
  return html`<span class="mark ${kind}" role="img" aria-label="${text}"
    >${icon(kind, kind)}</span
  >`;
}

const drawings = {
  open: '<circle cx="8" cy="8" r="6"/><circle cx="8" cy="8" r="1.2" fill="currentColor"/>',
  closed: '<circle cx="8" cy="8" r="6"/><path d="m5.4 8.2 1.8 1.8 3.4-3.8"/>',
  pull: '<circle cx="4" cy="3.5" r="1.7"/><circle cx="4" cy="12.5" r="1.7"/><circle cx="12" cy="12.5" r="1.7"/><path d="M4 5.2v5.6M12 10.8V6a2 2 0 0 0-2-2H7.8m1.9-2L7.6 4l2.1 2"/>',
  merge:
    '<circle cx="4" cy="3.5" r="1.7"/><circle cx="4" cy="12.5" r="1.7"/><circle cx="12" cy="8" r="1.7"/><path d="M4 5.2v5.6M4.2 5.2C4.6 7.4 7 8 10.3 8"/>',
  commit: '<circle cx="8" cy="8" r="2.6"/><path d="M1 8h4.4m5.2 0H15"/>',
  label:
    '<path d="M2 3v4.6L8.4 14 14 8.4 7.6 2H3a1 1 0 0 0-1 1Z"/><circle cx="5" cy="5" r=".9" fill="currentColor"/>',
  link: '<path d="M6.5 9.5a2.6 2.6 0 0 0 3.7 0l2.4-2.4a2.6 2.6 0 1 0-3.7-3.7l-.8.8m1.4 2.3a2.6 2.6 0 0 0-3.7 0L3.4 8.9a2.6 2.6 0 1 0 3.7 3.7l.8-.8"/>',
  pencil: '<path d="m3 10.6-.6 3 3-.6 7.6-7.6-2.4-2.4Z"/>',
  success: '<path d="m3.5 8.6 3 3 6-7"/>',
  failure: '<path d="m4.2 4.2 7.6 7.6m0-7.6-7.6 7.6"/>',
  neutral: '<path d="M3.8 8h8.4"/>',
  pending: '<circle cx="8" cy="8" r="3.4" fill="currentColor"/>',
  folder:
    '<path d="M1.8 4a1 1 0 0 1 1-1h3.4l1.4 1.8h5.6a1 1 0 0 1 1 1V12a1 1 0 0 1-1 1H2.8a1 1 0 0 1-1-1Z"/>',
  file: '<path d="M4 1.8h5L12.4 5v8.2a1 1 0 0 1-1 1H4.6a1 1 0 0 1-1-1V2.8a1 1 0 0 1 .4-1ZM9 2v3.2h3.2"/>',
  comment: '<path d="M2 3.4h12v8H8L4.8 14v-2.6H2Z"/>',
} as const;

export function icon(name: keyof typeof drawings, kind = ''): Html {
  const open = `<svg class="icon ${kind}" viewBox="0 0 16 16" aria-hidden="true">`;
  return { markup: `${open}${drawings[name]}</svg>` };
}
