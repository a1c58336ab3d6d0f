/** Translates what GitHub's client throws into our errors; tells nothing that a token could be read from. */
import { z } from 'zod';
import { SluiceError, errors } from '#core/errors.ts';
import { redact } from '#core/redact.ts';

const Failure = z.object({
  message: z.string(),
  status: z.int(),
  /** Absent when no answer came. */
  response: z.object({ headers: z.record(z.string(), z.unknown()) }).optional(),
});

interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** What GitHub says when a branch, commit or pull request is not what it was a moment ago. */
const moved =
  /reference (already exists|does not exist|update failed)|not a fast.forward|no commit found|sha .*(not found|does not exist|could not be found)|object does not exist|head ?sha|is not a commit|no commits between|invalid.*head/i;

/** The status of a refusal, or undefined when it was something else. */
export function statusOf(thrown: unknown): number | undefined {
  const failure = Failure.safeParse(thrown);
  return failure.success && failure.data.response ? failure.data.status : undefined;
}

/** `doing` ends the sentence "GitHub would not ...". What is ours already is handed back as it is. */
export function forgeError(thrown: unknown, doing: string, now: Date): SluiceError {
  if (thrown instanceof SluiceError) return thrown;
  const failure = Failure.safeParse(thrown);
  if (!failure.success) {
    const message = redact(thrown instanceof Error ? thrown.message : String(thrown));
    return errors.forgeUnavailable(doing, message);
  }
  const { message, status, response } = failure.data;
  const reason = redact(message).slice(0, 500);
  if (!response) return errors.forgeUnavailable(doing, reason);
  return ofStatus({ status, reason, headers: response.headers }, doing, now);
}

function ofStatus(answer: Answer, doing: string, now: Date): SluiceError {
  const { status, reason, headers } = answer;
  // The client's own error holds the whole request; two facts are enough for GitHub's support.
  const cause = { status, request: headers['x-github-request-id'] };
  if (isLimited(answer)) return errors.forgeExhausted(doing, retryAt(headers, now), cause);
  if (status === 401 || status === 403)
    return errors.forgeRefused(doing, reason, { hint: remedy(answer), cause });
  if (status >= 500) return errors.forgeUnavailable(doing, `${String(status)} ${reason}`, cause);
  if ([404, 409, 410].includes(status) || (status === 422 && moved.test(reason)))
    return errors.forgeStale(doing, reason, cause);
  return errors.forgeRejected(doing, reason, cause);
}

/** GitHub tells a limit by 429 or by 403, and its secondary limits by words alone. */
function isLimited({ status, reason, headers }: Answer): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    headers['retry-after'] !== undefined ||
    headers['x-ratelimit-remaining'] === '0' ||
    /rate limit|abuse detection/i.test(reason)
  );
}

/** As GitHub asks: `retry-after`, else the reset of the primary limit, else a minute. */
function retryAt(headers: Answer['headers'], now: Date): Date {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  if (seconds >= 0) return new Date(now.getTime() + seconds * 1000);
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  const used = headers['x-ratelimit-remaining'] === '0';
  if (used && reset * 1000 > now.getTime()) return new Date(reset * 1000);
  return new Date(now.getTime() + 60_000);
}

function remedy({ status, headers }: Answer): string {
  if (status === 401)
    return "Check the App's id and private key, that it is still installed, and this machine's clock.";
  const needed = headers['x-accepted-github-permissions'];
  return typeof needed === 'string'
    ? `The App needs "${needed}": an owner has to accept it on the installation's page.`
    : "An owner of the repository has to look at the App's installation and the repository's rules.";
}
