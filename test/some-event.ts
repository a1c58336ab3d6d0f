/** An event as a forge would tell it, with characters that databases do not like. */
import type { Event } from '#core/event.ts';

export const someEvent: Event = {
  kind: 'labelled',
  delivery: 'd-1',
  repository: {
    id: 1,
    owner: 'ada',
    name: 'engine',
    defaultBranch: 'main',
    private: false,
    installation: 7,
  },
  actor: { id: 2, login: 'ada', kind: 'person' },
  issue: {
    number: 3,
    title: 'It rounds',
    body: 'NUL \0 and half \ud800 characters',
    author: { id: 2, login: 'ada', kind: 'person' },
    labels: ['sluice'],
    state: 'open',
    url: 'http://localhost/ada/engine/issues/3',
  },
  label: 'sluice',
};
