/** The database of advisories: a folder for each ecosystem with what is known of its packages, in 256 files by their names. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Advisory } from '#core/advisory.ts';
import { ecosystems, type Ecosystem } from '#core/package-version.ts';
import type { Advisories } from '#ports/advisories.ts';
import type { OfPackage } from './osv.ts';

const State = z.object({ updated: z.iso.datetime(), advisories: z.int(), packages: z.int() });
export type State = Readonly<z.infer<typeof State>>;

const Part = z.record(z.string(), z.array(Advisory));

/** Where the database lies in the data folder. */
export function advisoriesFolder(dataFolder: string): string {
  return join(dataFolder, 'advisories');
}

/** What is known of each ecosystem; undefined where there is nothing. Throws where its own file cannot be read. */
export function statesOf(folder: string): ReadonlyMap<Ecosystem, State> {
  return new Map(
    ecosystems.flatMap((ecosystem): readonly [Ecosystem, State][] => {
      const file = join(folder, ecosystem, 'state.json');
      if (!existsSync(file)) return [];
      return [[ecosystem, State.parse(JSON.parse(readFileSync(file, 'utf-8')))]];
    }),
  );
}

/** The database as it is now: an update is seen by the one that is opened after it. */
export function advisoriesOf(folder: string): Advisories {
  const states = statesOf(folder);
  return {
    version: JSON.stringify([...states]),
    updated: (ecosystem) => {
      const state = states.get(ecosystem);
      return state && new Date(state.updated);
    },
    async about(ecosystem, names) {
      const found = new Map<string, readonly Advisory[]>();
      if (!states.has(ecosystem)) return found;
      for (const [part, all] of Map.groupBy(names, partOf)) {
        const text = await readFile(join(folder, ecosystem, part), 'utf-8');
        const known = new Map(Object.entries(Part.parse(JSON.parse(text))));
        for (const name of all) {
          const advisories = known.get(name);
          if (advisories !== undefined) found.set(name, advisories);
        }
      }
      return found;
    },
  };
}

function partOf(name: string): string {
  return `${createHash('sha256').update(name).digest('hex').slice(0, 2)}.json`;
}

const parts = Array.from({ length: 256 }, (_, at) => `${at.toString(16).padStart(2, '0')}.json`);

/** Puts what was read in the place of all that was known of this ecosystem, at once. */
export async function replaceEcosystem(
  folder: string,
  ecosystem: Ecosystem,
  { all, now }: { readonly all: readonly OfPackage[]; readonly now: Date },
): Promise<State> {
  const coming = join(folder, `.coming-${ecosystem}`);
  const going = join(folder, `.going-${ecosystem}`);
  const place = join(folder, ecosystem);
  await rm(coming, { recursive: true, force: true });
  await mkdir(coming, { recursive: true });
  const byName = new Map(
    [...Map.groupBy(all, ({ name }) => name)].map(([name, same]) => [name, withoutTwins(same)]),
  );
  const byPart = Map.groupBy(byName, ([name]) => partOf(name));
  for (const part of parts) {
    const content = Object.fromEntries(byPart.get(part) ?? []);
    await writeFile(join(coming, part), JSON.stringify(content));
  }
  const advisories = new Set(all.map(({ advisory }) => advisory.id)).size;
  const state = { updated: now.toISOString(), advisories, packages: byName.size };
  await writeFile(join(coming, 'state.json'), JSON.stringify(state));
  await rm(going, { recursive: true, force: true });
  if (existsSync(place)) await rename(place, going);
  await rename(coming, place);
  await rm(going, { recursive: true, force: true });
  return state;
}

/** The same flaw is told by several databases under names of their own: GitHub's is kept, which has its severity. */
function withoutTwins(same: readonly OfPackage[]): readonly Advisory[] {
  const ids = new Set(same.map(({ advisory }) => advisory.id));
  return same
    .filter(
      ({ advisory, aliases }) =>
        advisory.id.startsWith('GHSA-') ||
        !aliases.some((alias) => alias.startsWith('GHSA-') && ids.has(alias)),
    )
    .map(({ advisory }) => advisory);
}
