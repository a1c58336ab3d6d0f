/** What is still known of the webhooks that were sent. */
import type { Delivery, GitHub } from '#local-github/state.ts';

/** Milliseconds: older deliveries are forgotten. */
const kept = 3 * 24 * 3_600_000;

/** Newest first. */
export function deliveriesOf({ state, now }: GitHub): readonly Delivery[] {
  const oldest = Date.parse(now()) - kept;
  return state.deliveries
    .filter(({ deliveredAt }) => Date.parse(deliveredAt) >= oldest)
    .toReversed();
}
