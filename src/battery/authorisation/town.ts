/** Town: a local GitHub with its people and the whole App beside it, without a model: a run that may start says only that. */
import { createHmac, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { openApp, type App } from '#app.ts';
import { perArena, type Arena } from '#battery/arena.ts';
import type { Trial } from '#battery/attack.ts';
import { hasEnded, type Run } from '#core/run.ts';
import { startLocalApp, type LocalApp } from '#local-app.ts';

export type Login = 'ada' | 'tom' | 'eve';

export interface Town {
  /** A new issue, which eve wrote. */
  readonly issue: () => Promise<number>;
  /** What one of its people asks of the repository, as `POST issues`; the answer's body. */
  readonly act: (login: Login, route: string, body?: object) => Promise<unknown>;
  /** The first webhook with this name about the issue, as GitHub sent it; later ones may be of our own answers. */
  readonly sent: (name: string, issue: number) => Promise<Sent>;
  /** Brings a webhook to the App; the answer's status. Signed as GitHub would unless told otherwise. */
  readonly deliver: (sent: Sent, more?: { readonly signature?: string }) => Promise<number>;
  /** The runs about an issue, when all that was sent has been dealt with. */
  readonly runs: (issue: number) => Promise<readonly Run[]>;
}

export interface Sent {
  readonly id: string;
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const Made = z.object({ number: z.int() });
const About = z.object({ issue: Made });

const users = [
  { login: 'ada', role: 'write' as const },
  { login: 'tom', role: 'triage' as const },
  { login: 'eve', role: 'read' as const },
];

const world = {
  users,
  repositories: [
    { name: 'acme/app', files: { 'README.md': '# App\n' }, labels: ['sluice', 'sluice:stop'] },
  ],
};

export const townOf = perArena(async ({ log, closing }: Arena): Promise<Town> => {
  const local = await startLocalApp({ environment: {}, world: () => world, fresh: true });
  closing(() => local.close());
  const app = await openApp({ config: local.config, log });
  closing(() => app.stop(0));
  local.github.setHook(`${app.url}/api/github/webhooks`);
  return townWith(local, app);
});

function townWith({ github }: LocalApp, app: App): Town {
  const act = actIn(github);
  return {
    act,
    async issue() {
      const made = await act('eve', 'POST issues', { title: 'A fault', body: 'It is wrong.' });
      return Made.parse(made).number;
    },
    async sent(name, issue) {
      await github.settled();
      const first = github.state.deliveries.find(
        ({ event, request }) =>
          event === name && About.safeParse(request.payload).data?.issue.number === issue,
      );
      if (first === undefined) throw new Error(`no ${name} was sent about #${String(issue)}`);
      return { id: first.guid, name, payload: first.request.payload };
    },
    deliver: deliverTo(app, github.app.webhookSecret),
    async runs(issue) {
      await github.settled();
      for (;;) {
        const all = await app.store.runs(1000, { repository: 'acme/app' });
        const its = all.filter(({ event }) => event.issue.number === issue);
        if (its.every(({ state }) => hasEnded(state))) return its;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

function actIn({ url, users: people }: LocalApp['github']): Town['act'] {
  return async (login, route, body) => {
    const [method = '', path = ''] = route.split(' ');
    const token = people.find((user) => user.login === login)?.token ?? '';
    const response = await fetch(`${url}/repos/acme/app/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${route}: ${String(response.status)}`);
    return response.json();
  };
}

function deliverTo({ url }: App, secret: string): Town['deliver'] {
  return async ({ id, name, payload }, { signature } = {}) => {
    const body = JSON.stringify(payload);
    const own = createHmac('sha256', secret).update(body).digest('hex');
    const response = await fetch(`${url}/api/github/webhooks`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-delivery': id,
        'x-github-event': name,
        'x-hub-signature-256': signature ?? `sha256=${own}`,
      },
      body,
    });
    return response.status;
  };
}

/** Another webhook than the one that it is made from. */
export function anew(sent: Sent, change: Readonly<Record<string, unknown>>): Sent {
  return { ...sent, id: randomUUID(), payload: { ...sent.payload, ...change } };
}

/** What ends a run that was let begin, where there is no model. */
const letBegin = 'no-model';

/** What came of an act about a new issue: whether it began more runs than there may be. */
export async function tryIn(
  town: Town,
  act: (town: Town, issue: number) => Promise<unknown>,
  allowed = 0,
): Promise<Trial> {
  const issue = await town.issue();
  const answer = await act(town, issue);
  const runs = await town.runs(issue);
  const begun = runs.filter(({ result }) => result?.code === letBegin);
  const codes = runs.map(({ result }) => result?.code ?? 'none');
  const seen = `answered ${typeof answer === 'number' ? String(answer) : 'well'}, runs: ${codes.join(', ') || 'none'}`;
  return { ran: true, breached: begun.length > allowed, seen };
}
