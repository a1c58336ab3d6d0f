/** Starts Node's own test runner, also behind a loader such as tsx. TypeScript runs by Node's type stripping. */
import { nodeTestReport } from '#checks/parsers/node-test.ts';
import { javascriptTest, reportFile, without, withoutFiles, type Runner } from './runner.ts';

const unwanted =
  /^(?:--test|--watch|--test-reporter.*|--experimental-test-coverage|--test-coverage-.*)$/;
const takesUnwanted = /^(?:--test-reporter|--test-reporter-destination|--test-coverage-\w+)$/;
const takes =
  /^(?:-r|--require|--import|--loader|--experimental-loader|--env-file|-C|--conditions|--test-name-pattern|--test-concurrency|--test-timeout)$/;
const loader = /^(?:tsx|ts-node|ts-node-esm)$/;

export const nodeTest: Runner = {
  name: 'node:test',
  find: (words) =>
    words.includes('--test') ? words.findIndex((word) => word === 'node' || loader.test(word)) : -1,
  command: ({ word, flags, files }) => {
    const program = word === 'node' ? 'node' : `node_modules/.bin/${word}`;
    const plain = without(flags, unwanted, takesUnwanted);
    const kept = files.length > 0 ? withoutFiles(plain, takes) : plain;
    const own = kept.filter((flag, at) => flag.startsWith('-') || takes.test(kept[at - 1] ?? ''));
    const patterns = kept.filter((flag) => !own.includes(flag));
    const reporter = ['--test-reporter=/opt/tools/src/inside/node-test-reporter.ts'];
    const report = [...reporter, `--test-reporter-destination=${reportFile}`];
    return [program, ...own, '--test', ...report, ...patterns, ...files];
  },
  typed: (files) => ['node --test', ...files].join(' '),
  testFile: javascriptTest,
  read: nodeTestReport,
};
