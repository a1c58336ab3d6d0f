/** All formats in which a declared tool may report, by their names in the settings. */
import type { formats } from '#core/declared-tool.ts';
import { checkstyleReport } from './checkstyle.ts';
import type { FormatReader } from '#checks/format.ts';
import { jsonlReport } from './jsonl.ts';
import { junitFindings } from './junit.ts';
import { regexReport } from './regex.ts';
import { sarifReport } from './sarif.ts';

export const readers: Readonly<Record<(typeof formats)[number], FormatReader>> = {
  sarif: sarifReport,
  jsonl: jsonlReport,
  checkstyle: checkstyleReport,
  junit: junitFindings,
  regex: regexReport,
};
