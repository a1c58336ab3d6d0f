/** Branch and commit through the Git Data API, so that GitHub signs the commit; a second time answers with what is there. */
import { z } from 'zod';
import type { FileChange } from '#core/change.ts';
import { errors } from '#core/errors.ts';
import type { Addition, Proposal } from '#ports/forge.ts';
import { statusOf } from './errors.ts';
import type { Session } from './session.ts';

const Sha = z.object({ sha: z.string() });
const Ref = z.object({ object: Sha });
const Commit = z.object({ tree: Sha, parents: z.array(Sha) });

/** The commit at the head of the proposal's branch. Throws stale when the branch holds something else. */
export async function putCommit(session: Session, proposal: Proposal): Promise<string> {
  const { branch, base } = proposal;
  mustBeOwn(session, proposal);
  const tree = await makeTree(session, proposal);
  const there = await branchHead(session, branch);
  if (there !== undefined) return sameCommit(session, there, { branch, base, tree });
  const { sha } = await session.publish.ask(`commit on ${branch}`, Sha, (rest) =>
    // Neither author nor committer: then it is the App's own, and GitHub signs it.
    rest.git.createCommit({ ...session.at, message: proposal.message, tree, parents: [base] }),
  );
  return makeBranch(session, { branch, base, tree }, sha);
}

/** One commit more on a branch that is there; a second time answers with it. */
export async function addCommit(session: Session, addition: Addition): Promise<string> {
  const { branch, target, parent: base, files, message } = addition;
  mustBeOwn(session, { branch, target });
  const tree = await makeTree(session, { base, files });
  const doing = `commit on ${branch}`;
  const there = await branchHead(session, branch);
  if (there === undefined) throw errors.forgeStale(doing, 'the branch is gone');
  if (there !== base) return sameCommit(session, there, { branch, base, tree });
  const { sha } = await session.publish.ask(doing, Sha, (rest) =>
    rest.git.createCommit({ ...session.at, message, tree, parents: [base] }),
  );
  const moved = await session.publish.ask(doing, Ref.or(z.literal('moved')), async (rest) => {
    try {
      return await rest.git.updateRef({ ...session.at, ref: `heads/${branch}`, sha, force: false });
    } catch (thrown) {
      if (statusOf(thrown) === 422) return { data: 'moved', thrown };
      throw thrown;
    }
  });
  if (moved === 'moved') throw errors.forgeStale(doing, 'somebody else pushed to it meanwhile');
  return sha;
}

function mustBeOwn(
  { repository }: Session,
  { branch, target }: { readonly branch: string; readonly target: string },
): void {
  if (![repository.defaultBranch, target].includes(branch)) return;
  const rule = `Nothing is ever pushed to "${branch}", into which changes are merged.`;
  throw errors.notAllowed(rule, 'Propose from a branch of its own.');
}

interface Wanted {
  readonly branch: string;
  readonly base: string;
  readonly tree: string;
}

async function branchHead(session: Session, branch: string): Promise<string | undefined> {
  const ref = await session.publish.find(`find the branch ${branch}`, Ref, (rest) =>
    rest.git.getRef({ ...session.at, ref: `heads/${branch}` }),
  );
  return ref?.object.sha;
}

/** Trees are named by their content, so an earlier try's commit has the same one on the same parent. */
async function sameCommit(session: Session, sha: string, wanted: Wanted): Promise<string> {
  const commit = await session.publish.ask(`read the commit ${sha}`, Commit, (rest) =>
    rest.git.getCommit({ ...session.at, commit_sha: sha }),
  );
  const parents = commit.parents.map((parent) => parent.sha);
  if (commit.tree.sha === wanted.tree && parents.join() === wanted.base) return sha;
  const doing = `make the branch ${wanted.branch}`;
  throw errors.forgeStale(doing, `it stands already, with other content (${sha})`);
}

async function makeBranch(session: Session, wanted: Wanted, sha: string): Promise<string> {
  const doing = `make the branch ${wanted.branch}`;
  const made = await session.publish.ask(doing, Ref.or(z.literal('taken')), async (rest) => {
    try {
      return await rest.git.createRef({ ...session.at, ref: `refs/heads/${wanted.branch}`, sha });
    } catch (thrown) {
      // Somebody was faster, perhaps an earlier try of ours whose answer was lost.
      if (statusOf(thrown) === 422) return { data: 'taken', thrown };
      throw thrown;
    }
  });
  if (made !== 'taken') return made.object.sha;
  const there = await branchHead(session, wanted.branch);
  if (there === undefined) throw errors.forgeRejected(doing, 'GitHub does not take its name');
  return sameCommit(session, there, wanted);
}

/** A file of the new tree; without a sha it is deleted. */
interface TreeEntry {
  readonly path: string;
  readonly mode: FileChange['mode'];
  readonly type: 'blob';
  readonly sha: string | null;
}

async function makeTree(
  session: Session,
  { base, files }: Pick<Proposal, 'base' | 'files'>,
): Promise<string> {
  const { tree: under } = await session.publish.ask(`read the commit ${base}`, Commit, (rest) =>
    rest.git.getCommit({ ...session.at, commit_sha: base }),
  );
  const entries: TreeEntry[] = [];
  for (const { path, mode, content } of files) {
    const sha = content === null ? null : await makeBlob(session, path, content);
    entries.push({ path, mode, type: 'blob', sha });
  }
  const tree = await session.publish.ask('make the tree of the change', Sha, (rest) =>
    rest.git.createTree({ ...session.at, base_tree: under.sha, tree: entries }),
  );
  return tree.sha;
}

async function makeBlob(
  session: Session,
  path: string,
  content: NonNullable<FileChange['content']>,
): Promise<string> {
  const { sha } = await session.publish.ask(`store ${path}`, Sha, (rest) =>
    rest.git.createBlob({ ...session.at, content: content.text, encoding: content.encoding }),
  );
  return sha;
}
