/** How every verb answers: one JSON document or lines for people on stdout, the rest on stderr, and an exit code. */
import type { Outcome } from '#core/run.ts';

/** The environment as `cli.ts` hands it over. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** 0 done or proven, 1 failed, 2 wrong use or configuration, 3 ended without proof. */
export const exitCodes: Readonly<Record<Outcome, number>> = {
  proven: 0,
  unproven: 3,
  refused: 3,
  failed: 1,
};

/** Prints the one document that `--json` asks for, or else the lines. */
export function answer(
  json: boolean | undefined,
  document: unknown,
  lines: readonly string[],
): void {
  console.log(json === true ? JSON.stringify(document, null, 2) : lines.join('\n'));
}

/** Columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, index) => Math.max(cell.length, widest[index] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Resolves when a person or a supervisor asks the process to end. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
