/** Authorisation: those who may not start anything try to, on a whole App beside a local GitHub; a writer who does the same starts a run. */
import { z } from 'zod';
import { perArena } from '#battery/arena.ts';
import type { Attack, Group } from '#battery/attack.ts';
import {
  anew,
  townOf,
  tryIn,
  type Login,
  type Sent,
  type Town,
} from '#battery/authorisation/town.ts';

type Act = (town: Town, issue: number) => Promise<unknown>;

interface Case {
  readonly id: string;
  readonly attack: string;
  readonly layer: string;
  readonly incident?: string;
  readonly attempt: Act;
  readonly control: Act;
  /** Runs that are right. */
  readonly allowed?: number;
}

const Made = z.object({ id: z.int() });
/** What is changed of a payload; everything else stays as it was sent. */
const Payload = z.looseObject({
  sender: z.record(z.string(), z.unknown()),
  comment: z.record(z.string(), z.unknown()),
});
type Payload = z.infer<typeof Payload>;

const live = 'permission asked live';
const grammar = "commands stand alone on a new comment's first line";

const label =
  (login: Login): Act =>
  ({ act }, issue) =>
    act(login, `POST issues/${String(issue)}/labels`, { labels: ['sluice'] });

const comment =
  (login: Login, body: string): Act =>
  ({ act }, issue) =>
    act(login, `POST issues/${String(issue)}/comments`, { body });

const asks = comment('ada', '/sluice generate');

const reword =
  (login: Login): Act =>
  async (town, issue) => {
    const made = Made.parse(await comment(login, 'I see it, too.')(town, issue));
    return town.act(login, `PATCH issues/comments/${String(made.id)}`, {
      body: '/sluice generate',
    });
  };

/** A webhook as GitHub would send it when somebody else had written the comment, or another one. */
async function commented(
  town: Town,
  issue: number,
  change: (payload: Payload) => object = () => ({}),
): Promise<Sent> {
  await comment('ada', 'Let us see.')(town, issue);
  const sent = await town.sent('issue_comment', issue);
  const payload = Payload.parse(sent.payload);
  const said = { ...payload.comment, body: '/sluice generate' };
  return anew(sent, { comment: said, ...change({ ...payload, comment: said }) });
}

const told =
  (change: (payload: Payload) => object): Act =>
  async (town, issue) =>
    town.deliver(await commented(town, issue, change));

const sender = (payload: Payload, change: object) => ({ sender: { ...payload.sender, ...change } });
const bot = { login: 'helper[bot]', type: 'Bot', id: 990_001 };

