/** Gives the whole test run one folder for its PostgreSQL, which starts when the first test file asks for it. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresFolder: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  // Root's server runs as another user.
  await chmod(folder, 0o711);
  project.provide('postgresFolder', folder);
  return () => rm(folder, { recursive: true, force: true, maxRetries: 10 });
}
