/** Commits, refs, trees, files and differences as GitHub shows them. */
import type { DiffFile } from '#local-github/git/diff.ts';
import type { Commit, Signature, TreeEntry } from '#local-github/git/objects.ts';
import type { Ref } from '#local-github/git/refs.ts';
import type { Tag } from '#local-github/git/tags.ts';
import type { Account, GitHub, Repository } from '#local-github/state.ts';
import { accountShape } from './accounts.ts';
import { nodeId, repositoryApi, repositoryPage } from './links.ts';

/** The address by which GitHub knows a commit's author as an account. */
export function noreplyAddress(account: Account): string {
  return `${account.id}+${account.login}@users.noreply.github.com`;
}

/** The committer of everything that GitHub itself commits. */
export const webFlow = { name: 'GitHub', email: 'noreply@github.com' };

function accountOf(github: GitHub, signature: Signature) {
  const account = github.state.accounts.find(
    (candidate) => noreplyAddress(candidate) === signature.email,
  );
  return account ? accountShape(github, account) : null;
}

/** GitHub's own signature is not in the local commit, so only its verdict is told. */
function verification(repository: Repository, commit: Commit) {
  const verified = repository.signedCommits.has(commit.sha);
  return {
    verified,
    reason: verified ? 'valid' : 'unsigned',
    signature: null,
    payload: null,
    verified_at: verified ? commit.committer.date : null,
  };
}

function parents(github: GitHub, repository: Repository, commit: Commit) {
  return (folder: string) =>
    commit.parents.map((sha) => ({
      sha,
      url: `${repositoryApi(github, repository)}/${folder}/${sha}`,
      html_url: `${repositoryPage(github, repository)}/commit/${sha}`,
    }));
}

/** A commit of the git database: `/git/commits`. */
export function gitCommitShape(github: GitHub, repository: Repository, commit: Commit) {
  const api = repositoryApi(github, repository);
  return {
    sha: commit.sha,
    node_id: nodeId('C', commit.sha),
    url: `${api}/git/commits/${commit.sha}`,
    html_url: `${repositoryPage(github, repository)}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: parents(github, repository, commit)('git/commits'),
    verification: verification(repository, commit),
  };
}

/** A commit of the history: `/commits`. */
export function commitShape(github: GitHub, repository: Repository, commit: Commit) {
  const api = repositoryApi(github, repository);
  const url = `${api}/commits/${commit.sha}`;
  return {
    sha: commit.sha,
    node_id: nodeId('C', commit.sha),
    url,
    html_url: `${repositoryPage(github, repository)}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    commit: {
      url: `${api}/git/commits/${commit.sha}`,
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      comment_count: 0,
      verification: verification(repository, commit),
    },
    author: accountOf(github, commit.author),
    committer: accountOf(github, commit.committer),
    parents: parents(github, repository, commit)('commits'),
  };
}

export function refShape(github: GitHub, repository: Repository, ref: Ref) {
  const api = repositoryApi(github, repository);
  return {
    ref: ref.name,
    node_id: nodeId('REF', `${repository.id}:${ref.name}`),
    url: `${api}/git/${ref.name}`,
    object: { type: ref.type, sha: ref.sha, url: `${api}/git/${ref.type}s/${ref.sha}` },
  };
}

/** An annotated tag of the git database. */
export function gitTagShape(github: GitHub, repository: Repository, tag: Tag) {
  const api = repositoryApi(github, repository);
  const { sha, type } = tag.object;
  return {
    node_id: nodeId('TA', tag.sha),
    tag: tag.name,
    sha: tag.sha,
    url: `${api}/git/tags/${tag.sha}`,
    message: tag.message,
    tagger: tag.tagger,
    object: { type, sha, url: `${api}/git/${type}s/${sha}` },
    verification: {
      verified: false,
      reason: 'unsigned',
      signature: null,
      payload: null,
      verified_at: null,
    },
  };
}

export function treeEntryShape(github: GitHub, repository: Repository, entry: TreeEntry) {
  const url = `${repositoryApi(github, repository)}/git/${entry.type}s/${entry.sha}`;
  const { path, mode, type, sha } = entry;
  if (type === 'commit') return { path, mode, type, sha };
  return { path, mode, type, sha, ...(entry.size === null ? {} : { size: entry.size }), url };
}

export interface DiffPlace {
  readonly repository: Repository;
  /** The commit on the new side. */
  readonly head: string;
}

/** GitHub leaves the patch out when it is very long. */
const patchLimit = 500_000;

export function diffEntryShape(github: GitHub, { repository, head }: DiffPlace, file: DiffFile) {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  const page = repositoryPage(github, repository);
  const api = repositoryApi(github, repository);
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${page}/blob/${head}/${path}`,
    raw_url: `${page}/raw/${head}/${path}`,
    contents_url: `${api}/contents/${path}?ref=${head}`,
    ...(file.patch === null || file.patch.length > patchLimit ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
}
