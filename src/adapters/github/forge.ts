/** The forge on GitHub: every call of the port, led to the file that knows how. */
import type { Clock } from '#ports/clock.ts';
import type { Forge, RepositorySession } from '#ports/forge.ts';
import type { GithubApp } from './auth.ts';
import { listChecks, putCheck } from './checks.ts';
import { putComment } from './comments.ts';
import { addCommit, putCommit } from './commits.ts';
import { mergeBaseOf, readFileAt, readHead, readIssue, remoteOf } from './contents.ts';
import { lanes } from './lanes.ts';
import { outgoingTo } from './outgoing.ts';
import { permissionOf } from './permission.ts';
import { listPulls, listPullsAt, putPull, readPull } from './pulls.ts';
import { putScan } from './scans.ts';
import { openSession } from './session.ts';

export interface GithubForgeOptions {
  readonly app: GithubApp;
  readonly clock: Clock;
  /** Hosts to which links may lead in what is written, beside the repository itself. */
  readonly links?: readonly string[];
}

export function githubForge({ app, clock, links = [] }: GithubForgeOptions): Forge {
  const laneOf = lanes(clock);
  return {
    open: (repository, writer): RepositorySession => {
      const lane = laneOf(repository.installation);
      const session = openSession({ app, lane, clock, writer }, repository);
      const outgoing = outgoingTo(app.webUrl, repository, links);
      return {
        permission: (login) => permissionOf(session, login),
        issue: (number) => readIssue(session, number),
        head: (branch) => readHead(session, branch),
        file: (commit, path) => readFileAt(session, commit, path),
        remote: () => remoteOf(session, app.webUrl),
        comment: (number, key, body) =>
          putComment(session, key, { number, body: outgoing.markdown(body) }),
        check: (report) => putCheck(session, outgoing.check(report)),
        commit: (proposal) => putCommit(session, outgoing.proposal(proposal)),
        propose: (proposal) => putPull(session, outgoing.proposal(proposal)),
        pulls: (prefix, more) => listPulls(session, prefix, more),
        pull: (number) => readPull(session, number),
        pullsAt: (commit) => listPullsAt(session, commit),
        mergeBase: (branch, commit) => mergeBaseOf(session, branch, commit),
        checks: (commit) => listChecks(session, commit),
        add: (addition) => addCommit(session, outgoing.addition(addition)),
        scan: (scan) => putScan(session, scan),
        close: () => session.close(),
      };
    },
  };
}
