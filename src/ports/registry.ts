/** Registry: whether a package exists and since when, asked only where the operator allows that its name leaves the house. */
import type { Ecosystem } from '#core/package-version.ts';

/** What a registry says of a name. */
export type Published =
  | { readonly state: 'known'; readonly first: Date | null }
  | { readonly state: 'unknown' }
  /** It could not be asked, or does not serve this ecosystem. */
  | { readonly state: 'unasked'; readonly reason: string };

export interface Registry {
  about(ecosystem: Ecosystem, name: string): Promise<Published>;
}
