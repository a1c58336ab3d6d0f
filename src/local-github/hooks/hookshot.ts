/** Sends signed webhooks to the App and keeps the log of deliveries. Never tries again by itself, as GitHub does not. */
import { createHmac, randomUUID } from 'node:crypto';
import { accountShape } from '#local-github/shapes/accounts.ts';
import { fullName, nodeId } from '#local-github/shapes/links.ts';
import { repositoryShape } from '#local-github/shapes/repositories.ts';
import type { Site } from '#local-github/pages/view.ts';
import type { App, Delivery, GitHub, Hook, Installation } from '#local-github/state.ts';
import { createHolding, inTurn, late } from './holding.ts';

/** Milliseconds in which the App has to answer. */
const patience = 10_000;

/** Sent to every App, whether it subscribes or not. */
const unasked = ['installation', 'installation_repositories', 'ping'];

/** Sent to every App that may write checks: https://docs.github.com/en/webhooks/webhook-events-and-payloads#check_run */
const asksForChecks = [
  ...['check_suite.requested', 'check_suite.rerequested'],
  ...['check_run.rerequested', 'check_run.requested_action'],
];

function hears({ events }: App, { event, action }: Hook, installation: Installation): boolean {
  const forChecks = installation.permissions.checks === 'write';
  return events.includes(event) || (forChecks && asksForChecks.includes(`${event}.${action}`));
}

export interface Hookshot {
  readonly emit: (hook: Hook) => void;
  /** Sends the same body under the same guid once more. */
  readonly redeliver: (delivery: Delivery) => void;
  /** When nothing is under way any more. */
  readonly settled: () => Promise<void>;
  /** Gives up what is under way. */
  stop(): Promise<void>;
}

export interface HookshotOptions {
  /** Asked when it is needed: the two know each other. */
  readonly github: () => Pick<Site, keyof GitHub | 'faults'>;
  /** Hears of each webhook as it is sent for the first time. */
  readonly told: (webhook: {
    event: string;
    action?: string | undefined;
    payload: unknown;
  }) => void;
}

export function createHookshot({ github, told }: HookshotOptions): Hookshot {
  const underWay = new Set<Promise<void>>();
  const stopped = new AbortController();
  const track = (sending: Promise<void>): void => {
    underWay.add(sending);
    void sending.finally(() => underWay.delete(sending));
  };
  const send = async (delivery: Delivery): Promise<void> => {
    const { state, changes } = github();
    state.deliveries.push(delivery);
    await shoot(state.app, delivery, stopped.signal);
    changes.emit('changed', 'deliveries');
  };
  const held = createHolding((deliveries) => track(inTurn(deliveries, send)));
  const settled = async (): Promise<void> => {
    held.release();
    while (underWay.size > 0) await Promise.all(underWay);
  };
  return {
    emit(hook) {
      const delivery = prepare(github(), hook);
      if (!delivery) return;
      const payload: unknown = JSON.parse(JSON.stringify(delivery.request.payload));
      told({ event: hook.event, action: hook.action ?? undefined, payload });
      const bend = github().faults.bend(hook.event, hook.action);
      if (bend.gone === 'lost') return;
      if (bend.gone === 'failed') {
        github().state.deliveries.push({ ...delivery, ...undelivered });
        return;
      }
      const copies = Array.from({ length: bend.copies ?? 1 }, (_, at) =>
        at === 0 ? delivery : { ...delivery, id: github().state.nextId() },
      );
      if (bend.shuffle) held.hold(copies, bend.shuffle);
      else
        for (const copy of copies) track(late(bend.delay ?? 0, stopped.signal, () => send(copy)));
    },
    redeliver(delivery) {
      const { state, now } = github();
      const again = { id: state.nextId(), deliveredAt: now(), redelivery: true };
      track(send({ ...delivery, ...again, ...underWayNow }));
    },
    settled,
    async stop() {
      stopped.abort();
      await settled();
    },
  };
}

const underWayNow = { status: '', statusCode: 0, duration: 0, response: null };
const undelivered = { status: 'failed to connect to host', statusCode: 502, duration: 0 };

