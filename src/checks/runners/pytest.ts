/** Starts pytest with the sandbox's Python. */
import { junitReport } from '#checks/parsers/junit.ts';
import { named, reportFile, without, withoutFiles, type Runner } from './runner.ts';

const unwanted = /^(?:--cov.*|--junit-?xml.*|-n|--numprocesses.*|--no-cov)$/;
const takesUnwanted = /^(?:--cov|--cov-report|--cov-config|--junit-?xml|-n|--numprocesses)$/;
const takes = /^(?:-k|-m|-p|-o|-c|--rootdir|--tb|--maxfail|--ignore|--override-ini)$/;

export const pytest: Runner = {
  name: 'pytest',
  find: named('pytest', 'py.test'),
  command: ({ flags, files }) => {
    const plain = without(flags, unwanted, takesUnwanted);
    const kept = files.length > 0 ? withoutFiles(plain, takes) : plain;
    // The first family of JUnit files names each test's file.
    const report = [`--junit-xml=${reportFile}`, '-o', 'junit_family=xunit1'];
    const pytestItself = ['python3', '-m', 'pytest', '-p', 'no:cacheprovider'];
    return [...pytestItself, ...kept, ...report, ...files];
  },
  typed: (files) => ['python3 -m pytest', ...files].join(' '),
  testFile: /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/,
  read: junitReport,
};
