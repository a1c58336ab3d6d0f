/** Check runs and suites as GitHub shows them. */
import type { Commit } from '#local-github/git/objects.ts';
import type {
  Annotation,
  CheckRun,
  CheckSuite,
  GitHub,
  PullSide,
  Repository,
} from '#local-github/state.ts';
import { appShape } from './accounts.ts';
import { nodeId, repositoryApi, repositoryPage } from './links.ts';
import { isPull, pullMinimalShape } from './pulls.ts';
import { repositoryShape } from './repositories.ts';

function pullsAt(github: GitHub, repository: Repository, sha: string) {
  return (
    [...repository.issues.values()]
      .filter(isPull)
      // What comes from a fork is not told: https://docs.github.com/en/rest/checks/suites
      .filter(({ state, pull }) => state === 'open' && pull.head.sha === sha && isOwn(pull.head))
      .map((issue) => pullMinimalShape(github, repository, issue))
  );
}

function isOwn({ fork, repository }: PullSide): boolean {
  return fork === undefined && repository === undefined;
}

export function checkRunShape(github: GitHub, repository: Repository, run: CheckRun) {
  const url = `${repositoryApi(github, repository)}/check-runs/${run.id}`;
  const page = `${repositoryPage(github, repository)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.output.title,
      summary: run.output.summary,
      text: run.output.text,
      annotations_count: run.output.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite.id },
    app: appShape(github, run.suite.app),
    pull_requests: pullsAt(github, repository, run.headSha),
  };
}

export function annotationShape(
  github: GitHub,
  place: { readonly repository: Repository; readonly run: CheckRun },
  annotation: Annotation,
) {
  const page = repositoryPage(github, place.repository);
  return {
    path: annotation.path,
    start_line: annotation.startLine,
    end_line: annotation.endLine,
    start_column: annotation.startColumn,
    end_column: annotation.endColumn,
    annotation_level: annotation.level,
    title: annotation.title,
    message: annotation.message,
    raw_details: annotation.rawDetails,
    blob_href: `${page}/blob/${place.run.headSha}/${annotation.path}`,
  };
}

/** A suite is what its newest runs are: completed when all are, as bad as the worst, and queued when asked for again. */
export function suiteState(repository: Repository, suite: CheckSuite) {
  const all = repository.checkRuns.filter((run) => run.suite === suite);
  const runs = [...new Map(all.map((run) => [run.name, run])).values()];
  if (runs.length === 0 || suite.isAskedAgain)
    return { status: 'queued' as const, conclusion: null };
  if (runs.some(({ status }) => status !== 'completed'))
    return { status: 'in_progress' as const, conclusion: null };
  const order = ['action_required', 'cancelled', 'timed_out', 'failure', 'stale'] as const;
  const worst = order.find((conclusion) => runs.some((run) => run.conclusion === conclusion));
  const passed = runs.some(({ conclusion }) => conclusion === 'success');
  return { status: 'completed' as const, conclusion: worst ?? (passed ? 'success' : 'neutral') };
}

export interface SuitePlace {
  readonly repository: Repository;
  readonly commit: Commit;
}

/** Where it stands alone; in a webhook the repository is beside it. */
export function checkSuiteShape(github: GitHub, place: SuitePlace, suite: CheckSuite) {
  const repository = repositoryShape(github, place.repository);
  return { ...suiteEventShape(github, place, suite), repository };
}

export function suiteEventShape(
  github: GitHub,
  { repository, commit }: SuitePlace,
  suite: CheckSuite,
) {
  const url = `${repositoryApi(github, repository)}/check-suites/${suite.id}`;
  const { message, tree, author, committer } = commit;
  return {
    id: suite.id,
    node_id: nodeId('CS', suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteState(repository, suite),
    url,
    before: commit.parents[0] ?? '0'.repeat(40),
    after: suite.headSha,
    pull_requests: pullsAt(github, repository, suite.headSha),
    app: appShape(github, suite.app),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    rerequestable: true,
    runs_rerequestable: true,
    latest_check_runs_count: repository.checkRuns.filter((run) => run.suite === suite).length,
    check_runs_url: `${url}/check-runs`,
    head_commit: {
      id: commit.sha,
      tree_id: tree,
      message,
      timestamp: committer.date,
      author: { name: author.name, email: author.email },
      committer: { name: committer.name, email: committer.email },
    },
  };
}
