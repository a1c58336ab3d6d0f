/** The payload of a `push` webhook. */
import type { Scope } from '#local-github/caller.ts';
import { diffFiles } from '#local-github/git/diff.ts';
import { emptyTree, readCommit } from '#local-github/git/objects.ts';
import type { Commit, Signature } from '#local-github/git/objects.ts';
import { history, isAncestor, listRefs, mergeBase } from '#local-github/git/refs.ts';
import type { Account } from '#local-github/state.ts';
import { noreplyAddress } from './commits.ts';
import { repositoryPage } from './links.ts';
import { repositoryShape } from './repositories.ts';

/** GitHub lists at most this many commits of a push. */
const commitLimit = 2048;
const zero = '0'.repeat(40);

interface Pushed {
  readonly ref: string;
  readonly before: string | null;
  readonly after: string | null;
}

export async function pushPayload(scope: Scope, sender: Account, move: Pushed) {
  const { github, repository } = scope;
  const { folder } = repository;
  const commits = await newCommits(scope, move);
  const shapes = await Promise.all(commits.map((commit) => pushedCommit(scope, commit)));
  const page = repositoryPage(github, repository);
  const forced =
    move.before !== null &&
    move.after !== null &&
    !(await isAncestor(folder, move.before, move.after));
  const seconds = (time: string): number => Math.floor(Date.parse(time) / 1000);
  const { before, after } = move;
  return {
    ref: move.ref,
    before: before ?? zero,
    after: after ?? zero,
    base_ref: null,
    created: before === null,
    deleted: after === null,
    forced,
    compare: `${page}/compare/${before?.slice(0, 12) ?? zero}...${after?.slice(0, 12) ?? zero}`,
    commits: shapes,
    head_commit:
      after === null ? null : await pushedCommit(scope, await readCommit(folder, `${after}^{}`)),
    pusher: { name: sender.login, email: noreplyAddress(sender) },
    // Unlike everywhere else, a push tells the repository's times in seconds and its owner by name.
    repository: {
      ...repositoryShape(github, repository),
      owner: {
        ...repositoryShape(github, repository).owner,
        name: repository.owner.login,
        email: noreplyAddress(repository.owner),
      },
      created_at: seconds(repository.createdAt),
      pushed_at: seconds(repository.pushedAt),
      stargazers: 0,
      master_branch: repository.defaultBranch,
    },
  };
}

/** Oldest first: those that the branch, or on a new branch the rest of the repository, did not have. */
async function newCommits({ repository }: Scope, move: Pushed): Promise<Commit[]> {
  if (move.after === null || !move.ref.startsWith('refs/heads/')) return [];
  const { folder } = repository;
  const not = move.before ?? (await nearestBase(folder, move));
  const range = { limit: commitLimit, ...(not === undefined ? {} : { not }) };
  return (await history(folder, move.after, range)).reverse();
}

async function nearestBase(folder: string, move: Pushed): Promise<string | undefined> {
  const others = (await listRefs(folder, 'refs/heads/')).filter(({ name }) => name !== move.ref);
  for (const { sha } of others) {
    const base = await mergeBase(folder, sha, move.after ?? sha);
    if (base !== undefined) return base;
  }
  return undefined;
}

async function pushedCommit({ github, repository }: Scope, commit: Commit) {
  const files = await diffFiles(repository.folder, commit.parents[0] ?? emptyTree, commit.sha);
  const paths = (...statuses: string[]): string[] =>
    files.filter(({ status }) => statuses.includes(status)).map(({ path }) => path);
  const person = (signature: Signature) => {
    const account = github.state.accounts.find(
      (candidate) => noreplyAddress(candidate) === signature.email,
    );
    const { name, email, date } = signature;
    return { name, email, date, ...(account ? { username: account.login } : {}) };
  };
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.author.date,
    url: `${repositoryPage(github, repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: paths('added', 'copied', 'renamed'),
    removed: [
      ...paths('removed'),
      ...files.flatMap((file) => (file.status === 'renamed' ? (file.previousPath ?? []) : [])),
    ],
    modified: paths('modified', 'changed'),
  };
}
