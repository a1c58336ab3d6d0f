/** GraphQL: repositories with their branches, tags, commits and releases. */
import { latestRelease, listReleases } from '#local-github/actions/releases.ts';
import { pullsOfCommit } from '#local-github/actions/pulls-of-commit.ts';
import { demandRead } from '#local-github/caller.ts';
import { readCommit, readCommits, resolveCommit } from '#local-github/git/objects.ts';
import type { Signature } from '#local-github/git/objects.ts';
import { listRefs, listShas } from '#local-github/git/refs.ts';
import { connection } from '#local-github/graphql/paging.ts';
import {
  actor,
  failure,
  optionalTextArg,
  scopeIn,
  textArg,
  textsArg,
} from '#local-github/graphql/source.ts';
import type {
  Args,
  CommitSource,
  Context,
  Fields,
  RefSource,
  ReleaseSource,
  RepositorySource,
} from '#local-github/graphql/source.ts';
import { noreplyAddress } from '#local-github/shapes/commits.ts';
import { fullName, nodeId, repositoryPage } from '#local-github/shapes/links.ts';
import { isPull } from '#local-github/shapes/pulls.ts';
import { releaseShape } from '#local-github/shapes/releases.ts';
import type { GitHub, Issue, Repository } from '#local-github/state.ts';
import { numberOf } from './issues.ts';

function numbered(what: 'Issue' | 'PullRequest' | 'issue or pull request') {
  return ({ repository }: RepositorySource, args: Args, context: Context) => {
    const number = numberOf(args);
    const issue = repository.issues.get(number);
    const fits = { Issue: !issue?.pull, PullRequest: !!issue?.pull, 'issue or pull request': true };
    if (!issue || !fits[what])
      throw failure(
        'NOT_FOUND',
        `Could not resolve to an ${what} with the number of ${number}.`.replace(
          'an PullRequest',
          'a PullRequest',
        ),
      );
    demandRead(scopeIn(context, repository), issue.pull ? 'pull_requests' : 'issues');
    return { __typename: issue.pull ? 'PullRequest' : 'Issue', repository, issue };
  };
}

function listed(kind: 'Issue' | 'PullRequest') {
  return ({ repository }: RepositorySource, args: Args, context: Context) => {
    demandRead(scopeIn(context, repository), kind === 'Issue' ? 'issues' : 'pull_requests');
    const [states, labels] = [textsArg(args, 'states'), textsArg(args, 'labels')];
    const [head, base] = ['headRefName', 'baseRefName'].map((name) => optionalTextArg(args, name));
    const found = [...repository.issues.values()]
      .filter((issue) => isPull(issue) === (kind === 'PullRequest'))
      .filter((issue) => states?.includes(stateOf(issue)) ?? true)
      .filter((issue) => !labels || issue.labels.some(({ name }) => labels.includes(name)))
      .filter(({ pull }) => head === undefined || pull?.head.ref === head)
      .filter(({ pull }) => base === undefined || pull?.base.ref === base);
    return connection(inOrder(found, args), args, (issue) => ({
      __typename: kind,
      repository,
      issue,
    }));
  };
}

function stateOf({ state, pull }: Issue): string {
  return pull?.merged ? 'MERGED' : state.toUpperCase();
}

function inOrder(issues: readonly Issue[], { orderBy }: Args): readonly Issue[] {
  if (typeof orderBy !== 'object' || orderBy === null) return issues;
  const byUpdate = 'field' in orderBy && orderBy.field === 'UPDATED_AT';
  const key = ({ updatedAt, createdAt }: Issue): string => (byUpdate ? updatedAt : createdAt);
  const rising = issues.toSorted((a, b) => key(a).localeCompare(key(b)) || a.number - b.number);
  return 'direction' in orderBy && orderBy.direction === 'DESC' ? rising.toReversed() : rising;
}

async function refNamed(repository: Repository, name: string): Promise<RefSource | null> {
  const names = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  const found = (await listRefs(repository.folder)).find((ref) => names.includes(ref.name));
  return found ? { __typename: 'Ref', repository, name: found.name, sha: found.sha } : null;
}

async function commitNamed(repository: Repository, name: string): Promise<CommitSource | null> {
  const sha = await resolveCommit(repository.folder, name);
  if (sha === undefined) return null;
  return { __typename: 'Commit', repository, commit: await readCommit(repository.folder, sha) };
}

