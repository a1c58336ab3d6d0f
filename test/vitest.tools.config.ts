/** How the tests that run the real tools of checks run: the same, but these alone. */
import { mergeConfig } from 'vitest/config';
import config, { withTools } from './vitest.config.ts';

const { test } = config;

export default mergeConfig(
  { test: { ...test, include: [], exclude: [] } },
  { test: { include: withTools, maxWorkers: 2 } },
);
