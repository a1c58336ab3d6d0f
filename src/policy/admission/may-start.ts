/** May this person start a run here? Decided from what the forge says at this moment, never from the event alone. */

export interface StartFacts {
  readonly actor: { readonly login: string; readonly kind: 'person' | 'bot' };
  /** Asked live, at the moment of the run. */
  readonly permission: 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';
  readonly issueState: 'open' | 'closed';
  /** Whether it was asked under a pull request. */
  readonly onPull: boolean;
  /** The label that was added, or null when a comment asked. */
  readonly label: string | null;
  /** The label that starts runs in this repository. */
  readonly triggerLabel: string;
}

export type StartDecision =
  | { readonly start: true }
  | {
      readonly start: false;
      readonly code: 'not-our-label' | 'bot' | 'permission' | 'closed' | 'on-pull';
      /** For people. */
      readonly reason: string;
      /** Whether people are told, or nobody asked us. */
      readonly silent: boolean;
    };

/** Who may ask for changes of the code, and take that back. */
export const mayWrite: readonly StartFacts['permission'][] = ['write', 'maintain', 'admin'];

export function mayStart(facts: StartFacts): StartDecision {
  const { actor, label, triggerLabel, permission } = facts;
  if (label !== null && label !== triggerLabel) {
    return no('not-our-label', `The label \`${label}\` starts nothing here.`, true);
  }
  if (actor.kind === 'bot') return no('bot', 'Only people start runs.', true);
  if (facts.onPull) {
    return no(
      'on-pull',
      'A run starts from an issue, not from a pull request.',
      !mayWrite.includes(permission),
    );
  }
  if (!mayWrite.includes(permission)) {
    const has = permission === 'none' ? 'no permission' : `only ${permission} permission`;
    // Someone who labels could be told; a stranger's comment must not make us speak.
    const stranger = permission === 'none' || permission === 'read';
    return no(
      'permission',
      `@${actor.login} has ${has} in this repository; write permission is needed.`,
      stranger,
    );
  }
  if (facts.issueState === 'closed')
    return no('closed', 'The issue is closed; open it again first.', false);
  return { start: true };
}

type Refusal = Extract<StartDecision, { start: false }>;

function no(code: Refusal['code'], reason: string, silent: boolean): StartDecision {
  return { start: false, code, reason, silent };
}
