/** What git says when a fetch fails, told in our errors. */
import { errors } from '#core/errors.ts';
import type { SluiceError } from '#core/errors.ts';
import { redact } from '#core/redact.ts';
import type { GitEnd } from './git.ts';

/** The first shape that git's words have decides. */
const shapes: readonly { shape: RegExp; error: (where: string, words: string) => SluiceError }[] = [
  {
    shape: /not our ref|couldn't find remote ref|unadvertised object|no such remote ref/iu,
    error: (where) => errors.commitGone(where),
  },
  {
    shape: /returned error: 40[13]|Authentication failed|could not read (?:Username|Password)/u,
    error: (where) =>
      errors.notAllowed(
        `${where} may not be read.`,
        'Give the App the permission "Contents: read" and install it on this repository.',
      ),
  },
  {
    shape: /returned error: (?:404|410)|repository '.*' not found/u,
    error: (where) => errors.commitGone(where),
  },
  {
    shape: /fsck error|error in object|fsck-objects|inflate|bad object/iu,
    error: (where, words) => errors.repositoryBroken(where, words),
  },
];

/** `where` names the repository for people: no address, no token. */
export function fetchFailure(where: string, end: GitEnd): SluiceError {
  const words = redact(end.stderr).trim().split('\n').slice(-3).join(' ').slice(0, 500);
  const known = shapes.find(({ shape }) => shape.test(end.stderr));
  if (known) return known.error(where, words);
  return errors.remoteUnavailable(where, end.timedOut ? 'git fetch took too long' : words);
}
