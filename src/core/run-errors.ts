/** The errors that an operator meets who asks for a run; a part of the catalogue in errors.ts. */
import { SluiceError } from './errors.ts';

export const runErrors = {
  runUnknown: (id: string) =>
    new SluiceError({
      code: 'run-unknown',
      kind: 'invalid',
      message: `There is no run ${id}.`,
      hint: '`runs` without an id lists those that there are.',
    }),
  notRetryable: (reason: string) =>
    new SluiceError({
      code: 'not-retryable',
      kind: 'refused',
      message: reason,
      hint: '`runs --failed` lists what failed. Of a subject only the newest run can be retried.',
    }),
} as const;
