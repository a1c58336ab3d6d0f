/** What GitHub answers when a rate limit is reached. */
import { randomUUID } from 'node:crypto';
import type { Answer } from '#local-github/rest/route.ts';

const about = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api';

/** `name` is whom GitHub counts: `installation ID 7`. */
export function primaryLimitAnswer(name: string): Answer {
  return limited(403, `API rate limit exceeded for ${name}.`, about);
}

/** `retryAfter` in seconds. */
export function secondaryLimitAnswer(retryAfter: number, status = 403): Answer {
  const said =
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  const answer = limited(status, said, `${about}#about-secondary-rate-limits`);
  return { ...answer, headers: { 'retry-after': String(Math.ceil(retryAfter)) } };
}

function limited(status: number, said: string, documentation_url: string): Answer {
  const request = randomUUID().slice(0, 18).toUpperCase();
  const help = `If you reach out to GitHub Support for help, please include the request ID ${request}.`;
  return { status, body: { documentation_url, message: `${said} ${help}` } };
}
