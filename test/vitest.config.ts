/** How the tests run: more workers than cores, because most tests wait for other processes; no retry; a test that hangs fails. */
import { defineConfig } from 'vitest/config';

/** Tests that start whole programs or play whole stories, each for seconds: `npm run test:slow`. */
export const slow = [
  'test/e2e/**/*.test.ts',
  'test/stories/**/*.test.ts',
  'test/adapters/postgres/embedded.test.ts',
  'test/engine/kill.test.ts',
  'test/flows/generate.test.ts',
  'test/battery/evil-model.test.ts',
  'test/battery/packages.test.ts',
  'test/cli/serve.test.ts',
  'test/cli/policy.test.ts',
  'test/adapters/rules/hostile.test.ts',
  'test/adapters/bubblewrap/other-users.test.ts',
];

/** Tests that run the real tools of checks, which `npm run tools` installs: `npm run test:tools`. */
export const withTools = ['test/**/*.tools.test.ts'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/evals/**', 'test/fixtures/**', ...slow, ...withTools],
    globalSetup: ['test/postgres-folder.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 4,
    reporters: ['default'],
  },
});