export const repositoryFields: Fields<RepositorySource> = {
  id: ({ repository }) => nodeId('R', repository.id),
  databaseId: ({ repository }) => repository.id,
  name: ({ repository }) => repository.name,
  nameWithOwner: ({ repository }) => fullName(repository),
  owner: ({ repository }) => actor(repository.owner),
  description: ({ repository }) => repository.description,
  isPrivate: ({ repository }) => repository.private,
  url: ({ repository }, _, { github }) => repositoryPage(github, repository),
  createdAt: ({ repository }) => repository.createdAt,
  updatedAt: ({ repository }) => repository.updatedAt,
  pushedAt: ({ repository }) => repository.pushedAt,
  defaultBranchRef: ({ repository }) =>
    refNamed(repository, `refs/heads/${repository.defaultBranch}`),
  issue: numbered('Issue'),
  pullRequest: numbered('PullRequest'),
  issueOrPullRequest: numbered('issue or pull request'),
  issues: listed('Issue'),
  pullRequests: listed('PullRequest'),
  label: ({ repository }, args) => {
    const label = repository.labels.find(({ name }) => name === textArg(args, 'name'));
    return label ? { __typename: 'Label', repository, label } : null;
  },
  labels: ({ repository }, args) =>
    connection(repository.labels, args, (label) => ({ __typename: 'Label', repository, label })),
  ref: ({ repository }, args, context) => {
    demandRead(scopeIn(context, repository), 'contents');
    return refNamed(repository, textArg(args, 'qualifiedName'));
  },
  refs: async ({ repository }, args, context) => {
    demandRead(scopeIn(context, repository), 'contents');
    const refs = await listRefs(repository.folder, textArg(args, 'refPrefix'));
    return connection(refs, args, ({ name, sha }) => ({
      __typename: 'Ref',
      repository,
      name,
      sha,
    }));
  },
  object: ({ repository }, args, context) => {
    demandRead(scopeIn(context, repository), 'contents');
    const name = optionalTextArg(args, 'oid') ?? textArg(args, 'expression');
    return commitNamed(repository, name);
  },
  release: ({ repository }, args, context) => {
    const wanted = textArg(args, 'tagName');
    const release = releases(context, repository).find(
      (each) => !each.draft && each.tag === wanted,
    );
    return release ? { __typename: 'Release', repository, release } : null;
  },
  latestRelease: ({ repository }, _, context) => {
    demandRead(scopeIn(context, repository), 'contents');
    const release = latestRelease(repository);
    return release ? { __typename: 'Release', repository, release } : null;
  },
  releases: ({ repository }, args, context) =>
    connection(releases(context, repository), args, (release) => ({
      __typename: 'Release',
      repository,
      release,
    })),
};

function releases(context: Context, repository: Repository) {
  const scope = scopeIn(context, repository);
  demandRead(scope, 'contents');
  return listReleases(scope);
}

export const refFields: Fields<RefSource> = {
  id: ({ repository, name }) => nodeId('REF', `${repository.id}:${name}`),
  name: ({ name }) => name.replace(/^refs\/(heads|tags)\//, ''),
  prefix: ({ name }) => /^refs\/(?:[^/]+\/)?/.exec(name)?.[0] ?? '',
  repository: ({ repository }) => ({ __typename: 'Repository', repository }),
  /** An annotated tag is told as the commit that it names. */
  target: ({ repository, name }) => commitNamed(repository, name),
};

function person(github: GitHub, { name, email, date }: Signature) {
  const account = github.state.accounts.find((each) => noreplyAddress(each) === email);
  return { name, email, date, user: account?.type === 'User' ? actor(account) : null };
}

export const commitFields: Fields<CommitSource> = {
  id: ({ commit }) => nodeId('C', commit.sha),
  oid: ({ commit }) => commit.sha,
  abbreviatedOid: ({ commit }) => commit.sha.slice(0, 7),
  message: ({ commit }) => commit.message,
  messageHeadline: ({ commit }) => commit.message.split('\n', 1)[0],
  messageBody: ({ commit }) => commit.message.split('\n').slice(1).join('\n').trim(),
  authoredDate: ({ commit }) => commit.author.date,
  committedDate: ({ commit }) => commit.committer.date,
  author: ({ commit }, _, { github }) => person(github, commit.author),
  committer: ({ commit }, _, { github }) => person(github, commit.committer),
  url: ({ repository, commit }, _, { github }) =>
    `${repositoryPage(github, repository)}/commit/${commit.sha}`,
  repository: ({ repository }) => ({ __typename: 'Repository', repository }),
  parents: async ({ repository, commit }, args) =>
    connection(await readCommits(repository.folder, commit.parents), args, (each) => ({
      __typename: 'Commit',
      repository,
      commit: each,
    })),
  history: async ({ repository, commit }, args) => {
    const [path, since, until] = ['path', 'since', 'until'].map((name) =>
      optionalTextArg(args, name),
    );
    const range = {
      ...(path === undefined ? {} : { path }),
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
    };
    const shas = await listShas(repository.folder, commit.sha, range);
    const page = connection(shas, args, (sha) => sha);
    const commits = await readCommits(repository.folder, page.nodes.map(String));
    const nodes = commits.map((each) => ({ __typename: 'Commit', repository, commit: each }));
    return { ...page, nodes, edges: page.edges.map((edge, at) => ({ ...edge, node: nodes[at] })) };
  },
  associatedPullRequests: async ({ repository, commit }, args, context) => {
    const scope = scopeIn(context, repository);
    demandRead(scope, 'pull_requests');
    return connection(await pullsOfCommit(scope, commit.sha), args, (issue) => ({
      __typename: 'PullRequest',
      repository,
      issue,
    }));
  },
};

export const releaseFields: Fields<ReleaseSource> = {
  id: ({ release }) => nodeId('RE', release.id),
  databaseId: ({ release }) => release.id,
  name: ({ release }) => release.name,
  tagName: ({ release }) => release.tag,
  description: ({ release }) => release.body,
  isDraft: ({ release }) => release.draft,
  isPrerelease: ({ release }) => release.prerelease,
  isLatest: ({ repository, release }) => latestRelease(repository) === release,
  author: ({ release }) => actor(release.author),
  createdAt: ({ release }) => release.createdAt,
  updatedAt: ({ release }) => release.updatedAt,
  publishedAt: ({ release }) => release.publishedAt,
  url: ({ repository, release }, _, { github }) =>
    releaseShape(github, repository, release).html_url,
  repository: ({ repository }) => ({ __typename: 'Repository', repository }),
};
