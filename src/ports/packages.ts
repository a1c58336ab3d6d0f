/** Packages: the dependencies that a repository's lockfiles name, as read-only layers for the sandbox. */
import type { Layer } from './sandbox.ts';

/** What an install came to: layers, nothing to install, or why it could not be done. */
export type Installed =
  | {
      readonly state: 'installed';
      /** One for each ecosystem; they lie above the tree. */
      readonly layers: readonly Layer[];
      readonly packages: number;
      readonly cached: boolean;
      /** Why the packages of another ecosystem of the same repository are not there. */
      readonly missing?: string;
    }
  | { readonly state: 'none'; readonly reason: string }
  | { readonly state: 'failed'; readonly reason: string };

/**
 * Who wrote the tree that is installed from: whoever may write to the repository, or anybody. What was installed for
 * anybody is never given to the others.
 */
export type Trust = 'writers' | 'anybody';

export interface Packages {
  /** Installs what the lockfiles in `tree` name. Scripts of packages run only where the operator named the package. */
  install(tree: Layer, signal: AbortSignal, trust?: Trust): Promise<Installed>;
}
