/** Commit statuses as GitHub shows them. */
import type { GitHub, Repository } from '#local-github/state.ts';
import type { Status } from '#local-github/state/checks.ts';
import { accountShape } from './accounts.ts';
import { nodeId, repositoryApi } from './links.ts';

function facts(status: Status) {
  return {
    id: status.id,
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}

/** The form inside the combined status. */
export function shortStatusShape(github: GitHub, repository: Repository, status: Status) {
  return {
    url: `${repositoryApi(github, repository)}/statuses/${status.sha}`,
    avatar_url: accountShape(github, status.creator).avatar_url,
    node_id: nodeId('SC', status.id),
    ...facts(status),
  };
}

export function statusShape(github: GitHub, repository: Repository, status: Status) {
  const creator = accountShape(github, status.creator);
  return { ...shortStatusShape(github, repository, status), creator };
}

/** What stands at the top of the webhook. */
export function statusEventShape(github: GitHub, repository: Repository, status: Status) {
  const { avatar_url } = shortStatusShape(github, repository, status);
  return { sha: status.sha, avatar_url, ...facts(status) };
}
