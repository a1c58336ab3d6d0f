/** Faults: GitHub refuses because of its limits, or is in trouble before it did anything. */
import { installationName } from '#local-github/limits/counted.ts';
import { secondaryLimitAnswer } from '#local-github/limits/refused.ts';
import { errorAnswer } from '#local-github/door/send.ts';
import type { RequestKind } from './fault.ts';

export const refusals: readonly RequestKind[] = [
  {
    name: 'secondary-limit',
    about: 'A secondary rate limit: 403 (or status=429) with retry-after of seconds (60).',
    of: 'request',
    takes: ['seconds', 'status'],
    strike: ({ seconds = 60, status = 403 }) => ({
      before: secondaryLimitAnswer(seconds, status),
    }),
  },
  {
    name: 'primary-limit',
    about:
      "The hourly limit of the caller's installation is used up: every request is refused until it resets in seconds (3600).",
    of: 'request',
    takes: ['seconds'],
    strike: ({ seconds = 3600 }, { github, token }) => {
      const name = token ? installationName(token.installation) : `app ID ${github.state.app.id}`;
      github.meter.exhaust(name, seconds);
      return {};
    },
  },
  {
    name: 'server-error',
    about: 'GitHub is in trouble: 502 (or status), and nothing was done.',
    of: 'request',
    takes: ['status'],
    strike: ({ status = 502 }) => ({ before: errorAnswer(status, 'Server Error') }),
  },
  {
    name: 'cut',
    about: 'The connection breaks before anything was done.',
    of: 'request',
    takes: [],
    strike: () => ({ before: 'cut' }),
  },
  {
    name: 'stall',
    about: 'No answer ever comes, and nothing was done.',
    of: 'request',
    takes: [],
    strike: () => ({ before: 'stall' }),
  },
  {
    name: 'slow',
    about: 'The answer takes seconds (1) longer.',
    of: 'request',
    takes: ['seconds'],
    strike: ({ seconds = 1 }) => ({ wait: seconds * 1000 }),
  },
];
