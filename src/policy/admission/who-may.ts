/** Who may start what: the one table that every flow asks, for each actor, trigger and state of the repository. */

/** What somebody is here and now. Permissions are asked live; none of this is read from a webhook's word alone. */
export const whos = [
  /** Holds the server: speaks on the command line and by files, never through the forge. */
  'operator',
  'admin',
  'maintain',
  'write',
  'triage',
  'read',
  /** Wrote the issue or pull request and may not write. */
  'author',
  /** No part of the repository: in a public one, anybody. */
  'none',
  /** An account that is deleted by now. */
  'gone',
  /** The forge does not say what they may do. */
  'unknown',
  /** A bot that the operator listed. */
  'listed-bot',
  'bot',
  'ourselves',
] as const;
export type Who = (typeof whos)[number];

export const triggers = [
  /** Our label is added to an issue. */
  'label',
  /** A new comment under an issue asks. */
  'command',
  /** A comment that was there before is edited into a command. */
  'edited-comment',
  /** The text of an issue under work is edited. */
  'edited-text',
  /** Our label is removed. */
  'label-removed',
  /** A pull request from a branch of the repository is opened or pushed to. */
  'pull',
  /** The same from a fork. */
  'fork-pull',
  /** The same two, for checks: they write no commit and call no model, so that bots and we ourselves are no danger. */
  'check',
  'fork-check',
  /** `/sluice run SHA`: runs code of a fork, at exactly that commit. */
  'run-commit',
  /** What waits for a person is approved: a dependency, a protected file. */
  'approve',
  /** A check, or a run that failed, is asked for again. */
  'rerun',
  /** A button of ours on a check is pressed. */
  'button',
  /** A drafted release is to be published. */
  'publish',
  /** Work is stopped, or may go on again. */
  'stop',
] as const;
export type Trigger = (typeof triggers)[number];

/** `stopped`: somebody's stop stands for it. `archived`: the forge itself takes no writes. */
export const repositoryStates = ['open', 'stopped', 'archived'] as const;
export type RepositoryState = (typeof repositoryStates)[number];

export type Answer =
  /** Is done: a person with the right to it asked. */
  | 'yes'
  /** Is done as one of the few rounds that follow each other without a person. */
  | 'auto'
  /** Is looked at: nothing of the repository runs, nothing is installed, nothing is pushed. */
  | 'look'
  /** Changes nothing; the run that is under way says so. */
  | 'note'
  /** Is not done, and who asked is told why. */
  | 'tell'
  /** Is not done, and nobody hears of it: a stranger must not make us speak. */
  | 'no';

const [yes, auto, look, note, tell, no] = ['yes', 'auto', 'look', 'note', 'tell', 'no'] as const;

/** One answer for each trigger, in their order. */
type Row = Answers<typeof triggers>;
type Answers<T extends readonly unknown[]> = { readonly [Each in keyof T]: Answer };

// prettier-ignore
const whileOpen: Readonly<Record<Who, Row>> = {
  //             label command edited  edited label   pull  fork's check fork's run     approve check  button publish stop,
  //                           comment text   removed       pull         check  commit          again                 resume
  'operator':   [no,   no,     no,     no,    no,     no,   no,    no,   no,    no,     no,     yes,   no,    no,     yes ],
  'admin':      [yes,  yes,    no,     yes,   yes,    yes,  look,  yes,  look,  yes,    yes,    yes,   yes,   yes,    yes ],
  'maintain':   [yes,  yes,    no,     yes,   yes,    yes,  look,  yes,  look,  yes,    yes,    yes,   yes,   yes,    yes ],
  'write':      [yes,  yes,    no,     yes,   yes,    yes,  look,  yes,  look,  yes,    yes,    yes,   yes,   yes,    yes ],
  'triage':     [tell, tell,   no,     note,  note,   look, look,  look, look,  tell,   tell,   no,    no,    no,     tell],
  'read':       [no,   no,     no,     note,  note,   look, look,  look, look,  no,     no,     no,    no,    no,     no  ],
  'author':     [no,   no,     no,     note,  note,   look, look,  look, look,  no,     no,     no,    no,    no,     no  ],
  'none':       [no,   no,     no,     note,  note,   look, look,  look, look,  no,     no,     no,    no,    no,     no  ],
  'gone':       [no,   no,     no,     note,  note,   no,   no,    no,   no,    no,     no,     no,    no,    no,     no  ],
  'unknown':    [no,   no,     no,     note,  note,   no,   no,    no,   no,    no,     no,     no,    no,    no,     no  ],
  'listed-bot': [auto, auto,   no,     note,  note,   auto, look,  auto, look,  no,     no,     no,    no,    no,     no  ],
  'bot':        [no,   no,     no,     note,  note,   no,   no,    look, look,  no,     no,     no,    no,    no,     no  ],
  'ourselves':  [no,   no,     no,     no,    no,     no,   no,    auto, no,     no,     no,     no,    no,    no,     no  ],
};

/** What one may do. */
export function whoMay(who: Who, trigger: Trigger, state: RepositoryState): Answer {
  const answer = whileOpen[who][triggers.indexOf(trigger)] ?? 'no';
  if (state === 'open') return answer;
  const isTakenBack = trigger === 'stop' || trigger === 'label-removed';
  if (state === 'stopped') return isTakenBack ? answer : whileStopped(answer);
  // Only what needs no word on the forge.
  return who === 'operator' && trigger === 'stop' ? answer : 'no';
}

/** Nothing starts; a person who would have been heard is told by whom it was stopped. */
function whileStopped(answer: Answer): Answer {
  return answer === 'yes' || answer === 'tell' ? 'tell' : 'no';
}
