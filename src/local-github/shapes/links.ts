/** Addresses and node ids, as GitHub writes them into everything that it answers. */
import type { GitHub, Repository } from '#local-github/state.ts';

/** The REST root that a GitHub Enterprise Server has; the same routes answer under `/` too. */
export function apiRoot(github: GitHub): string {
  return `${github.url}/api/v3`;
}

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}

export function repositoryApi(github: GitHub, repository: Repository): string {
  return `${apiRoot(github)}/repos/${fullName(repository)}`;
}

export function repositoryPage(github: GitHub, repository: Repository): string {
  return `${github.url}/${fullName(repository)}`;
}

/** Opaque like GitHub's: letters for the kind, then the id. */
export function nodeId(kind: string, id: number | string): string {
  return `${kind}_${Buffer.from(`local:${id}`).toString('base64url')}`;
}
