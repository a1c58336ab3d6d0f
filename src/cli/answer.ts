/** How every verb answers: one JSON document or lines for people on stdout, the rest on stderr, and an exit code. */
import { z } from 'zod';
import { noCost } from '#core/budget.ts';
import { outgoingTerminal } from '#core/outgoing.ts';
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
  const text = json === true ? JSON.stringify(document, null, 2) : lines.join('\n');
  // Names of tests and words of models are among them.
  console.log(outgoingTerminal(text));
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

const EvidenceRow = z.object({
  name: z.string(),
  command: z.string(),
  before: z.string(),
  after: z.string(),
  verdict: z.string(),
});

/** What the generate flow adds to its result, as far as it came. */
export const Facts = z.object({
  branch: z.string().nullable().default(null),
  head: z.string().nullable().default(null),
  evidence: z.array(EvidenceRow).default([]),
  checks: z.array(z.object({ name: z.string(), conclusion: z.string() })).default([]),
  cost: z
    .object({
      calls: z.int(),
      inputTokens: z.int(),
      outputTokens: z.int(),
      usd: z.number().nullable(),
    })
    .default(noCost),
});

/** The evidence as a table for people, with an empty line below. */
export function evidenceLines(rows: readonly z.infer<typeof EvidenceRow>[]): readonly string[] {
  if (rows.length === 0) return [];
  const cells = rows.map(({ name, before, after, command }) => [name, before, after, command]);
  return [...table([['', 'before', 'after', 'command'], ...cells]), ''];
}
