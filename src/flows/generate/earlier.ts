/** Earlier: the pull requests that there were for an issue, read from the forge, which remembers longer than we do. */
import { z } from 'zod';
import type { RunResult } from '#core/run.ts';
import { ends, type End } from '#core/ends.ts';
import { neutral } from '#core/neutral.ts';
import type { Context } from '#engine/flow.ts';
import { whatEarlierMeans, type EarlierPull } from '#policy/admission/earlier.ts';
import type { PullRequest, RepositorySession } from '#ports/forge.ts';
import { branchOf, issueOfBranch } from './asked.ts';
import type { Ending, Journal } from './journal.ts';
import { rememberEarlier } from './remarks.ts';

/** Our branches for the issue, also of pull requests that are closed. */
export async function pullsFor(
  session: RepositorySession,
  issue: number,
): Promise<readonly PullRequest[]> {
  const pulls = await session.pulls(branchOf(issue), { after: issue });
  return pulls.filter(({ head }) => issueOfBranch(head) === issue);
}

interface Desk {
  readonly context: Context;
  readonly session: RepositorySession;
  readonly journal: Journal;
}

/** Ends the run where an earlier pull request stands against it; else all statuses of it tell of that one. */
export async function heedEarlier({
  context,
  session,
  journal,
}: Desk): Promise<RunResult | undefined> {
  const { event } = context;
  const all = await pullsFor(session, event.issue.number);
  // Somebody else's from a branch of ours competes, too, but is no answer to what we proposed.
  const pulls = all.filter(({ byApp, state }) => byApp || state === 'open');
  const earlier = whatEarlierMeans({ pulls, askedAt: event.at });
  if (earlier.means === 'open') return journal.end(alreadyOpen(earlier.pull));
  if (earlier.means === 'no') return journal.end(endingOf(ends.remembered(earlier.pull.number)));
  if (earlier.means === 'again') await rememberEarlier(context, noteOf(earlier.pull));
  return undefined;
}

/** One that another run opened in the meantime. */
export async function openPull(
  { context, session }: Pick<Desk, 'context' | 'session'>,
  step: string,
): Promise<Ending | undefined> {
  const Found = z.object({ number: z.int() }).nullable();
  const found = await context.step(step, Found, async () => {
    const pulls = await session.pulls(branchOf(context.event.issue.number));
    const { number: issue } = context.event.issue;
    const ours = pulls.find(({ head }) => issueOfBranch(head) === issue);
    return ours === undefined ? null : { number: ours.number };
  });
  return found === null ? undefined : alreadyOpen(found);
}

function noteOf({ number, url, state }: EarlierPull): string {
  const link = `[#${String(number)}](${url})`;
  return state === 'merged'
    ? `An earlier pull request for this issue, ${link}, was merged; this run starts anew.`
    : `An earlier pull request for this issue, ${link}, was closed without being merged; this run starts anew, since it was asked for again.`;
}

function alreadyOpen({ number }: { readonly number: number }): Ending {
  return endingOf(ends.pullOpen(number));
}

function endingOf({ code, reason, hint }: End): Ending {
  return { outcome: 'refused', code, reason, next: neutral(hint) };
}
