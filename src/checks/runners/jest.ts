/** Starts jest. */
import { jestReport } from '#checks/parsers/jest.ts';
import {
  javascriptTest,
  named,
  reportFile,
  without,
  withoutFiles,
  type Runner,
  type RunnerCall,
} from './runner.ts';

const unwanted =
  /^(?:--watch.*|-o|--onlyChanged|--coverage.*|--collectCoverage.*|--json|--outputFile.*|--reporters.*|--ci)$/;
const takesUnwanted = /^(?:--coverageReporters|--outputFile|--reporters|--coverageDirectory)$/;
const takes =
  /^(?:-c|--config|--rootDir|--selectProjects|-t|--testNamePattern|--env|--maxWorkers|-w|--testTimeout|--setupFiles)$/;

/** Keeps our options out of what the tests see. */
const wrapper = '/opt/tools/src/inside/run-jest.ts';

/** `node`, with the flags that the script starts it with. */
function nodeFor({ before }: RunnerCall): readonly string[] {
  const node = before.indexOf('node');
  return node >= 0 ? before.slice(node) : ['node'];
}

export const jest: Runner = {
  name: 'jest',
  find: named('jest'),
  command: (call) => {
    const flags = without(call.flags, unwanted, takesUnwanted);
    const kept = call.files.length > 0 ? withoutFiles(flags, takes) : flags;
    const report = ['--ci', '--coverage=false', '--json', `--outputFile=${reportFile}`];
    const files = call.files.length > 0 ? ['--runTestsByPath', ...call.files] : [];
    return [...nodeFor(call), wrapper, ...kept, ...report, ...files];
  },
  typed: (files) => ['npx jest', ...files].join(' '),
  testFile: javascriptTest,
  read: jestReport,
};