const cases: readonly Case[] = [
  {
    id: 'label-by-triage',
    attack: 'Somebody who may label but not write adds the label.',
    layer: live,
    incident: 'Clinejection, February 2026',
    attempt: label('tom'),
    control: label('ada'),
  },
  {
    id: 'command-by-reader',
    attack: 'The author of an issue, a stranger, asks by command.',
    layer: live,
    incident: 'Comment and Control, April 2026',
    attempt: comment('eve', '/sluice generate'),
    control: asks,
  },
  {
    id: 'command-by-triage',
    attack: 'Somebody who may triage asks by command.',
    layer: live,
    attempt: comment('tom', '/sluice generate'),
    control: asks,
  },
  {
    id: 'comment-edited',
    attack: 'A comment that stood there is edited into a command, by a writer too.',
    layer: 'only new comments are read',
    attempt: reword('ada'),
    control: asks,
  },
  {
    id: 'command-below',
    attack: "A writer quotes a stranger's command below a line of their own.",
    layer: grammar,
    attempt: comment('ada', 'Somebody wrote:\n/sluice generate'),
    control: asks,
  },
  {
    id: 'command-quoted',
    attack: "A writer answers by e-mail, and the stranger's command stands quoted in it.",
    layer: grammar,
    attempt: comment('ada', '> /sluice generate\n\nNo.'),
    control: asks,
  },
  {
    id: 'command-with-flags',
    attack: 'A command is given with words that would change what it does.',
    layer: grammar,
    attempt: comment('ada', '/sluice generate --base evil'),
    control: asks,
  },
  {
    id: 'command-after-space',
    attack: 'A command hides behind an invisible character at the beginning of a comment.',
    layer: grammar,
    attempt: comment('ada', '\u200b/sluice generate'),
    control: asks,
  },
  {
    id: 'bot',
    attack: 'A bot that nobody listed asks.',
    layer: 'bots are ignored unless listed',
    incident: 'GMO Flatt, June 2026',
    attempt: told((payload) => sender(payload, bot)),
    control: told(() => ({})),
  },
  {
    id: 'bot-named-as-writer',
    attack: "A bot has a writer's name, for which GitHub would say that it may write.",
    layer: 'bots are ignored unless listed',
    attempt: told((payload) => sender(payload, { type: 'Bot' })),
    control: told(() => ({})),
  },
  {
    id: 'association-claimed',
    attack: 'A payload calls a reader an owner of the repository.',
    layer: live,
    attempt: told((payload) => ({
      ...sender(payload, { login: 'eve' }),
      comment: {
        ...payload.comment,
        author_association: 'OWNER',
        user: { ...payload.sender, login: 'ada' },
      },
    })),
    control: told(() => ({})),
  },
  {
    id: 'sender-forged',
    attack: "Somebody without the webhook's secret sends an event in a writer's name.",
    layer: 'signature over the exact body',
    attempt: async (town, issue) => {
      const signature = `sha256=${'0'.repeat(64)}`;
      return town.deliver(await commented(town, issue), { signature });
    },
    control: told(() => ({})),
  },
  {
    id: 'replay',
    attack: "A writer's signed request is caught and sent again.",
    layer: 'each delivery counts once',
    allowed: 1,
    attempt: async (town, issue) => {
      await asks(town, issue);
      await town.runs(issue);
      return town.deliver(await town.sent('issue_comment', issue));
    },
    control: async (town, issue) => {
      await asks(town, issue);
      await town.runs(issue);
      return town.deliver(anew(await town.sent('issue_comment', issue), {}));
    },
  },
  {
    id: 'start-while-stopped',
    attack: 'A stranger takes back the stop of a writer, and work is asked for again.',
    layer: live,
    attempt: async (town, issue) => {
      await comment('ada', '/sluice stop')(town, issue);
      await town.runs(issue);
      await comment('eve', '/sluice resume')(town, issue);
      await town.runs(issue);
      return label('ada')(town, issue);
    },
    control: async (town, issue) => {
      await comment('ada', '/sluice stop')(town, issue);
      await town.runs(issue);
      await comment('ada', '/sluice resume')(town, issue);
      await town.runs(issue);
      return label('ada')(town, issue);
    },
  },
  {
    id: 'stopped-by-triage',
    attack: 'Somebody who may only label silences the App by the label that stops it.',
    layer: live,
    // Here the harm is that nothing starts: the right run is the mark of having held.
    attempt: async (town, issue) => {
      await town.act('tom', `POST issues/${String(issue)}/labels`, { labels: ['sluice:stop'] });
      await town.runs(issue);
      return label('ada')(town, issue);
    },
    control: async (town, issue) => {
      await town.act('ada', `POST issues/${String(issue)}/labels`, { labels: ['sluice:stop'] });
      await town.runs(issue);
      return label('ada')(town, issue);
    },
  },
];

/** Those whose harm is silence. */
const silencing = ['stopped-by-triage'];

function attackOf({ id, attack, layer, incident, attempt, control, allowed }: Case): Attack {
  const trial = (act: Act) =>
    perArena(async (arena) => {
      const town = await townOf(arena);
      const tried = await tryIn(town, act, allowed);
      return silencing.includes(id) ? { ...tried, breached: !tried.breached } : tried;
    });
  return {
    id: `authorisation/${id}`,
    ...{ attack, layer, ...(incident !== undefined && { incident }) },
    attempt: trial(attempt),
    control: trial(control),
  };
}

export const authorisation: Group = {
  name: 'authorisation',
  about: 'who may start what, at a whole App beside a local GitHub',
  attacks: cases.map(attackOf),
};
