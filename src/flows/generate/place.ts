/** Place: a run that would open one more pull request than the repository wants waits in line, and says where and why. */
import type { Run } from '#core/run.ts';
import { keyed, type Context, type Later } from '#engine/flow.ts';
import { placeFor, type Place } from '#policy/admission/wip.ts';
import type { PullRequest, RepositorySession } from '#ports/forge.ts';
import { branchStart, issueOfBranch } from './asked.ts';
import { Told } from './journal.ts';
import { remarksOf } from './remarks.ts';
import { placeText, tell } from './status.ts';

/** Pauses between looks, in milliseconds, for the case that the webhook of what makes room was lost. */
const firstPause = 15_000;
const longestPause = 15 * 60_000;

/** Undefined once the run has its place, which is its own until it ends. */
export async function takePlace(
  { context, session }: { readonly context: Context; readonly session: RepositorySession },
  limit: number,
): Promise<Later | undefined> {
  let before: readonly Run[] = [];
  const look = ({ working }: { readonly working: readonly Run[] }) => {
    before = working;
    return false;
  };
  if (await context.turn(look)) return undefined;
  const pulls = (await session.pulls(branchStart)).filter(({ byApp }) => byApp);
  let place: Place = { admitted: true };
  const its = await context.turn(({ working, ahead }) => {
    place = placeFor({
      limit,
      pulls: pulls.map(({ number, head }) => ({ number, issue: issueOfBranch(head) })),
      // A run that ended while the pull requests were read may have opened one that is not among them.
      working: issuesOf([...before, ...working]),
      ahead: issuesOf(ahead),
    });
    return place.admitted;
  });
  if (its) return undefined;
  await tellPlace({ context, session }, place, { limit, pulls });
  const { attempts } = context.run;
  const pause = Math.min(firstPause * 4 ** (attempts - 1), longestPause);
  return { later: new Date(context.clock.now().getTime() + pause), lane: 'desk' };
}

function issuesOf(runs: readonly Run[]): readonly number[] {
  return runs.map(({ event }) => event.issue.number);
}

async function tellPlace(
  { context, session }: { readonly context: Context; readonly session: RepositorySession },
  place: Place,
  { limit, pulls }: { readonly limit: number; readonly pulls: readonly PullRequest[] },
): Promise<void> {
  if (place.admitted) return;
  const { run, event } = context;
  const links = pulls.map(({ number, url }) => ({ number, url }));
  const remarks = await remarksOf(context);
  // Issues of one repository have pages beside one another.
  const pageOf = (issue: number) => new URL(String(issue), event.issue.url).href;
  const working = place.working.map((number) => ({ number, url: pageOf(number) }));
  const text = placeText(run, { ...place, limit, links, working, remarks });
  await context.effect(
    `status-place-${String(run.attempts)}`,
    Told,
    keyed(() => tell(session, { issue: event.issue.number, run, text })),
  );
}
