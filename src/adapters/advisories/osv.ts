/** Reads one advisory in the format of OSV (https://ossf.github.io/osv-schema/) as what we keep of it, by package. */
import { z } from 'zod';
import { isAffected, type Advisory } from '#core/advisory.ts';
import { ecosystems, type Ecosystem } from '#core/package-version.ts';

const Range = z.object({
  type: z.string(),
  events: z.array(
    z.object({
      introduced: z.string().optional(),
      fixed: z.string().optional(),
      last_affected: z.string().optional(),
    }),
  ),
});
const severity = z.object({ severity: z.string().optional().catch(undefined) }).optional();
const Osv = z.object({
  id: z.string(),
  summary: z.string().optional(),
  details: z.string().optional(),
  withdrawn: z.string().optional(),
  aliases: z.array(z.string()).optional(),
  database_specific: severity,
  affected: z
    .array(
      z.object({
        package: z.object({ ecosystem: z.string(), name: z.string() }).optional(),
        ranges: z.array(Range).optional(),
        versions: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});
type Affected = NonNullable<z.infer<typeof Osv>['affected']>[number];

export interface OfPackage {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly advisory: Advisory;
  /** Other names of the same flaw. */
  readonly aliases: readonly string[];
}

/** What is told of each package; nothing of ecosystems that we do not know; undefined where it is no advisory. */
export function readOsv(text: string): readonly OfPackage[] | undefined {
  const read = Osv.safeParse(jsonOf(text));
  if (!read.success) return undefined;
  const { id, withdrawn, affected = [], aliases = [] } = read.data;
  if (withdrawn !== undefined) return [];
  const told = {
    id: id.slice(0, 100),
    summary: summaryOf(read.data),
    severity: severityOf(read.data.database_specific?.severity),
  };
  return affected.flatMap((each) => {
    const ecosystem = ecosystems.find((known) => known === each.package?.ecosystem);
    if (ecosystem === undefined || each.package === undefined) return [];
    const name = nameIn(ecosystem, each.package.name);
    return [{ ecosystem, name, aliases, advisory: { ...told, ...versionsOf(ecosystem, each) } }];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Whoever asks counts what could not be read.
  }
}

function summaryOf({ summary, details = '' }: z.infer<typeof Osv>): string {
  const text = summary ?? details.split('\n').find((line) => line.trim() !== '') ?? '';
  return text.replace(/\s+/g, ' ').trim().replace(/\.$/, '').slice(0, 300);
}

function severityOf(word: string | undefined): Advisory['severity'] {
  const plain = word?.toLowerCase().replace('medium', 'moderate');
  return (['critical', 'high', 'moderate', 'low'] as const).find((each) => each === plain) ?? null;
}

function nameIn(ecosystem: Ecosystem, name: string): string {
  if (ecosystem === 'PyPI') return name.toLowerCase().replace(/[-_.]+/g, '-');
  return ecosystem === 'Packagist' ? name.toLowerCase() : name;
}

/** Versions that the ranges speak of need not be kept one by one: most of a database are they. */
function versionsOf(
  ecosystem: Ecosystem,
  { ranges = [], versions = [] }: Affected,
): Pick<Advisory, 'ranges' | 'versions'> {
  const kept = ranges
    .filter(({ type }) => type === 'SEMVER' || type === 'ECOSYSTEM')
    .map(({ events }) =>
      events.map(({ introduced, fixed, last_affected: lastAffected }) => ({
        ...(introduced !== undefined && { introduced }),
        ...(fixed !== undefined && { fixed }),
        ...(lastAffected !== undefined && { lastAffected }),
      })),
    );
  const known = { ranges: kept, versions: [] };
  return {
    ranges: kept,
    versions: versions.filter((version) => isAffected(ecosystem, version, known) !== true),
  };
}
