/** Names: how checks are called on the forge, and what is on the button that lets a tool mend. */

const prefix = 'sluice / ';

export function nameOf(check: string): string {
  return `${prefix}${check}`;
}

/** The check that a check run tells of, or undefined where it is none of these. */
export function nameIn(run: string): string | undefined {
  return run.startsWith(prefix) ? run.slice(prefix.length) : undefined;
}

/** The one check run that tells of all checks: what branch protection may ask for. */
export const overview = nameOf('checks');

/** What is asked about by whoever asks the rules of owners again. */
export const policy = 'policy';

export const fixButton = 'fix';
