/** How the tests run: more workers than cores, because most tests wait for other processes; no retry; a test that hangs fails. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/evals/**', 'test/fixtures/**'],
    globalSetup: ['test/postgres-folder.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
    reporters: ['default'],
  },
});
