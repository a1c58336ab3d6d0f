/** Advisory: what is known against some versions of a package, as OSV tells it, and whether a version is one of them. */
import { z } from 'zod';
import { compareVersions, type Ecosystem } from './package-version.ts';

/** From where on versions are affected, and from where on no longer; OSV writes the very first one as `0`. */
const Event = z.object({
  introduced: z.string().optional(),
  fixed: z.string().optional(),
  lastAffected: z.string().optional(),
});

export const Advisory = z.object({
  /** `GHSA-…`, `PYSEC-…`; `MAL-…` where the package was published to do harm. */
  id: z.string().max(100),
  summary: z.string().max(300),
  severity: z.enum(['critical', 'high', 'moderate', 'low']).nullable(),
  ranges: z.array(z.array(Event)),
  versions: z.array(z.string()),
});
export type Advisory = Readonly<z.infer<typeof Advisory>>;

/** Whether the version is affected; undefined where its order among the others cannot be told. */
export function isAffected(
  ecosystem: Ecosystem,
  version: string,
  { ranges, versions }: Pick<Advisory, 'ranges' | 'versions'>,
): boolean | undefined {
  if (versions.includes(version)) return true;
  const answers = ranges.map((events) => inRange(ecosystem, version, events));
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

/** The state that the last event before the version left it in. */
function inRange(
  ecosystem: Ecosystem,
  version: string,
  events: Advisory['ranges'][number],
): boolean | undefined {
  let latest: { readonly at: string; readonly affected: boolean } | undefined;
  for (const event of events) {
    const at = placeOf(event);
    const order = at === '0' ? 1 : compareVersions(ecosystem, version, at);
    if (order === undefined) return undefined;
    // The last version that is affected is affected itself.
    const least = event.lastAffected === undefined ? 0 : Number.MIN_VALUE;
    if (order < least || !isLater(ecosystem, at, latest?.at)) continue;
    latest = { at, affected: event.introduced !== undefined };
  }
  return latest?.affected === true;
}

function placeOf({ introduced, fixed, lastAffected }: z.infer<typeof Event>): string {
  return introduced ?? fixed ?? lastAffected ?? '0';
}

function isLater(ecosystem: Ecosystem, at: string, than: string | undefined): boolean {
  if (than === undefined || than === '0') return true;
  return at !== '0' && (compareVersions(ecosystem, at, than) ?? 0) >= 0;
}

/** The lowest version above this one that is not affected, if the advisory names one. */
export function fixedVersion(
  ecosystem: Ecosystem,
  version: string,
  { ranges }: Pick<Advisory, 'ranges'>,
): string | undefined {
  return ranges
    .flat()
    .flatMap(({ fixed }) => fixed ?? [])
    .filter((fixed) => (compareVersions(ecosystem, fixed, version) ?? -1) > 0)
    .sort((one, other) => compareVersions(ecosystem, one, other) ?? 0)[0];
}
