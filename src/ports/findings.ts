/** Findings: what checks said about content that they saw before, so that the same is not looked at twice. */
import type { Finding } from '#core/finding.ts';

/** All that a check said of some content. */
export interface Kept {
  readonly found: readonly Finding[];
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
}

export interface Findings {
  /** What was kept under the key, or undefined; a broken entry is none. */
  recall(key: string): Promise<Kept | undefined>;
  keep(key: string, kept: Kept): Promise<void>;
}
