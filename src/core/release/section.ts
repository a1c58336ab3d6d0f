/** The `release` section of `.github/sluice.yml`: what Sluice alone knows, and Release Drafter's keys for those who want one file. */
import { z } from 'zod';
import { drafterKeys } from './drafter-schema.ts';

export const ReleaseSection = z.strictObject({
  /** Whether drafts are written at all. */
  draft: z.boolean().default(true),
  /** The keys of `release-drafter.yml`; with them, that file and `release.yml` are not read. */
  notes: z.strictObject(drafterKeys).optional(),
  /** Whether commits that were pushed without a pull request are listed. */
  'direct-pushes': z.boolean().default(false),
  /** Whether a model may write highlights and readable lines beside the entries. */
  prose: z.boolean().default(false),
  /** Lines that are drafted each by itself: another branch, a part of a monorepo, prereleases. */
  lines: z
    .array(
      z.strictObject({
        branch: z.string().min(1).max(255).optional(),
        'tag-prefix': z.string().max(100).optional(),
        'include-paths': z.array(z.string().min(1).max(300)).max(100).optional(),
        prerelease: z.boolean().optional(),
        'prerelease-identifier': z.string().max(50).optional(),
        'name-template': z.string().max(1000).optional(),
        'tag-template': z.string().max(1000).optional(),
      }),
    )
    .max(50)
    .default([]),
});
export type ReleaseSection = Readonly<z.infer<typeof ReleaseSection>>;
