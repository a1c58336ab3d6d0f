/**
 * Runs the repository's jest with the arguments given here, but leaves `process.argv` as after a plain `jest`: tests
 * that share jest's process would otherwise see options that nobody typed (a command line's own tests read it).
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Jest {
  /** jest's own command line, with the arguments handed over. */
  run(argv: readonly string[]): Promise<void>;
}

const options = process.argv.slice(2);
/** As the repository's own code would. */
const load = createRequire(join(process.cwd(), 'package.json'));
process.argv.splice(
  1,
  Infinity,
  load.resolve('jest/package.json').replace(/package\.json$/, 'bin/jest.js'),
);
const jest = load('jest') as Jest;
await jest.run(options);
