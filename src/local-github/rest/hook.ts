/** REST: the App's webhook, and the log of what was sent to it. */
import { optionalOneOf, optionalText } from '#local-github/body.ts';
import { deliveriesOf } from '#local-github/hooks/log.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import { deliveryItemShape, deliveryShape } from '#local-github/shapes/deliveries.ts';
import { apiRoot } from '#local-github/shapes/links.ts';
import type { Delivery } from '#local-github/state.ts';
import { demandApp } from './app.ts';
import { idOf, ok } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

function showHook(exchange: Exchange): Answer {
  demandApp(exchange);
  const { hook } = exchange.github.state.app;
  return ok({
    content_type: hook.contentType,
    insecure_ssl: '0',
    ...(hook.secret === '' ? {} : { secret: '********' }),
    ...(hook.url === null ? {} : { url: hook.url }),
  });
}

function changeHook(exchange: Exchange): Answer {
  demandApp(exchange);
  const { body, github } = exchange;
  const { hook } = github.state.app;
  hook.url = optionalText(body, 'url') ?? hook.url;
  hook.secret = optionalText(body, 'secret') ?? hook.secret;
  hook.contentType = optionalOneOf(body, 'content_type', ['json', 'form']) ?? hook.contentType;
  return showHook(exchange);
}

const outcomes: Readonly<Record<string, readonly [from: number, to: number]>> = {
  success: [200, 399],
  failure: [400, 599],
};

/** Paged by `cursor`: what follows the last one seen. */
function listDeliveries(exchange: Exchange): Answer {
  demandApp(exchange);
  const { github, query } = exchange;
  const [from, to] = outcomes[query.get('status') ?? ''] ?? [0, 599];
  const size = Math.min(100, Math.max(1, Number(query.get('per_page')) || 30));
  const older = deliveriesOf(github)
    .filter(({ statusCode }) => statusCode >= from && statusCode <= to)
    .filter(({ id }) => id < startOf(query));
  const items = older.slice(0, size);
  if (older.length <= size) return ok(items.map(deliveryItemShape));
  const next = new URL(`${apiRoot(github)}/app/hook/deliveries?${query.toString()}`);
  next.searchParams.set('per_page', String(size));
  next.searchParams.set('cursor', `v1_${items.at(-1)?.id ?? 0}`);
  const headers = { link: `<${next.href}>; rel="next"` };
  return { status: 200, body: items.map(deliveryItemShape), headers };
}

/** Throws 422 on a cursor that was made up. */
function startOf(query: URLSearchParams): number {
  const cursor = query.get('cursor');
  if (cursor === null) return Infinity;
  if (!/^v1_\d+$/.test(cursor)) throw new Refusal(422, 'Invalid cursor');
  return Number(cursor.slice('v1_'.length));
}

function deliveryOf(exchange: Exchange): Delivery {
  demandApp(exchange);
  const id = idOf(exchange, 'delivery');
  const found = deliveriesOf(exchange.github).find((each) => each.id === id);
  if (!found) throw notFound();
  return found;
}

function redeliver(exchange: Exchange): Answer {
  exchange.redeliver(deliveryOf(exchange));
  return { status: 202, body: {} };
}

export const hookRoutes: readonly Route[] = [
  { method: 'GET', path: '/app/hook/config', run: showHook },
  { method: 'PATCH', path: '/app/hook/config', run: changeHook },
  { method: 'GET', path: '/app/hook/deliveries', run: listDeliveries },
  {
    method: 'GET',
    path: '/app/hook/deliveries/:delivery',
    run: (exchange) => ok(deliveryShape(deliveryOf(exchange))),
  },
  { method: 'POST', path: '/app/hook/deliveries/:delivery/attempts', run: redeliver },
];
