/** How the tests of whole programs run: the same, but these alone. */
import { mergeConfig } from 'vitest/config';
import config, { slow } from './vitest.config.ts';

const { test } = config;

export default mergeConfig(
  { test: { ...test, include: [], exclude: [] } },
  { test: { include: slow, maxWorkers: 2 } },
);
