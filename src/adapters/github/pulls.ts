/** Pull requests from the App's branches: the open one that is there, or a new draft. */
import { z } from 'zod';
import { errors } from '#core/errors.ts';
import type { Proposal, PullRequest } from '#ports/forge.ts';
import { statusOf } from './errors.ts';
import { bodyLimit, cutTo } from './markdown.ts';
import type { Session } from './session.ts';

const Side = z.object({
  ref: z.string(),
  sha: z.string(),
  /** Null when the fork is gone. */
  repo: z.object({ id: z.int() }).nullable(),
});

const Pull = z.object({
  number: z.int(),
  html_url: z.string(),
  draft: z.boolean().default(false),
  state: z.enum(['open', 'closed']),
  merged_at: z.string().nullish(),
  closed_at: z.string().nullish(),
  /** Null when the account is gone. */
  user: z.object({ login: z.string(), type: z.string() }).nullish(),
  head: Side,
  base: Side,
});
type Pull = z.infer<typeof Pull>;

const Refusal = z.enum(['no-drafts', 'taken']);
type Refusal = z.infer<typeof Refusal>;

export async function putPull(session: Session, proposal: Proposal): Promise<PullRequest> {
  const there = await findPull(session, proposal);
  if (there) return ours(session, there);
  const draft = await createPull(session, proposal, { draft: true });
  // Private repositories on GitHub's free plan have no drafts.
  const made =
    draft === 'no-drafts' ? await createPull(session, proposal, { draft: false }) : draft;
  const pull = typeof made === 'string' ? await findPull(session, proposal) : made;
  if (!pull) throw errors.forgeStale(doing(proposal), 'one is said to be there and is not');
  return ours(session, pull);
}

/** More is not searched for pull requests that were closed. */
const searched = 1000;

/** Pull requests from branches of the repository itself: a fork may name its branch as it likes. */
export async function listPulls(
  session: Session,
  prefix: string,
  more: { readonly after: number } | undefined,
): Promise<readonly PullRequest[]> {
  const state = more === undefined ? 'open' : 'all';
  const doing = more === undefined ? 'list the open pull requests' : 'list the pull requests';
  const all = session.talk.pages(doing, Pull, (rest, page) =>
    rest.pulls.list({ ...session.at, state, sort: 'created', direction: 'desc', ...page }),
  );
  const found: PullRequest[] = [];
  let seen = 0;
  for await (const pull of all) {
    seen += 1;
    if (more !== undefined && (pull.number <= more.after || seen > searched)) break;
    if (pull.head.ref.startsWith(prefix) && isOwn(session, pull))
      found.push(await ours(session, pull));
  }
  return found;
}

export async function readPull(session: Session, number: number): Promise<PullRequest | undefined> {
  const pull = await session.talk.find(`read pull request #${String(number)}`, Pull, (rest) =>
    rest.pulls.get({ ...session.at, pull_number: number }),
  );
  return pull && ours(session, pull);
}

/** By GitHub's list for the commit, which may hold pull requests that only contain it, or end in another repository. */
export async function listPullsAt(
  session: Session,
  commit: string,
): Promise<readonly PullRequest[]> {
  const pulls = await session.read.find(
    `list the pull requests with ${commit}`,
    z.array(Pull),
    (rest) =>
      rest.repos.listPullRequestsAssociatedWithCommit({ ...session.at, commit_sha: commit }),
  );
  const { id } = session.repository;
  const open = (pulls ?? []).filter(
    ({ head, base, state }) => head.sha === commit && base.repo?.id === id && state === 'open',
  );
  return Promise.all(open.map((pull) => ours(session, pull)));
}

function doing({ branch }: Proposal): string {
  return `open a pull request from ${branch}`;
}

async function findPull(session: Session, { branch }: Proposal): Promise<Pull | undefined> {
  const pulls = await session.talk.ask(
    `find the pull request from ${branch}`,
    z.array(Pull),
    (rest) =>
      rest.pulls.list({ ...session.at, state: 'open', head: `${session.at.owner}:${branch}` }),
  );
  return pulls.find((pull) => pull.head.ref === branch && isOwn(session, pull));
}

function createPull(
  session: Session,
  proposal: Proposal,
  { draft }: { readonly draft: boolean },
): Promise<Pull | Refusal> {
  const { branch: head, target: base, title, body } = proposal;
  return session.talk.ask(doing(proposal), Pull.or(Refusal), async (rest) => {
    try {
      const content = { title, body: cutTo(bodyLimit, body), head, base, draft };
      return await rest.pulls.create({ ...session.at, ...content });
    } catch (thrown) {
      const refusal = refusalOf(thrown);
      if (refusal === undefined) throw thrown;
      return { data: refusal };
    }
  });
}

function refusalOf(thrown: unknown): Refusal | undefined {
  if (statusOf(thrown) !== 422 || !(thrown instanceof Error)) return undefined;
  if (/draft/i.test(thrown.message)) return 'no-drafts';
  return /already exists/i.test(thrown.message) ? 'taken' : undefined;
}

function isOwn({ repository }: Session, { head }: Pull): boolean {
  return head.repo?.id === repository.id;
}

async function ours(session: Session, pull: Pull): Promise<PullRequest> {
  const { user } = pull;
  return {
    number: pull.number,
    url: pull.html_url,
    head: pull.head.ref,
    headSha: pull.head.sha,
    base: pull.base.ref,
    draft: pull.draft,
    state: pull.merged_at ? 'merged' : pull.state,
    fork: !isOwn(session, pull),
    byApp: user?.type === 'Bot' && user.login === (await session.login()),
    closedAt: pull.closed_at ?? null,
  };
}
