/** Stop: what somebody ordered to stop, so that nothing of it starts until it is resumed; and how people are told. */
import type { Repository } from './event.ts';

/** What a stop is for. Repositories are named as `owner/name`. */
export type Scope =
  | { readonly kind: 'everything' }
  | { readonly kind: 'repository'; readonly repository: string }
  /** An issue or a pull request. */
  | { readonly kind: 'subject'; readonly repository: string; readonly number: number };

export interface Stop {
  readonly scope: Scope;
  /** Where it came from; each source has one stop for a scope, and takes back its own. */
  readonly source: string;
  /** Who ordered it, for people: `@login`, or the operator. */
  readonly by: string;
  /** Why, in the words of who ordered it; empty when nothing was said. */
  readonly reason: string;
}

/** Stops that people order on the forge come from there, whoever they are: any writer may take back another's. */
export const fromForge = 'forge';

/** As it stands in `sluice stop`: `owner/name#3`, `owner/name`, or `everything`. */
export function scopeText(scope: Scope): string {
  if (scope.kind === 'everything') return 'everything';
  return scope.kind === 'repository'
    ? scope.repository
    : `${scope.repository}#${String(scope.number)}`;
}

export function subjectOf({ owner, name }: Repository, number: number): Scope {
  return { kind: 'subject', repository: `${owner}/${name}`, number };
}
