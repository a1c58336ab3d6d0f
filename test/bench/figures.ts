/** Figures of benches: percentiles, the host's load, and tables for people. */
import { readFileSync } from 'node:fs';

/** The value below which this share in (0, 1] of the values lies, rounded to a tenth; null where there are none. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.ceil(share * sorted.length) - 1];
  return found === undefined ? null : Math.round(found * 10) / 10;
}

/** Processes that ran or wanted to, on average of the last minute. */
export function hostLoad(): number {
  return Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]);
}

export function tableOf(rows: readonly (readonly (string | number | null)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (cell === null ? '-' : String(cell))));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? '').length)),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!),
        )
        .join('  '),
    )
    .join('\n');
}
