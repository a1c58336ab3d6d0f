/** Faults: GitHub did what was asked, and its answer is lost or broken. The caller cannot know that it was done. */
import { errorAnswer } from '#local-github/door/send.ts';
import type { RequestKind } from './fault.ts';

export const spoiled: readonly RequestKind[] = [
  {
    name: 'server-error-after',
    about: 'It was done, but 502 (or status) is answered.',
    of: 'request',
    takes: ['status'],
    strike: ({ status = 502 }) => ({ after: errorAnswer(status, 'Server Error') }),
  },
  {
    name: 'cut-after',
    about: 'It was done, but the connection breaks before the answer.',
    of: 'request',
    takes: [],
    strike: () => ({ after: 'cut' }),
  },
  {
    name: 'stall-after',
    about: 'It was done, but no answer ever comes.',
    of: 'request',
    takes: [],
    strike: () => ({ after: 'stall' }),
  },
  {
    name: 'half',
    about: 'It was done, but the connection breaks in the middle of the answer.',
    of: 'request',
    takes: [],
    strike: () => ({ after: 'half' }),
  },
  {
    name: 'half-stall',
    about: 'It was done, but the answer stops in its middle and never goes on.',
    of: 'request',
    takes: [],
    strike: () => ({ after: 'half-stall' }),
  },
  {
    name: 'malformed',
    about: 'It was done, but the answer is no JSON: it ends too early.',
    of: 'request',
    takes: [],
    strike: () => ({ after: 'malformed' }),
  },
];
