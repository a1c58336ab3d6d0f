/** SARIF: what the checks found as one file of the standard's version 2.1.0, for code scanning and other readers. */
import { fingerprints, type FoundSide } from '#core/compare-findings.ts';
import { hasLooked, type CheckResult } from '#core/check-result.ts';
import type { Finding } from '#core/finding.ts';

/** GitHub reads no more runs of one file, and no more results of one run; docs.github.com, "SARIF support for code scanning". */
const limits = { runs: 20, results: 5_000 };

export interface SarifOptions {
  /** The lines of the head's files, to name findings so that the names last. */
  readonly lines: FoundSide['lines'];
  /** Of Sluice, where it is known. */
  readonly version?: string;
}

/** One run for each check that was asked; those that could not look say so in their invocation. */
export function sarifOf(results: readonly CheckResult[], options: SarifOptions): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: results.slice(0, limits.runs).map((result) => runOf(result, options)),
  };
}

function runOf(result: CheckResult, { lines, version }: SarifOptions): object {
  const found = [...result.added, ...result.preexisting].slice(0, limits.results);
  const isNew = new Set(result.added);
  const names = fingerprints({ findings: found, lines });
  const rules = [...new Set(found.map(({ rule }) => rule))];
  return {
    tool: {
      driver: {
        name: `sluice/${result.name}`,
        ...(version !== undefined && { semanticVersion: version }),
        rules: rules.map((id) => ruleOf(id, found)),
      },
      extensions: result.tools.map((tool) => {
        const [name = tool, toolVersion = ''] = tool.split(' ');
        return { name, version: toolVersion };
      }),
    },
    automationDetails: { id: `sluice/${result.name}/` },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: hasLooked(result),
        toolExecutionNotifications: notices(result),
      },
    ],
    results: found.map((each, at) => ({
      ruleId: each.rule,
      ruleIndex: rules.indexOf(each.rule),
      level: each.level,
      message: { text: each.message === '' ? each.rule : each.message },
      locations: [locationOf(each)],
      partialFingerprints: { 'sluice/v1': names[at] },
      baselineState: isNew.has(each) ? 'new' : 'unchanged',
    })),
  };
}

function ruleOf(id: string, found: readonly Finding[]): object {
  const help = found.find((each) => each.rule === id && each.help !== null)?.help;
  return { id, ...(typeof help === 'string' && { helpUri: help }) };
}

function locationOf({ path, line, endLine }: Finding): object {
  const region = line === null ? {} : { region: { startLine: line, endLine: endLine ?? line } };
  return { physicalLocation: { artifactLocation: { uri: addressOf(path) }, ...region } };
}

/** A relative address: each part of the path on its own, since names may hold what addresses may not. */
function addressOf(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
}

function notices({ reason, unread }: CheckResult): readonly object[] {
  const files = unread.map(({ path, reason: why }) => ({
    level: 'warning',
    message: { text: `${path} could not be looked at: ${why}` },
  }));
  return reason === null || files.length > 0
    ? files
    : [{ level: 'error', message: { text: reason } }];
}
