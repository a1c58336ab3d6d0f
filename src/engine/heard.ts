/** Heard: marks the bot that did something as the operator's list has it, before anybody asks who may start what. */
import type { Event } from '#core/event.ts';
import { known } from '#policy/admission/who.ts';

/** Ourselves on the forge. */
interface Own {
  readonly id: number;
  login(): Promise<string>;
}

/** Nobody asks who we are where no bot is heard, unless it may be our own commits that came. Throws what `login` throws: the delivery is then to be sent again. */
export async function withBot(event: Event, bots: readonly string[], own: Own): Promise<Event> {
  const isPushed = event.kind === 'proposed' || event.kind === 'pushed';
  if (event.actor.kind !== 'bot' || (bots.length === 0 && !isPushed)) return event;
  const lists = { listed: bots, own: { login: await own.login(), app: own.id } };
  return { ...event, actor: known(event.actor, lists) };
}
