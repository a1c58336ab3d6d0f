/** A repository as GitHub shows it: the short form inside other answers, and the full one. */
import { roleOf } from '#local-github/caller.ts';
import type { Caller } from '#local-github/caller.ts';
import { roles } from '#local-github/state.ts';
import type { GitHub, Repository, Role } from '#local-github/state.ts';
import { accountShape } from './accounts.ts';
import { fullName, nodeId, repositoryApi, repositoryPage } from './links.ts';

/** Name of the address field, and what stands behind the repository's own address. */
const addresses: Readonly<Record<string, string>> = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

export function repositoryShape(github: GitHub, repository: Repository) {
  const api = repositoryApi(github, repository);
  const page = repositoryPage(github, repository);
  const open = [...repository.issues.values()].filter(({ state }) => state === 'open').length;
  const links = Object.entries(addresses).map(([field, rest]) => [field, api + rest] as const);
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    owner: accountShape(github, repository.owner),
    private: repository.private,
    visibility: repository.private ? 'private' : 'public',
    html_url: page,
    description: repository.description,
    fork: repository.parent !== null,
    url: api,
    ...Object.fromEntries(links),
    clone_url: `${page}.git`,
    git_url: `${page.replace(/^\w+:/, 'git:')}.git`,
    ssh_url: `git@${new URL(github.url).hostname}:${fullName(repository)}.git`,
    svn_url: page,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    ...counts(open),
    default_branch: repository.defaultBranch,
    is_template: false,
    topics: [],
    ...features,
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
  };
}

const features = {
  has_issues: true,
  has_projects: false,
  has_wiki: false,
  has_pages: false,
  has_downloads: true,
  has_discussions: false,
  archived: false,
  disabled: false,
  allow_forking: true,
  web_commit_signoff_required: false,
};

function counts(open: number) {
  return {
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    size: 0,
    open_issues: open,
    open_issues_count: open,
  };
}

/** What `GET /repos/{owner}/{repo}` answers, with the caller's own permissions. */
export function fullRepositoryShape(github: GitHub, repository: Repository, caller: Caller) {
  return {
    ...repositoryShape(github, repository),
    permissions: rights(roleOfCaller(repository, caller)),
    network_count: 0,
    subscribers_count: 0,
    ...mergeSettings(repository),
    ...(repository.parent
      ? {
          parent: repositoryShape(github, repository.parent),
          source: repositoryShape(github, sourceOf(repository.parent)),
        }
      : {}),
    ...(repository.owner.type === 'Organization'
      ? { organization: accountShape(github, repository.owner) }
      : {}),
  };
}

/** What a fork of forks began with. */
function sourceOf(repository: Repository): Repository {
  return repository.parent ? sourceOf(repository.parent) : repository;
}

function mergeSettings({ merging }: Repository) {
  return {
    allow_squash_merge: merging.methods.includes('squash'),
    allow_merge_commit: merging.methods.includes('merge'),
    allow_rebase_merge: merging.methods.includes('rebase'),
    allow_auto_merge: false,
    delete_branch_on_merge: merging.deleteBranch,
    allow_update_branch: true,
    squash_merge_commit_title: merging.squashTitle,
    squash_merge_commit_message: merging.squashMessage,
    merge_commit_title: merging.mergeTitle,
    merge_commit_message: merging.mergeMessage,
  };
}

/** A token of an App has no role, so GitHub answers false to everything but reading. */
function roleOfCaller(repository: Repository, caller: Caller): Role | undefined {
  return caller.kind === 'user' ? roleOf(repository, caller.account.login) : 'read';
}

export function rights(role: Role | undefined) {
  const rank = role === undefined ? -1 : roles.indexOf(role);
  return {
    admin: rank >= roles.indexOf('admin'),
    maintain: rank >= roles.indexOf('maintain'),
    push: rank >= roles.indexOf('write'),
    triage: rank >= roles.indexOf('triage'),
    pull: rank >= 0,
  };
}
