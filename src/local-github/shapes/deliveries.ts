/** Webhook deliveries as GitHub shows them: in the list, and one with its request and answer. */
import type { Delivery } from '#local-github/state.ts';

export function deliveryItemShape(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.duration,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installation,
    repository_id: delivery.repository,
    throttled_at: null,
  };
}

export function deliveryShape(delivery: Delivery) {
  return {
    ...deliveryItemShape(delivery),
    url: delivery.url,
    request: delivery.request,
    response: delivery.response ?? { headers: null, payload: null },
  };
}
