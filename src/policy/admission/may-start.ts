/** May this start a generate run here? The table decides; this says why, in words for people. */
import type { Actor } from '#core/event.ts';
import { isIgnored, whoIs, type Permission } from './who.ts';
import { whoMay, type Answer, type RepositoryState } from './who-may.ts';

export interface StartFacts {
  readonly actor: Pick<Actor, 'login' | 'kind' | 'bot'>;
  /** Asked live, at the moment of the run. */
  readonly permission: Permission;
  readonly issueState: 'open' | 'closed';
  /** Whether it was asked under a pull request. */
  readonly onPull: boolean;
  /** The label that was added, or null when a comment asked. */
  readonly label: string | null;
  /** The label that starts runs in this repository. */
  readonly triggerLabel: string;
  readonly repository?: RepositoryState;
}

export type StartDecision =
  | {
      readonly start: true;
      /** Nobody waits for it: one of the few rounds that follow each other without a person. */
      readonly automatic: boolean;
    }
  | {
      readonly start: false;
      readonly code: 'not-our-label' | 'bot' | 'permission' | 'closed' | 'on-pull' | 'archived';
      /** For people. */
      readonly reason: string;
      /** Whether people are told, or nobody asked us. */
      readonly silent: boolean;
    };

export function mayStart(facts: StartFacts): StartDecision {
  const { actor, label, triggerLabel, permission, repository = 'open' } = facts;
  if (label !== null && label !== triggerLabel) {
    return no('not-our-label', `The label \`${label}\` starts nothing here.`, true);
  }
  if (isIgnored(actor)) return no('bot', 'Only people start runs.', true);
  if (repository === 'archived') return no('archived', 'The repository is archived.', true);
  const trigger = label === null ? 'command' : 'label';
  const answer = whoMay(whoIs({ actor, permission }), trigger, repository);
  const isHeard = answer === 'yes' || answer === 'auto';
  return isHeard ? heard(facts, answer === 'auto') : unheard(facts, answer);
}

function heard({ onPull, issueState }: StartFacts, automatic: boolean): StartDecision {
  if (onPull) return no('on-pull', fromIssues, false);
  if (issueState === 'closed')
    return no('closed', 'The issue is closed; open it again first.', false);
  return { start: true, automatic };
}

const fromIssues = 'A run starts from an issue, not from a pull request.';

function unheard(facts: StartFacts, answer: Answer): StartDecision {
  return facts.onPull
    ? no('on-pull', fromIssues, true)
    : no('permission', lacking(facts), answer !== 'tell');
}

function lacking({ actor, permission }: StartFacts): string {
  const has = permission === 'none' ? 'no permission' : `only ${permission} permission`;
  return `@${actor.login} has ${has} in this repository; write permission is needed.`;
}

type Refusal = Extract<StartDecision, { start: false }>;

function no(code: Refusal['code'], reason: string, silent: boolean): StartDecision {
  return { start: false, code, reason, silent };
}
