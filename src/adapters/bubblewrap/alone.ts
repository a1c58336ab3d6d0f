/** Alone: the runner looks at itself before it does anything, whether it really stands apart from the app. */
import { readFileSync } from 'node:fs';
import { errors } from '#core/errors.ts';

/** What its jail sets, and what bubblewrap adds. */
const names = new Set(['PATH', 'LANG', 'TZ', 'PWD']);

/** Throws refused `sandbox-unavailable` when there is a strange variable or a route to a network. */
export function assertAlone(): void {
  const environment = readFileSync('/proc/self/environ', 'utf8').split('\0').filter(Boolean);
  const strange = environment.map((each) => each.replace(/=.*/su, ''));
  const found = [
    ...strange.filter((name) => !names.has(name)).map((name) => `the variable ${name}`),
    // The first line names the columns.
    ...readFileSync('/proc/net/route', 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map(() => 'a route'),
  ];
  if (found.length === 0) return;
  throw errors.sandboxUnavailable(
    `The sandbox's runner is not alone: it has ${found.join(', ')}.`,
    'This is a defect of Sluice: please report it.',
  );
}
