/** Starts vitest. */
import { jestReport } from '#checks/parsers/jest.ts';
import {
  installed,
  javascriptTest,
  named,
  reportFile,
  without,
  withoutFiles,
  type Runner,
} from './runner.ts';

const unwanted =
  /^(?:watch|dev|run|--watch|-w|--ui|--open|--coverage.*|--reporter.*|--outputFile.*|--run|--typecheck)$/;
const takesUnwanted = /^(?:--reporter|--outputFile|--coverage\..*)$/;
const takes =
  /^(?:-c|--config|-r|--root|--dir|--project|-t|--testNamePattern|--environment|--pool|--mode|--testTimeout)$/;

export const vitest: Runner = {
  name: 'vitest',
  find: named('vitest'),
  command: (call) => {
    const flags = without(call.flags, unwanted, takesUnwanted);
    const kept = call.files.length > 0 ? withoutFiles(flags, takes) : flags;
    const report = ['--reporter=json', `--outputFile=${reportFile}`];
    return [...installed('vitest', call), 'run', ...kept, ...report, ...call.files];
  },
  typed: (files) => ['npx vitest run', ...files].join(' '),
  testFile: javascriptTest,
  read: jestReport,
};
