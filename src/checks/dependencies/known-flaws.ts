/** Known flaws: which locked versions an advisory speaks of, and for which it cannot be told. */
import { fixedVersion, isAffected, type Advisory } from '#core/advisory.ts';
import type { Said } from '#core/finding.ts';
import type { Ecosystem } from '#core/package-version.ts';
import type { Unread } from '#checks/check.ts';
import type { Advisories } from '#ports/advisories.ts';
import type { Dependency } from './dependency.ts';
import type { Placed } from './read-all.ts';

/** Days after which a database no longer tells what is known today. */
const freshDays = 30;
const day = 86_400_000;

const remedy = 'the operator refreshes it with `node src/cli.ts advisories update`';

export interface Flaws {
  readonly said: readonly Said[];
  readonly unread: readonly Unread[];
}

export async function knownFlaws(
  dependencies: readonly Placed<Dependency>[],
  advisories: Advisories | undefined,
  now: Date,
): Promise<Flaws> {
  const said: Said[] = [];
  const unread: Unread[] = [];
  const pinned = dependencies.filter(({ version, origin }) => version && origin === 'registry');
  for (const [ecosystem, all] of Map.groupBy(pinned, (each) => each.ecosystem)) {
    const problem = problemOf(ecosystem, advisories?.updated(ecosystem), now);
    if (problem !== undefined) unread.push(problem);
    const names = [...new Set(all.map(({ name }) => name))];
    const known = await advisories?.about(ecosystem, names);
    for (const each of all) {
      const flaws = flawsOf(each, known?.get(each.name) ?? []);
      said.push(...flaws.said);
      unread.push(...flaws.unread);
    }
  }
  return { said, unread };
}

/** What is not known of an ecosystem stands in no file, so none is named: its other findings are as good as ever. */
function problemOf(ecosystem: Ecosystem, updated: Date | undefined, now: Date): Unread | undefined {
  const path = `known advisories for ${ecosystem}`;
  if (updated === undefined) return { path, reason: `there is no database of them; ${remedy}` };
  const days = Math.floor((now.getTime() - updated.getTime()) / day);
  return days <= freshDays
    ? undefined
    : { path, reason: `the database is ${String(days)} days old; ${remedy}` };
}

function flawsOf(each: Placed<Dependency>, advisories: readonly Advisory[]): Flaws {
  const { ecosystem, name, version, path, line } = each;
  const told = advisories.map((advisory) => ({
    advisory,
    affected: isAffected(ecosystem, version ?? '', advisory),
  }));
  const said = told
    .filter(({ affected }) => affected === true)
    .map(({ advisory }) => flaw(each, advisory));
  const dark = told.some(({ affected }) => affected === undefined);
  const reason = `the version ${version ?? ''} of ${name} in line ${String(line)} has no order among the others`;
  return { said, unread: dark ? [{ path: `advisories on ${path}`, reason }] : [] };
}

function flaw(
  { ecosystem, name, version, path, line }: Placed<Dependency>,
  advisory: Advisory,
): Said {
  const { id, severity, summary } = advisory;
  if (id.startsWith('MAL-')) {
    const message = `${name} ${version ?? ''} was published to do harm. Do not install it; where it was, take that machine for lost.`;
    return { rule: id, level: 'error', message, path, line };
  }
  const fixed = fixedVersion(ecosystem, version ?? '', advisory);
  const remedy =
    fixed === undefined ? 'No version without it is known.' : `It is mended in ${fixed}.`;
  const weight = severity === null ? '' : ` (${severity})`;
  const message = `${name} ${version ?? ''} has a known flaw${weight}: ${summary}. ${remedy}`;
  const level = severity === 'critical' || severity === 'high' ? 'error' : 'warning';
  const help = /^[\w-]+$/.test(id) ? `https://osv.dev/vulnerability/${id}` : null;
  return { rule: id, level, message, path, line, help };
}
