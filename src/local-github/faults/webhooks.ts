/** Faults: webhooks that arrive twice, late, in another order or not at all. GitHub promises none of it. */
import type { WebhookKind } from './fault.ts';

export const webhookFaults: readonly WebhookKind[] = [
  {
    name: 'duplicate',
    about: 'A webhook arrives twice with one GUID.',
    of: 'webhook',
    takes: [],
    bend: () => ({ copies: 2 }),
  },
  {
    name: 'drop',
    about: 'A webhook does not arrive; the log of deliveries says so, and it can be sent again.',
    of: 'webhook',
    takes: [],
    bend: () => ({ gone: 'failed' }),
  },
  {
    name: 'lose',
    about: 'A webhook is never sent and stands in no log.',
    of: 'webhook',
    takes: [],
    bend: () => ({ gone: 'lost' }),
  },
  {
    name: 'delay',
    about: 'A webhook is sent seconds (5) late.',
    of: 'webhook',
    takes: ['seconds'],
    bend: ({ seconds = 5 }) => ({ delay: seconds * 1000 }),
  },
  {
    name: 'shuffle',
    about: 'Webhooks within seconds (1) are sent in another order, the same one for the same seed.',
    of: 'webhook',
    takes: ['seconds', 'seed'],
    bend: ({ seconds = 1, seed = 1 }) => ({ shuffle: { seed, within: seconds * 1000 } }),
  },
];
