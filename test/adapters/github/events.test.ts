/** Webhook payloads become events: tried on every sample that GitHub's own collection holds. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { readEvent } from '#adapters/github/events.ts';
import { Event } from '#core/event.ts';

interface Sample {
  readonly action?: string;
  readonly installation?: { readonly id: number };
}

const file = createRequire(import.meta.url).resolve('@octokit/webhooks-examples');
const samples = JSON.parse(readFileSync(file, 'utf8')) as readonly {
  readonly name: string;
  readonly examples: readonly Sample[];
}[];

const all = samples.flatMap(({ name, examples }) =>
  examples.map((payload, at) => ({
    id: `delivery-${name}-${String(at)}`,
    name,
    payload,
  })),
);
/** As an App receives them: many samples come from hooks that were set up by hand. */
const installed = all.map((each) => ({
  ...each,
  payload: { ...each.payload, installation: { id: 99 } },
}));
const acted = [
  'issues.labeled',
  'issues.unlabeled',
  'issues.deleted',
  'issues.transferred',
  'issue_comment.created',
  'check_run.requested_action',
  'check_run.rerequested',
  'check_suite.rerequested',
  'pull_request.opened',
  'pull_request.ready_for_review',
  'pull_request.reopened',
  'pull_request.synchronize',
  'pull_request.closed',
  'pull_request.labeled',
  'pull_request.unlabeled',
];
const kindOf = ({ name, payload }: (typeof all)[number]) => `${name}.${payload.action ?? ''}`;

describe('the sample payloads', () => {
  test('are all there', () => {
    expect(all.length).toBeGreaterThan(300);
  });

  test('are accepted one and all, and only those that we act on become events', () => {
    const read = installed.map((each) => [kindOf(each), readEvent(each).state] as const);
    const became = (state: string) =>
      read.filter((each) => each[1] === state).map(([kind]) => kind);
    expect(became('invalid')).toEqual([]);
    expect(new Set(became('event'))).toEqual(new Set(acted));
    expect(became('event')).toHaveLength(
      installed.filter((each) => acted.includes(kindOf(each))).length,
    );
  });

  test('without an installation nothing becomes an event', () => {
    const bare = all.map((each) => ({
      ...each,
      payload: { ...each.payload, installation: undefined },
    }));
    expect(bare.filter((each) => readEvent(each).state !== 'ignored')).toEqual([]);
  });

  test('give events that can be kept and read again', () => {
    const events = installed
      .map(readEvent)
      .flatMap((each) => (each.state === 'event' ? [each.event] : []));
    expect(events.map((event) => Event.parse(JSON.parse(JSON.stringify(event))))).toEqual(events);
  });
});

const repository = {
  id: 5,
  name: 'shop',
  full_name: 'ann/shop',
  owner: { id: 1, login: 'ann', type: 'User' },
  default_branch: 'main',
  private: true,
};
const ann = { id: 1, login: 'ann', type: 'User' };
const issue = {
  number: 3,
  title: 'Totals are wrong',
  body: null,
  user: null,
  labels: [{ id: 1, name: 'sluice' }],
  state: 'open',
  html_url: 'https://github.com/ann/shop/issues/3',
};
const envelope = { repository, sender: ann, installation: { id: 9 }, issue };
const delivery = (name: string, payload: unknown) => ({ id: 'd1', name, payload });

test('a label becomes an event in our words; an issue of a deleted account is the ghost’s', () => {
  const payload = { ...envelope, action: 'labeled', label: { id: 1, name: 'sluice' } };
  expect(readEvent(delivery('issues', payload))).toEqual({
    state: 'event',
    event: {
      kind: 'labelled',
      delivery: 'd1',
      repository: {
        id: 5,
        owner: 'ann',
        name: 'shop',
        defaultBranch: 'main',
        private: true,
        installation: 9,
      },
      actor: { id: 1, login: 'ann', kind: 'person' },
      issue: {
        number: 3,
        title: 'Totals are wrong',
        body: '',
        author: { id: 0, login: 'ghost', kind: 'person' },
        labels: ['sluice'],
        state: 'open',
        url: 'https://github.com/ann/shop/issues/3',
      },
      label: 'sluice',
    },
  });
});

test('a comment tells whether it stands under a pull request, and a bot is known as one', () => {
  const payload = {
    ...envelope,
    action: 'created',
    sender: { id: 2, login: 'helper[bot]', type: 'Bot' },
    issue: { ...issue, pull_request: { url: 'https://api.github.com/x' } },
    comment: { id: 8, body: '/sluice generate' },
  };
  expect(readEvent(delivery('issue_comment', payload))).toMatchObject({
    event: {
      kind: 'commented',
      onPull: true,
      actor: { kind: 'bot' },
      comment: { id: 8, body: '/sluice generate' },
    },
  });
});

