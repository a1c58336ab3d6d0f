/** The addresses below `/owner/name`, as GitHub has them, and what answers each. */
import type { IncomingMessage } from 'node:http';
import { checkRunById } from '#local-github/actions/checks.ts';
import { issueByNumber } from '#local-github/actions/issues.ts';
import { diffText, patchText } from '#local-github/git/diff.ts';
import { mergeBase } from '#local-github/git/refs.ts';
import { notFound } from '#local-github/refusal.ts';
import { isPull } from '#local-github/shapes/pulls.ts';
import type { Issue } from '#local-github/state.ts';
import { pressCheckRun, pressIssue, pressNewIssue } from './buttons.ts';
import { checkPage } from './checks.ts';
import {
  commitPage,
  encodePath,
  fileBytes,
  filePage,
  folderPage,
  historyPage,
  homePage,
  placeOf,
} from './code.ts';
import { issuePage } from './issue.ts';
import { listPage, newIssuePage } from './lists.ts';
import { issuePath } from './parts.ts';
import { pullPage } from './pull.ts';
import { releaseRoutes } from './releases.ts';
import { get, post, type Answer, type Route } from './route.ts';
import { pathOf, scopeOf, type RepositoryVisit } from './view.ts';

const routes: readonly Route[] = [
  get(/^$/, async (visit) => ({ page: await homePage(visit) })),
  get(/^issues$/, (visit) => ({ page: listPage(visit, 'issues') })),
  get(/^issues\/new$/, (visit) => ({ page: newIssuePage(visit) })),
  get(/^pulls$/, (visit) => ({ page: listPage(visit, 'pulls') })),
  get(/^(?:issues|pull)\/(\d+)$/, (visit, number) => oneOf(visit, issueOf(visit, number))),
  get(/^pull\/(\d+)\/(?:files|changes)$/, (visit, number) => toPart(visit, number, 'files')),
  get(/^pull\/(\d+)\/commits$/, (visit, number) => toPart(visit, number, 'commits')),
  get(/^pull\/(\d+)\/checks$/, (visit, number) => toPart(visit, number, 'checks')),
  get(/^pull\/(\d+)\.diff$/, (visit, number) => asText(visit, number, diffText)),
  get(/^pull\/(\d+)\.patch$/, (visit, number) => asText(visit, number, patchText)),
  get(/^runs\/(\d+)$/, (visit, id) => ({ page: checkPage(visit, runOf(visit, id)) })),
  get(/^commit\/(.+)$/, async (visit, sha) => ({ page: await commitPage(visit, sha) })),
  get(/^commits(?:\/(.+))?$/, async (visit, ref) => {
    const place = await placeOf(visit, split(ref === '' ? visit.repository.defaultBranch : ref));
    return { page: await historyPage(visit, place) };
  }),
  get(/^tree\/(.+)$/, async (visit, path) => {
    const place = await placeOf(visit, split(path));
    return { page: await folderPage(visit, place) };
  }),
  get(/^blob\/(.+)$/, (visit, path) => file(visit, path)),
  get(/^raw\/(.+)$/, async (visit, path) => ({
    text: await fileBytes(visit, await placeOf(visit, split(path))),
  })),
  ...releaseRoutes,
  post(/^issues$/, (visit, _, form) => pressNewIssue(visit, form)),
  post(/^(?:issues|pull)\/(\d+)$/, (visit, number, form) =>
    pressIssue(visit, issueOf(visit, number), form),
  ),
  post(/^runs\/(\d+)$/, (visit, id, form) => pressCheckRun(visit, runOf(visit, id), form)),
];

/** What stands at `path` below the repository. Throws 404 when nothing does. */
export async function answerRepository(
  visit: RepositoryVisit,
  path: string,
  request: IncomingMessage,
): Promise<Answer> {
  const method = request.method === 'POST' ? 'POST' : 'GET';
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(path) : null;
    if (match) return route.answer(visit, match[1] ?? '', request);
  }
  throw notFound();
}

function issueOf(visit: RepositoryVisit, number: string): Issue {
  return issueByNumber(scopeOf(visit), Number(number));
}

function runOf(visit: RepositoryVisit, id: string) {
  return checkRunById(scopeOf(visit), Number(id));
}

/** Issues and pull requests share their numbers: each is shown at its own address. */
async function oneOf(visit: RepositoryVisit, issue: Issue): Promise<Answer> {
  const own = issuePath(visit, issue);
  if (decodeURIComponent(visit.url.pathname) !== own) return { redirect: own };
  return { page: isPull(issue) ? await pullPage(visit, issue) : issuePage(visit, issue) };
}

function toPart(visit: RepositoryVisit, number: string, part: string): Answer {
  return { redirect: `${issuePath(visit, issueOf(visit, number))}#${part}` };
}

async function asText(
  visit: RepositoryVisit,
  number: string,
  write: typeof diffText,
): Promise<Answer> {
  const issue = issueOf(visit, number);
  if (!isPull(issue)) throw notFound();
  const { folder } = visit.repository;
  const { base, head } = issue.pull;
  const start = (await mergeBase(folder, base.sha, head.sha)) ?? base.sha;
  return { text: await write(folder, start, head.sha) };
}

async function file(visit: RepositoryVisit, path: string): Promise<Answer> {
  const place = await placeOf(visit, split(path));
  try {
    return { page: await filePage(visit, place) };
  } catch (refused) {
    // Links in a README cannot know whether they lead to a file or to a folder.
    const folder = await folderPage(visit, place).catch(() => undefined);
    if (!folder) throw refused;
    return { redirect: `${pathOf(visit.repository)}/tree/${place.ref}/${encodePath(place.path)}` };
  }
}

function split(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}
