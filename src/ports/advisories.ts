/** Advisories: what is known against versions of packages, from a database that the operator refreshes; no network. */
import type { Advisory } from '#core/advisory.ts';
import type { Ecosystem } from '#core/package-version.ts';

export interface Advisories {
  /** Names the state of the whole database: what was told from one is not what another tells. */
  readonly version: string;
  /** When the ecosystem was last refreshed; undefined where nothing is known of it. */
  updated(ecosystem: Ecosystem): Date | undefined;
  /** What is known of these packages; those of which nothing is known are left out. */
  about(
    ecosystem: Ecosystem,
    names: readonly string[],
  ): Promise<ReadonlyMap<string, readonly Advisory[]>>;
}
