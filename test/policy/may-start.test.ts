/** Who may start a run: people with write permission, from an open issue, with the right label or by command. */
import { expect, test } from 'vitest';
import { mayStart, type StartFacts } from '#policy/admission/may-start.ts';

const writer: StartFacts = {
  actor: { login: 'ada', kind: 'person' },
  permission: 'write',
  issueState: 'open',
  onPull: false,
  label: 'sluice',
  triggerLabel: 'sluice',
};

test.each([
  ['a writer who labels', {}],
  ['a maintainer who comments', { permission: 'maintain', label: null }],
  ['an administrator', { permission: 'admin' }],
] as const)('%s starts a run', (_, departing) => {
  expect(mayStart({ ...writer, ...departing })).toEqual({ start: true, automatic: false });
});

test('a bot that the operator listed starts one of the few automatic rounds', () => {
  const actor = { login: 'renovate[bot]', kind: 'bot', bot: 'listed' } as const;
  expect(mayStart({ ...writer, actor, permission: 'none' })).toEqual({
    start: true,
    automatic: true,
  });
});

test.each([
  ['another label', { label: 'bug' }, 'not-our-label', true, /`bug` starts nothing/],
  ['a bot', { actor: { login: 'x[bot]', kind: 'bot' } }, 'bot', true, /Only people/],
  ['an archived repository', { repository: 'archived' }, 'archived', true, /is archived/],
  [
    'somebody who may only triage',
    { permission: 'triage' },
    'permission',
    false,
    /@ada has only triage permission.*write permission is needed/,
  ],
  ['a reader', { permission: 'read', label: null }, 'permission', true, /only read permission/],
  ['a stranger', { permission: 'none', label: null }, 'permission', true, /no permission/],
  ['a closed issue', { issueState: 'closed' }, 'closed', false, /open it again/],
  [
    'a comment under a pull request',
    { onPull: true, label: null },
    'on-pull',
    false,
    /from an issue/,
  ],
  [
    "a stranger's comment under a pull request",
    { onPull: true, label: null, permission: 'read' },
    'on-pull',
    true,
    /from an issue/,
  ],
] as const)('%s starts none', (_, departing, code, silent, reason) => {
  const decided = mayStart({ ...writer, ...departing });
  expect(decided).toMatchObject({ start: false, code, silent });
  expect('reason' in decided && decided.reason).toMatch(reason);
});
