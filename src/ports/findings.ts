/** Findings: what checks said about content that they saw before, so that the same is not looked at twice. */
import type { Finding } from '#core/finding.ts';

export interface Findings {
  /** What was kept under the key, or undefined; a broken entry is none. */
  recall(key: string): Promise<readonly Finding[] | undefined>;
  keep(key: string, findings: readonly Finding[]): Promise<void>;
}
