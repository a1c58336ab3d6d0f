/** Evidence as a Markdown table. */
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
