/** The errors around single runs and their limits; a part of the catalogue in errors.ts. */
import { SluiceError } from './errors.ts';

export const runErrors = {
  runUnknown: (id: string) =>
    new SluiceError({
      code: 'run-unknown',
      kind: 'invalid',
      message: `There is no run ${id}.`,
      hint: '`runs` without an id lists those that there are.',
    }),
  notStoppable: (id: string, state: string) =>
    new SluiceError({
      code: 'not-stoppable',
      kind: 'refused',
      message: `Run ${id} has ended: it is ${state}.`,
      hint: '`runs --state running waiting queued` lists those that have not.',
    }),
  scopeInvalid: (problem: string) =>
    new SluiceError({
      code: 'scope-invalid',
      kind: 'invalid',
      message: problem,
      hint: 'Give `--all`, `--repo OWNER/NAME`, or the id of one run as `runs` lists it.',
    }),
  /** `whose` is a repository or an account. */
  daySpent: (whose: string, limit: string, retryAt: Date) =>
    new SluiceError({
      code: 'day-spent',
      kind: 'exhausted',
      message: `The limit of ${whose} for today is reached: ${limit}.`,
      hint: 'Whoever runs this App may raise it.',
      retryAt,
    }),
  /** `most` is what may follow each other; beyond that, people have been told. */
  tooManyRounds: (rounds: number, most: number) =>
    new SluiceError({
      code: rounds > most ? 'more-rounds' : 'too-many-rounds',
      kind: 'refused',
      message: `${String(rounds)} runs followed each other here without a person; that may be a loop.`,
      hint: 'A person who may write starts the next one; after that it may go on by itself again.',
    }),
  notRetryable: (reason: string) =>
    new SluiceError({
      code: 'not-retryable',
      kind: 'refused',
      message: reason,
      hint: '`runs --failed` lists what failed. Of a subject only the newest run can be retried.',
    }),
} as const;
