/** The test runners that we know. A command is asked in this order: jest's and vitest's flags may hold `--test…`. */
import { jest } from './jest.ts';
import { mocha } from './mocha.ts';
import { nodeTest } from './node-test.ts';
import { pytest } from './pytest.ts';
import type { Runner } from './runner.ts';
import { vitest } from './vitest.ts';

export const runners: readonly Runner[] = [vitest, jest, mocha, pytest, nodeTest];
