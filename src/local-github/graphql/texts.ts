/** GraphQL: the fields that everything has that a person writes. */
import { actor } from './source.ts';
import type { Fields } from './source.ts';
import type { Account } from '#local-github/state.ts';

interface Text {
  readonly id: number;
  readonly author: Account;
  readonly body: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly minimized?: string | null;
}

export function textFields<S>(textOf: (source: S) => Text): Fields<S> {
  return {
    databaseId: (source) => textOf(source).id,
    fullDatabaseId: (source) => String(textOf(source).id),
    author: (source) => actor(textOf(source).author),
    body: (source) => textOf(source).body ?? '',
    bodyText: (source) => textOf(source).body ?? '',
    createdAt: (source) => textOf(source).createdAt,
    updatedAt: (source) => textOf(source).updatedAt,
    isMinimized: (source) => (textOf(source).minimized ?? null) !== null,
    minimizedReason: (source) => textOf(source).minimized ?? null,
    viewerDidAuthor: (source, _, { caller }) =>
      caller.kind !== 'anonymous' && caller.account.id === textOf(source).author.id,
  };
}
