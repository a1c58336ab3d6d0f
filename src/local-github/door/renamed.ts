/** Repositories by what they were once called, and by their number: the API leads from the one to the other. */
import type { Caller } from '#local-github/caller.ts';
import { findRepository, sees } from '#local-github/rest/route.ts';
import type { Answer } from '#local-github/rest/route.ts';
import { apiRoot, fullName } from '#local-github/shapes/links.ts';
import type { GitHub, Repository } from '#local-github/state.ts';

/** `/repositories/7/issues` as `/repos/owner/name/issues`; any other path as it is. */
export function namedPath({ state }: GitHub, path: string): string {
  const [, id, rest = ''] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const repository = state.repositories.find((each) => String(each.id) === id);
  return repository ? `/repos/${fullName(repository)}${rest}` : path;
}

/** The repository that once had this name; nothing where another has it now. */
export function formerlyNamed(github: GitHub, owner: string, name: string): Repository | undefined {
  if (findRepository(github, owner, name)) return undefined;
  const former = `${owner}/${name}`.toLowerCase();
  return github.state.repositories.find(({ formerly }) =>
    formerly.some((each) => each.toLowerCase() === former),
  );
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** 301 for reading and 307 for all else, where the path names a repository as it was once called. */
export function ledElsewhere(
  github: GitHub,
  caller: Caller,
  { method, path, query }: Asked,
): Answer | undefined {
  const [, owner = '', name = '', rest = ''] =
    /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const repository = formerlyNamed(github, owner, name);
  if (!repository || !sees(caller, repository)) return undefined;
  const search = query.size > 0 ? `?${query.toString()}` : '';
  const url = `${apiRoot(github)}/repositories/${repository.id}${rest}${search}`;
  const message = 'Moved Permanently';
  const documentation_url =
    'https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects';
  return {
    status: method === 'GET' ? 301 : 307,
    body: { message, url, documentation_url },
    headers: { location: url },
  };
}
