/** Commit statuses: what services say of a commit under a name of their own. */
import { demand } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { readCommit } from '#local-github/git/objects.ts';
import { listRefs } from '#local-github/git/refs.ts';
import { invalid } from '#local-github/refusal.ts';
import { commitShape } from '#local-github/shapes/commits.ts';
import { fullName, repositoryApi } from '#local-github/shapes/links.ts';
import { statusEventShape } from '#local-github/shapes/statuses.ts';
import type { Account } from '#local-github/state.ts';
import type { Status, StatusState } from '#local-github/state/checks.ts';
import { changed, demandCommit } from './checks.ts';

/** Of one SHA and context. */
const limit = 1000;
const descriptionLimit = 140;

export interface NewStatus {
  readonly state: StatusState;
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
}

/** Throws 422 on a commit that is not there, a text that is too long, or too many of one context. */
export async function createStatus(scope: Scope, sha: string, input: NewStatus): Promise<Status> {
  const creator = demand(scope, { permission: 'statuses', level: 'write', role: 'write' });
  const { github, repository } = scope;
  await demandCommit(scope, sha);
  checkStatus(input);
  const same = repository.statuses.filter(
    (each) => each.sha === sha && each.context === input.context,
  );
  if (same.length >= limit)
    throw refuse('This SHA and context has reached the maximum number of statuses.');
  const status = { id: github.state.nextId(), sha, ...input, creator, createdAt: github.now() };
  repository.statuses.push(status);
  changed(scope, sha);
  await tell(scope, status, creator);
  return status;
}

function refuse(message: string, field?: string) {
  return invalid({ resource: 'Status', ...(field ? { field } : {}), code: 'custom', message });
}

function checkStatus({ description, context, targetUrl }: NewStatus): void {
  if (description !== null && description.length > descriptionLimit)
    throw refuse(
      `description is too long (maximum is ${descriptionLimit} characters)`,
      'description',
    );
  if (context.length > 255)
    throw refuse('context is too long (maximum is 255 characters)', 'context');
  if (targetUrl !== null && !/^https?:\/\//.test(targetUrl))
    throw refuse('target_url must use http or https', 'target_url');
}

async function tell({ github, repository }: Scope, status: Status, sender: Account): Promise<void> {
  const commit = await readCommit(repository.folder, status.sha);
  const heads = await listRefs(repository.folder, 'refs/heads/');
  const branches = heads.filter((head) => head.sha === status.sha);
  const payload = {
    ...statusEventShape(github, repository, status),
    name: fullName(repository),
    commit: commitShape(github, repository, commit),
    branches: branches.map(({ name, sha }) => ({
      name: name.slice('refs/heads/'.length),
      commit: { sha, url: `${repositoryApi(github, repository)}/commits/${sha}` },
      protected: repository.protections.has(name.slice('refs/heads/'.length)),
    })),
  };
  github.emit({ event: 'status', action: null, repository, sender, payload });
}
