/** REST: the search for issues and pull requests. */
import { invalid, Refusal } from '#local-github/refusal.ts';
import { findIssues } from '#local-github/search/issues.ts';
import type { Found } from '#local-github/search/issues.ts';
import { parseQuery } from '#local-github/search/query.ts';
import type { Query } from '#local-github/search/query.ts';
import { issueShape } from '#local-github/shapes/issues.ts';
import type { Repository } from '#local-github/state.ts';
import { findRepository, page, sees } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

/** Characters of words, without the qualifiers; and results that can be paged through. */
const limits = { words: 256, results: 1000 };

function searchIssues(exchange: Exchange): Answer {
  const { github, caller, query } = exchange;
  const parsed = parseQuery(query.get('q') ?? '');
  check(exchange, parsed);
  const found = findIssues({ github, caller }, visible(exchange, parsed), parsed);
  const sorted = order(exchange, parsed, found);
  const { items, headers } = page(exchange, sorted.slice(0, limits.results));
  const body = {
    total_count: found.length,
    incomplete_results: false,
    items: items.map(({ repository, issue }) => ({
      ...issueShape(github, repository, issue),
      score: 1,
    })),
    search_type: 'lexical',
  };
  return { status: 200, body, headers };
}

function refuse(message: string): Refusal {
  return invalid({ resource: 'Search', field: 'q', code: 'invalid', message });
}

/** Throws 422 on what GitHub does not search for. */
function check({ caller, query }: Exchange, { words, qualifiers }: Query): void {
  if ((query.get('q') ?? '').trim() === '')
    throw invalid({ resource: 'Search', field: 'q', code: 'missing' });
  if (words.join(' ').length > limits.words)
    throw refuse(`The search is longer than ${limits.words} characters.`);
  const kinds = qualifiers.filter(({ name, not }) => !not && ['is', 'type'].includes(name));
  const isOne = kinds.some(({ value }) => ['issue', 'pr', 'pull-request'].includes(value));
  if (caller.kind === 'installation' && !isOne)
    throw new Refusal(422, "Query must include 'is:issue' or 'is:pull-request'");
  const size = Math.min(100, Number(query.get('per_page') ?? 30));
  if ((Number(query.get('page') ?? 1) - 1) * size >= limits.results)
    throw new Refusal(422, `Only the first ${limits.results} search results are available`);
}

/** Throws 422 when repositories or owners are named of which the caller sees none. */
function visible({ github, caller }: Exchange, { qualifiers }: Query): readonly Repository[] {
  const seen = github.state.repositories.filter((repository) => sees(caller, repository));
  const named = (names: readonly string[]) =>
    qualifiers.filter(({ name, not }) => !not && names.includes(name)).map(({ value }) => value);
  const asked = [...named(['repo']), ...named(['org', 'user'])];
  if (asked.length === 0) return seen;
  const repositories = named(['repo']).map((value) => {
    const [owner = '', name = ''] = value.split('/');
    return findRepository(github, owner, name);
  });
  const owners = named(['org', 'user']).map((value) => value.toLowerCase());
  const wanted = seen.filter(
    (each) => repositories.includes(each) || owners.includes(each.owner.login.toLowerCase()),
  );
  if (wanted.length > 0) return wanted;
  throw refuse(
    'The listed users and repositories cannot be searched either because the resources do not exist or you do not have permission to view them.',
  );
}

/** The newest first, unless the caller says otherwise. */
function order({ query }: Exchange, { qualifiers }: Query, found: readonly Found[]) {
  const [said = 'created', way = 'desc'] =
    qualifiers.find(({ name }) => name === 'sort')?.value.split('-') ?? [];
  const by = query.get('sort') ?? said;
  const ascending = (query.get('order') ?? way) === 'asc';
  const key = ({ issue }: Found): number => {
    if (by === 'comments') return issue.comments.length;
    return Date.parse(by === 'updated' ? issue.updatedAt : issue.createdAt);
  };
  const sorted = found.toSorted((a, b) => key(a) - key(b) || a.issue.id - b.issue.id);
  return ascending ? sorted : sorted.toReversed();
}

export const searchRoutes: readonly Route[] = [
  { method: 'GET', path: '/search/issues', run: searchIssues },
];
