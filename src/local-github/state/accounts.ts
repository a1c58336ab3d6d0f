/** Who is known: people, bots and organisations, with what people and Apps may do. */

/** A person's role in a repository, weakest first. */
export const roles = ['read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof roles)[number];

export type Level = 'read' | 'write' | 'admin';
/** An App's permissions by name (`issues`, `pull_requests`, ...). */
export type Permissions = Readonly<Record<string, Level>>;

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
  readonly name: string | null;
  /** The personal access token; null for organisations and bots. */
  readonly token: string | null;
  readonly createdAt: string;
}
