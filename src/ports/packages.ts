/** Packages: the dependencies that a repository's lockfile names, as a read-only layer for the sandbox. */
import type { Layer } from './sandbox.ts';

/** What an install came to: a layer, nothing to install, or why it could not be done. */
export type Installed =
  | {
      readonly state: 'installed';
      readonly layer: Layer;
      readonly packages: number;
      readonly cached: boolean;
    }
  | { readonly state: 'none'; readonly reason: string }
  | { readonly state: 'failed'; readonly reason: string };

export interface Packages {
  /** Installs what the lockfile in `tree` (a base commit's layer) names; scripts are never run. */
  install(tree: Layer, signal: AbortSignal): Promise<Installed>;
}
