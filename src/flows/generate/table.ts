/** Evidence as a Markdown table. */
import { hasLooked, type CheckResult } from '#core/check-result.ts';
import type { EvidenceRow } from '#core/evidence.ts';
import { codeCell } from '#core/neutral.ts';

const marks: Readonly<Record<EvidenceRow['verdict'], string>> = {
  proves: '✓ proves it',
  holds: '✓ holds',
  breaks: '✗ breaks',
  unknown: '? cannot be told',
};

export function evidenceTable(rows: readonly EvidenceRow[]): string {
  const lines = rows.map(({ name, command, before, after, verdict }) =>
    ['', name, codeCell(command), before, after, marks[verdict], ''].join(' | ').trim(),
  );
  return ['| | Command | Before | After | |', '| --- | --- | --- | --- | --- |', ...lines].join(
    '\n',
  );
}

/** What the checks found new, by check; nothing where none looks at such files. */
export function checksText(results: readonly CheckResult[]): readonly string[] {
  if (results.length === 0) return [];
  const looked = results.filter((result) => result.state !== 'skipped');
  const rows = looked.map(({ name, state, counts, ...result }) => {
    const numbers = hasLooked({ state }) ? [counts.added, counts.preexisting] : ['?', '?'];
    return `| ${[codeCell(name), codeCell(result.tools.join(', ')), ...numbers].join(' | ')} |`;
  });
  const head = ['| Check | By | New | There before |', '| --- | --- | --- | --- |'];
  const skipped = results.length - looked.length;
  const absent =
    skipped > 0
      ? `\n\nChecks that did not look, as what they need is not there: ${String(skipped)}.`
      : '';
  return [`### Checks\n\n${[...head, ...rows].join('\n')}${absent}`];
}