/** The installation that holds the repository, if the App may hear of it. */
function listener({ state }: GitHub, { repository, installation }: Hook): Installation | undefined {
  if (!repository) return installation;
  return state.installations.find(
    ({ account, repositories, suspendedAt }) =>
      account.id === repository.owner.id &&
      suspendedAt === null &&
      (repositories === 'all' || repositories.has(repository.id)),
  );
}

function prepare(github: GitHub, hook: Hook): Delivery | undefined {
  const { app } = github.state;
  const { event, action, repository } = hook;
  const installation = listener(github, hook);
  if (app.hook.url === null) return undefined;
  if (!unasked.includes(event) && !(installation && hears(app, hook, installation)))
    return undefined;
  const payload = body(github, hook, installation);
  const guid = randomUUID();
  return {
    id: github.state.nextId(),
    guid,
    event,
    action,
    deliveredAt: github.now(),
    redelivery: false,
    url: app.hook.url,
    installation: installation?.id ?? null,
    repository: repository?.id ?? null,
    request: { headers: headers(app, { event, guid, text: encode(app, payload) }), payload },
    status: '',
    statusCode: 0,
    duration: 0,
    response: null,
  };
}

function body(github: GitHub, hook: Hook, installation: Installation | undefined) {
  const { event, action, repository, sender, payload } = hook;
  const owner = repository?.owner;
  const small = installation && {
    id: installation.id,
    node_id: nodeId('MDIzOk', installation.id),
  };
  return {
    ...(action === null ? {} : { action }),
    ...(repository ? { repository: repositoryShape(github, repository) } : {}),
    ...(owner?.type === 'Organization' ? { organization: organization(github, hook) } : {}),
    ...(event === 'ping' ? {} : { sender: accountShape(github, sender) }),
    ...(small && event !== 'ping' ? { installation: small } : {}),
    ...payload,
  };
}

function organization(github: GitHub, { repository }: Hook) {
  if (!repository) return undefined;
  const { login, id, node_id, avatar_url } = accountShape(github, repository.owner);
  const url = `${github.url}/api/v3/orgs/${login}`;
  return {
    login,
    id,
    node_id,
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url,
    description: fullName(repository),
  };
}

function encode({ hook }: App, payload: object): string {
  const text = JSON.stringify(payload);
  return hook.contentType === 'json' ? text : new URLSearchParams({ payload: text }).toString();
}

function headers(
  { id, hook }: App,
  { event, guid, text }: { readonly event: string; readonly guid: string; readonly text: string },
): Record<string, string> {
  const sign = (algorithm: string): string =>
    `${algorithm}=${createHmac(algorithm, hook.secret).update(text).digest('hex')}`;
  return {
    Accept: '*/*',
    'Content-Type':
      hook.contentType === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
    'User-Agent': 'GitHub-Hookshot/10ca1d0',
    'X-GitHub-Delivery': guid,
    'X-GitHub-Event': event,
    'X-GitHub-Hook-ID': String(hook.id),
    'X-GitHub-Hook-Installation-Target-ID': String(id),
    'X-GitHub-Hook-Installation-Target-Type': 'integration',
    'X-Hub-Signature': sign('sha1'),
    'X-Hub-Signature-256': sign('sha256'),
  };
}

async function shoot(app: App, delivery: Delivery, stopped: AbortSignal): Promise<void> {
  const started = performance.now();
  try {
    const answer = await fetch(delivery.url, {
      method: 'POST',
      headers: delivery.request.headers,
      body: encode(app, delivery.request.payload),
      redirect: 'manual',
      signal: AbortSignal.any([stopped, AbortSignal.timeout(patience)]),
    });
    delivery.statusCode = answer.status;
    delivery.status = answer.ok ? 'OK' : `Invalid HTTP Response: ${answer.status}`;
    const payload = (await answer.text()).slice(0, 10_000);
    delivery.response = { headers: Object.fromEntries(answer.headers), payload };
  } catch (thrown) {
    const late = thrown instanceof Error && thrown.name === 'TimeoutError';
    delivery.status = late ? 'timed out' : 'failed to connect to host';
    delivery.statusCode = late ? 504 : 502;
  }
  delivery.duration = Math.round(performance.now() - started) / 1000;
}