test.each(['edited', 'deleted'])('a comment that is %s never becomes an event', (action) => {
  const payload = { ...envelope, action, comment: { id: 8, body: '/sluice generate' } };
  expect(readEvent(delivery('issue_comment', payload))).toEqual({ state: 'ignored' });
});

test('a known event in an unknown shape is told, not thrown', () => {
  const payload = { ...envelope, action: 'labeled', issue: { ...issue, number: 'three' } };
  const reading = readEvent(delivery('issues', payload));
  expect(reading.state).toBe('invalid');
  expect(reading).toHaveProperty('problem', expect.stringContaining('number'));
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['a list', []],
  ['a text', 'issues'],
  ['a number', 4],
  ['an action that is no text', { action: { toString: 'labeled' } }],
  ['the name of what every object has', { action: 'constructor', installation: { id: 1 } }],
])('%s as a payload is ignored', (_, payload) => {
  expect(readEvent(delivery('issues', payload))).toEqual({ state: 'ignored' });
});

test('a payload cannot reach what every object shares', () => {
  const payload: unknown = JSON.parse('{"__proto__":{"action":"labeled","polluted":true}}');
  expect(readEvent(delivery('issues', payload))).toEqual({ state: 'ignored' });
  expect({}).not.toHaveProperty('polluted');
});

test.each([
  ['a new title', 'issues', { action: 'edited', changes: { title: { from: 'x' } } }, 'edited'],
  ['a new text', 'issues', { action: 'edited', changes: { body: { from: 'x' } } }, 'edited'],
  ['a new type', 'issues', { action: 'edited', changes: { type: {} } }, undefined],
  ['an issue closed', 'issues', { action: 'closed' }, 'closed'],
  [
    'a label taken away',
    'issues',
    { action: 'unlabeled', label: { name: 'sluice' } },
    'unlabelled',
  ],
])('%s becomes an event of its kind, with its time', (_, name, change, kind) => {
  const envelope = { repository, sender: ann, installation: { id: 99 } };
  const about = { ...issue, state: 'open', html_url: 'u', updated_at: '2026-11-21T10:00:00Z' };
  const read = readEvent({ id: 'd', name, payload: { ...envelope, issue: about, ...change } });
  const event = read.state === 'event' ? read.event : undefined;
  expect(event?.kind).toBe(kind);
  expect(event?.at).toBe(kind && '2026-11-21T10:00:00.000Z');
});

const pull = {
  ...issue,
  head: { ref: 'pay', sha: 'a'.repeat(40), repo: { id: 5 } },
  base: { ref: 'main', sha: 'b'.repeat(40), repo: { id: 5 } },
  draft: true,
};
const ofPull = { repository, sender: ann, installation: { id: 9 } };

test.each([
  ['from the repository itself', pull, false],
  ['from a fork', { ...pull, head: { ...pull.head, repo: { id: 6 } } }, true],
  ['from a fork that is gone', { ...pull, head: { ...pull.head, repo: null } }, true],
])('a push to a pull request %s tells head, base and whose they are', (_, pull_request, fork) => {
  const payload = { ...ofPull, action: 'synchronize', pull_request };
  expect(readEvent(delivery('pull_request', payload))).toMatchObject({
    event: {
      kind: 'pushed',
      issue: { number: 3 },
      head: { branch: 'pay', commit: 'a'.repeat(40) },
      base: { branch: 'main', commit: 'b'.repeat(40) },
      fork,
      draft: true,
    },
  });
});

test.each([
  ['another base', { base: { ref: { from: 'main' } } }, 'event'],
  ['another title', { title: { from: 'Pay' } }, 'ignored'],
])('a pull request that gets %s', (_, changes, state) => {
  const payload = { ...ofPull, action: 'edited', changes, pull_request: pull };
  expect(readEvent(delivery('pull_request', payload)).state).toBe(state);
});

test.each([
  ['ours, which says it', `sluice:sluice / eslint:${'a'.repeat(40)}:#12:x:y`, [], 12],
  ["somebody else's id", 'anything:#12', [{ number: 4 }], 4],
  ['of a fork, with no id of ours', '', [], 0],
])('the pull request of a check run: %s', (_, external_id, pull_requests, number) => {
  const check_run = {
    name: 'sluice / eslint',
    head_sha: 'a'.repeat(40),
    external_id,
    pull_requests,
  };
  const requested_action = { identifier: 'fix' };
  const payload = { ...ofPull, action: 'requested_action', check_run, requested_action };
  expect(readEvent(delivery('check_run', payload))).toMatchObject({
    event: {
      kind: 'pressed',
      issue: { number },
      commit: 'a'.repeat(40),
      check: 'sluice / eslint',
      button: 'fix',
    },
  });
});
