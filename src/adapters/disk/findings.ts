/** Findings on disk: what checks said, one small file for each content, below a folder that the cleaner knows. */
import { createHash, randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Finding } from '#core/finding.ts';
import type { Findings } from '#ports/findings.ts';

const Kept = z.object({
  found: z.array(Finding),
  unread: z.array(z.object({ path: z.string(), reason: z.string() })),
});
const day = 24 * 60 * 60 * 1000;

export interface DiskFindingsOptions {
  readonly folder: string;
  /** Names the rules that are ours: when they change, nothing that was kept counts any more. */
  readonly edition: string;
}

/** Names the rules and readers of a checkout by their content. */
export function editionOf(root: string): string {
  const hash = createHash('sha256');
  const files = globSync('src/{checks,inside}/**/*.{ts,js,yml,yaml,json}', { cwd: root }).sort();
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** A file that cannot be read or holds something else is as good as none: the check then looks again. */
export function diskFindings({ folder, edition }: DiskFindingsOptions): Findings {
  const pathOf = (key: string) =>
    join(folder, `${createHash('sha256').update(edition).update(key).digest('hex')}.json`);
  return {
    async recall(key) {
      const path = pathOf(key);
      const text = await readFile(path, 'utf-8').catch(() => undefined);
      if (text === undefined) return undefined;
      await markUsed(path);
      return read(text);
    },
    async keep(key, kept) {
      const path = pathOf(key);
      const draft = join(folder, `.${randomUUID()}`);
      await mkdir(folder, { recursive: true });
      // Another process may write the same: a whole file takes the place of a whole file.
      await writeFile(draft, JSON.stringify(kept), { mode: 0o600 });
      await rename(draft, path);
    },
  };
}

function read(text: string): z.infer<typeof Kept> | undefined {
  try {
    return Kept.parse(JSON.parse(text));
  } catch {
    // Cut off by a full disk or written by another version: looked at anew, and written over.
    return undefined;
  }
}

/** The cleaner takes what was used longest ago; a day is as closely as it looks. */
async function markUsed(path: string): Promise<void> {
  const now = Date.now();
  const used = await stat(path).catch(() => undefined);
  if (used !== undefined && now - used.mtimeMs > day)
    await utimes(path, now / 1000, now / 1000).catch(() => undefined);
}
