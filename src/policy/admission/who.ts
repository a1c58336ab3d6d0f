/** What somebody is here: the row of the table in which they stand. */
import type { Actor } from '#core/event.ts';
import type { Who } from './who-may.ts';

/** As the forge says at this moment; undefined where it does not say. */
export type Permission = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export interface PersonFacts {
  readonly actor: Pick<Actor, 'login' | 'kind' | 'bot'>;
  readonly permission: Permission | undefined;
  /** Who wrote the issue or pull request. */
  readonly author?: string;
}

/** GitHub puts this account in the place of those that are deleted. */
const ghost = 'ghost';

export function whoIs({ actor, permission, author }: PersonFacts): Who {
  if (actor.kind === 'bot') return botIs(actor);
  if (actor.login === ghost) return 'gone';
  if (permission === undefined) return 'unknown';
  const isBelow = permission === 'none' || permission === 'read';
  return isBelow && actor.login === author ? 'author' : permission;
}

/** Nobody needs to ask what a bot may do: it is on the operator's list, or it is not. */
function botIs({ bot }: Pick<Actor, 'bot'>): Who {
  if (bot === 'ours') return 'ourselves';
  return bot === 'listed' ? 'listed-bot' : 'bot';
}

/** Whether what it asks for can only be ignored, so that no question need be asked. */
export function isIgnored({ kind, bot }: Pick<Actor, 'kind' | 'bot'>): boolean {
  return kind === 'bot' && bot !== 'listed';
}

export interface BotLists {
  /** App ids and logins, as the operator wrote them. */
  readonly listed: readonly string[];
  /** Our own account and App, which no list makes heard. */
  readonly own: { readonly login: string; readonly app: number };
}

/** The actor of an event, with what the operator says of the bot that it is. */
export function known(actor: Actor, { listed, own }: BotLists): Actor {
  const { id, login, kind, app } = actor;
  // Whatever the event says of `bot` itself is left out.
  const said = { id, login, kind, ...(app !== undefined && { app }) };
  if (kind !== 'bot') return said;
  const names = [login, ...(app === undefined ? [] : [String(app)])].map((name) =>
    name.toLowerCase(),
  );
  if (app === own.app || names.includes(own.login.toLowerCase())) return { ...said, bot: 'ours' };
  const isListed = listed.some((name) => names.includes(name.toLowerCase()));
  return isListed ? { ...said, bot: 'listed' } : said;
}
