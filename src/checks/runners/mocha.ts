/** Starts mocha. */
import { mochaReport } from '#checks/parsers/mocha.ts';
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
  /^(?:-w|--watch|-R|--reporter|--reporter=.*|-O|--reporter-options?|--reporter-options?=.*)$/;
const takesUnwanted = /^(?:-R|--reporter|-O|--reporter-options?)$/;
const takes =
  /^(?:-r|--require|--import|--loader|-n|--node-option|--config|--extension|-t|--timeout|-u|--ui|-g|--grep|--file|--ignore)$/;

export const mocha: Runner = {
  name: 'mocha',
  find: named('mocha', '_mocha'),
  command: (call) => {
    const flags = without(call.flags, unwanted, takesUnwanted);
    const kept = call.files.length > 0 ? withoutFiles(flags, takes) : flags;
    const report = ['--reporter', 'json', '--reporter-option', `output=${reportFile}`];
    return [...installed('mocha', call), ...kept, ...report, ...call.files];
  },
  typed: (files) => ['npx mocha', ...files].join(' '),
  testFile: javascriptTest,
  read: mochaReport,
};
