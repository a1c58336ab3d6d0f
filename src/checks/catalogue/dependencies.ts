/** Dependencies: known flaws, names that are almost those of others, and whatever is not pinned to bytes that stay the same. */
import type { Check, Looked, Side } from '#checks/check.ts';
import { knownFlaws } from '#checks/dependencies/known-flaws.ts';
import { publication } from '#checks/dependencies/publication.ts';
import { isDependencyFile, readDependencies } from '#checks/dependencies/read-all.ts';
import { ruleFindings } from '#checks/dependencies/rules.ts';
import type { Advisories } from '#ports/advisories.ts';
import type { Registry } from '#ports/registry.ts';

/** What it may ask beside the files. Without a registry nothing is said of whether packages exist and how old they are. */
export interface DependencySources {
  readonly advisories?: Advisories | undefined;
  readonly registry?: Registry | undefined;
  readonly now: () => Date;
}

export function dependenciesCheck(sources: Partial<DependencySources>): Check {
  return {
    name: 'dependencies',
    about:
      'Packages are what they are taken for: without known flaws, pinned, and from where they belong.',
    needs: [],
    scope: 'project',
    trusted: true,
    wants: { test: isDependencyFile },
    largest: 16 * 1024 * 1024,
    get options() {
      const today = sources.now?.().toISOString().slice(0, 10) ?? null;
      return [sources.advisories?.version ?? null, today, sources.registry !== undefined];
    },
    isFitting: ({ paths }) => Promise.resolve(paths.some(isDependencyFile)),
    look: (side) => lookWith(sources, side),
  };
}

/** Without a database, which is said. */
export const dependencies: Check = dependenciesCheck({});

/** The same checks, with what this one may ask. */
export function withSources(all: readonly Check[], sources: DependencySources): readonly Check[] {
  return all.map((each) => (each.name === dependencies.name ? dependenciesCheck(sources) : each));
}

async function lookWith(
  { advisories, registry, now }: Partial<DependencySources>,
  { files, targets }: Side,
): Promise<Looked> {
  const facts = await readDependencies(
    files,
    targets.map(({ path }) => path),
  );
  const today = now?.() ?? new Date();
  const flaws = await knownFlaws(facts.dependencies, advisories, today);
  const published =
    registry === undefined
      ? { said: [], unread: [] }
      : await publication(facts.asked, registry, today);
  return {
    said: [...ruleFindings(facts), ...flaws.said, ...published.said],
    unread: [...facts.unread, ...flaws.unread, ...published.unread],
  };
}
