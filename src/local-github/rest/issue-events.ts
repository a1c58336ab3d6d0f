/** REST: what happened to issues and pull requests, one by one or as a whole repository. */
import { issueByNumber } from '#local-github/actions/issues.ts';
import { demandRead } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { readCommits } from '#local-github/git/objects.ts';
import { notFound } from '#local-github/refusal.ts';
import { issueShape } from '#local-github/shapes/issues.ts';
import {
  commentedShape,
  isEvent,
  issueEventShape,
  timelineShape,
} from '#local-github/shapes/timeline.ts';
import type { Issue, TimelineEvent } from '#local-github/state.ts';
import { idOf, ok, paged, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

function readScope(exchange: Exchange): Scope {
  const scope = scopeOf(exchange);
  demandRead(scope, 'issues|pull_requests');
  return scope;
}

function listEvents(exchange: Exchange): Answer {
  const { github, repository, ...rest } = readScope(exchange);
  const issue = issueByNumber({ github, repository, ...rest }, idOf(exchange, 'number'));
  const place = { github, repository, issue };
  return paged(exchange, issue.timeline.filter(isEvent), (each) => issueEventShape(place, each));
}

interface Placed {
  readonly issue: Issue;
  readonly event: TimelineEvent;
}

/** The newest first. */
function everywhere({ repository }: Scope): readonly Placed[] {
  return [...repository.issues.values()]
    .flatMap((issue) => issue.timeline.filter(isEvent).map((event) => ({ issue, event })))
    .sort((a, b) => b.event.id - a.event.id);
}

function wholeShape({ github, repository }: Scope, { issue, event }: Placed): object {
  const shape = issueEventShape({ github, repository, issue }, event);
  return { ...shape, issue: issueShape(github, repository, issue) };
}

function listAll(exchange: Exchange): Answer {
  const scope = readScope(exchange);
  return paged(exchange, everywhere(scope), (each) => wholeShape(scope, each));
}

function showEvent(exchange: Exchange): Answer {
  const scope = readScope(exchange);
  const id = idOf(exchange, 'event');
  const found = everywhere(scope).find(({ event }) => event.id === id);
  if (!found) throw notFound();
  return ok(wholeShape(scope, found));
}

/** Events and comments in the order in which they happened. */
async function showTimeline(exchange: Exchange): Promise<Answer> {
  const scope = readScope(exchange);
  const { github, repository } = scope;
  const issue = issueByNumber(scope, idOf(exchange, 'number'));
  const place = { github, repository, issue };
  const named = issue.timeline.flatMap(({ event, subject }) =>
    event === 'committed' && subject !== null ? [subject] : [],
  );
  const read = await readCommits(repository.folder, named);
  const commits = new Map(read.map((commit) => [commit.sha, commit]));
  // Ids are given in order, times are whole seconds.
  const entries = [
    ...issue.timeline.map((event) => ({
      id: event.id,
      show: () => timelineShape(place, event, commits),
    })),
    ...issue.comments.map(({ id }) => ({ id, show: () => commentedShape(place, id) })),
  ].sort((a, b) => a.id - b.id);
  return paged(exchange, entries, ({ show }) => show());
}

const issues = '/repos/:owner/:repo/issues';

export const issueEventRoutes: readonly Route[] = [
  { method: 'GET', path: `${issues}/:number/events`, run: listEvents },
  { method: 'GET', path: `${issues}/:number/timeline`, run: showTimeline },
  { method: 'GET', path: `${issues}/events`, run: listAll },
  { method: 'GET', path: `${issues}/events/:event`, run: showEvent },
];
