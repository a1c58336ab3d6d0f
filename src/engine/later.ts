/** Later: when a run that its flow set aside is taken up again, so that one which asks for the past does not spin. */
import type { Lane } from '#ports/queue.ts';
import type { Later } from './flow.ts';

/** Changes of lane that are at once: more than any flow needs. */
const quickChanges = 10;
const shortestPause = 1000;
const longestPause = 60_000;

/** `attempts` counts how often the run was taken up; what asks again and again waits longer each time, up to a minute. */
export function takenUpAt(
  { later, lane }: Later,
  { lane: from, attempts, now }: { readonly lane: Lane; readonly attempts: number; now: Date },
): Date {
  const isQuick = lane !== from && attempts <= quickChanges;
  const pause = isQuick ? 0 : Math.min(attempts * shortestPause, longestPause);
  const wanted = later.getTime();
  const earliest = now.getTime() + pause;
  // A time that is none is no reason to wait longer.
  return new Date(Number.isNaN(wanted) ? earliest : Math.max(wanted, earliest));
}
