/** New folders for a test file, removed after its last test whatever was laid down in them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const folders: string[] = [];

// Registered first, so that it runs last: after whatever still works in them was closed.
afterAll(() => {
  if (folders.length === 0) return;
  // Layers are read-only, which keeps their own owner from removing them.
  execFileSync('chmod', ['-R', 'u+rwX', '--', ...folders]);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

export function scratch(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-test-')));
  folders.push(folder);
  return folder;
}
