/** Decide: asks every gate and fails closed: one that throws, takes too long, says nothing or says what is no verdict blocks. */
import { z } from 'zod';
import { answers, type Verdict } from '#core/verdict.ts';
import { verdict } from '#policy/reasons.ts';
import type { Gate, GateFacts } from '#policy/gates/gate.ts';

export interface Asked {
  readonly gates: readonly Gate[];
  readonly facts: GateFacts;
  /** Milliseconds since any moment. */
  readonly now: () => number;
}

/** Milliseconds for one gate: none needs a tenth of that for the largest change. */
const patience = 10_000;

/** One verdict for each gate, in their order, under the gate's own name. */
export function askAll({ gates, facts, now }: Asked): readonly Verdict[] {
  return gates.map((gate) => {
    const began = now();
    const said = askOne(gate, facts);
    return now() - began > patience ? unknown(gate, 'it took too long') : said;
  });
}

function askOne(gate: Gate, facts: GateFacts): Verdict {
  let said: unknown;
  try {
    said = gate.decide(facts);
  } catch (thrown) {
    return unknown(gate, `it broke (${thrown instanceof Error ? thrown.message : 'no error'})`);
  }
  if (said === undefined || said === null) return unknown(gate, 'it said nothing');
  const read = Said.safeParse(said);
  if (!read.success || read.data.gate !== gate.name) return unknown(gate, 'it gave no verdict');
  return read.data;
}

/** A block says why; a verdict with more than these is not ours. */
const Said = z
  .strictObject({
    gate: z.string(),
    answer: z.enum(answers),
    reasons: z.array(z.string()).readonly(),
  })
  .refine(({ answer, reasons }) => answer === 'pass' || reasons.length > 0);

function unknown({ name }: Gate, why: string): Verdict {
  return verdict(name, [`Whether the change may leave cannot be told: ${why}.`]);
}
