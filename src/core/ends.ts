/** The catalogue of ends that are no errors: somebody took a request back, asked anew, or had answered it before. */

export interface End {
  readonly code: string;
  /** One sentence for people. */
  readonly reason: string;
  /** What they can do now; empty where there is nothing. */
  readonly hint: string;
}

const newer = 'Follow the newer run, in its own comment.';

/** One function per code: facts in, words out. */
export const ends = {
  askedAgain: (by: string): End => ({
    code: 'asked-again',
    reason: `@${by} asked again, and a newer run took over.`,
    hint: newer,
  }),
  issueEdited: (by: string): End => ({
    code: 'issue-edited',
    reason: `@${by} edited the issue, and a newer run with the new text took over.`,
    hint: newer,
  }),
  issueClosed: (how: 'closed' | 'deleted' | 'transferred', by: string): End => ({
    code: 'issue-closed',
    reason: `The issue was ${how} by @${by}.`,
    hint:
      how === 'closed'
        ? 'Open the issue again, then remove the label and add it again.'
        : 'Ask in an issue of this repository.',
  }),
  labelRemoved: (label: string, by: string): End => ({
    code: 'label-removed',
    reason: `The label \`${label}\` was removed by @${by}.`,
    hint: 'Add the label again to start anew.',
  }),
  /** An edit by somebody whose text nobody approved. */
  editNoted: (by: string): End => ({
    code: 'edit-noted',
    reason: `@${by} edited the issue and has no write permission; the run goes on with the text that was approved.`,
    hint: '',
  }),
  /** The text in the run may be one that came after the approval. */
  textUnapproved: (by: string): End => ({
    code: 'text-unapproved',
    reason: `@${by}, who has no write permission, edited the issue at the moment when the run was asked for, so that nobody knows which text was approved.`,
    hint: 'Read the issue again; then remove the label and add it again.',
  }),
  removalNoted: (by: string): End => ({
    code: 'removal-noted',
    reason: `@${by} removed the label and has no write permission; the run goes on.`,
    hint: '',
  }),
  /** `allowed` is what makes it possible again, as a sentence. */
  stopped: (by: string, reason: string, allowed: string): End => ({
    code: 'stopped',
    reason: reason === '' ? `It was stopped by ${by}.` : `It was stopped by ${by}: ${reason}`,
    hint: `${allowed} Then ask again: remove the label and add it, or comment \`/sluice generate\`.`,
  }),
  nothingOpen: (): End => ({
    code: 'nothing-open',
    reason: 'There is no run that this could change.',
    hint: '',
  }),
  pullOpen: (number: number): End => ({
    code: 'open-pull',
    reason: 'A pull request for this issue is open already.',
    hint: `Look at pull request #${String(number)}; close it to have another one made.`,
  }),
  /** A pull request that was closed unmerged is a no to all that had been asked before. */
  remembered: (number: number): End => ({
    code: 'remembered-no',
    reason: `Pull request #${String(number)} for this issue was closed after this had been asked for.`,
    hint: 'To have another one made, remove the label and add it again, or comment `/sluice generate`.',
  }),
} as const;

/** Ends that others brought about: whoever speaks of them, it is not the run that ended. */
const brought: readonly string[] = [
  'superseded',
  'asked-again',
  'issue-edited',
  'label-removed',
  'issue-closed',
  'stopped',
  'text-unapproved',
];

export function isBroughtAbout(code: string): boolean {
  return brought.includes(code);
}
