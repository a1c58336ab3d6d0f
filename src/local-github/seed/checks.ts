/** The check runs of other Apps that a world tells, and what else a repository starts with around merging. */
import { resolveCommit } from '#local-github/git/objects.ts';
import type { CheckApp, CheckSuite } from '#local-github/state/checks.ts';
import type { Account, Repository } from '#local-github/state.ts';
import { WorldError, type WholeWorld } from '#local-github/world.ts';
import type { Check } from '#local-github/world/merging.ts';

type RepositoryWorld = WholeWorld['repositories'][number];

/** What a repository has that the world says as it is kept. */
export function rulesOf({ merges, protect, codeScanning }: RepositoryWorld) {
  return {
    merging: merges,
    protections: new Map(Object.entries(protect)),
    scanning: { isEnabled: codeScanning, uploads: [] },
    statuses: [],
    autoSuites: true,
    goneIssues: new Map<number, string | null>(),
  };
}

interface Making {
  readonly owner: Account;
  readonly nextId: () => number;
  readonly now: string;
}

/** Throws WorldError on a branch that is not there. */
export async function seedChecks(
  repository: Repository,
  checks: readonly Check[],
  making: Making,
): Promise<void> {
  const apps = new Map<string, CheckApp>();
  for (const check of checks) {
    const branch = check.branch ?? repository.defaultBranch;
    const sha = await resolveCommit(repository.folder, `refs/heads/${branch}`);
    if (sha === undefined) throw new WorldError(`checks: there is no branch ${branch}`);
    const app = apps.get(check.app) ?? otherApp(check.app, making);
    apps.set(check.app, app);
    addRun(repository, { check, app, sha, branch }, making);
  }
}

function otherApp(slug: string, { owner, nextId, now }: Making): CheckApp {
  const id = nextId();
  const permissions = { checks: 'write', metadata: 'read' } as const;
  return {
    id,
    slug,
    name: slug,
    clientId: `Iv1.${id}`,
    owner,
    permissions,
    events: [],
    createdAt: now,
  };
}

interface Reported {
  readonly check: Check;
  readonly app: CheckApp;
  readonly sha: string;
  readonly branch: string;
}

function addRun(repository: Repository, reported: Reported, { nextId, now }: Making): void {
  const { check, app, sha, branch } = reported;
  const known = repository.checkSuites.find((each) => each.app === app && each.headSha === sha);
  const suite: CheckSuite = known ?? {
    id: nextId(),
    app,
    headSha: sha,
    headBranch: branch,
    createdAt: now,
    updatedAt: now,
    isAskedAgain: false,
  };
  if (!known) repository.checkSuites.push(suite);
  const { name, conclusion = null, title = null, summary = null } = check;
  repository.checkRuns.push({
    id: nextId(),
    suite,
    headSha: sha,
    name,
    status: conclusion === null ? 'in_progress' : 'completed',
    conclusion,
    startedAt: now,
    completedAt: conclusion === null ? null : now,
    externalId: '',
    detailsUrl: null,
    output: { title, summary, text: null, annotations: [] },
    actions: [],
  });
}
