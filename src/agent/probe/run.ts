/** Runs the probe's five cases on an endpoint and draws together what it cannot do and what follows. */
import { addCost, noCost, type Cost } from '#core/budget.ts';
import { asSluiceError, type SluiceError } from '#core/errors.ts';
import type { Clock } from '#ports/clock.ts';
import type { ModelAnswer } from '#ports/model.ts';
import { longAnswer, stop, wrongRequest } from './endure.ts';
import type { Kit, Patience, ProbeCase, ProbedEndpoint, Shortcoming } from './probe.ts';
import { text, toolCall } from './speak.ts';

export interface ProbeOptions {
  readonly endpoint: ProbedEndpoint;
  readonly clock: Clock;
  /** What the operator says of the model's size, in tokens. */
  readonly contextTokens: number;
  readonly patience?: Patience;
}

export interface CaseReport {
  readonly name: string;
  readonly result: 'pass' | 'weaker' | 'fail' | 'not asked';
  readonly sent: string;
  readonly seen: string;
  readonly milliseconds: number;
  readonly requests: number;
  readonly cost: Cost;
  /** Whether the endpoint counted the tokens; null where there was no answer. */
  readonly counted: boolean | null;
}

export interface ProbeReport {
  /** Whether generate can work with it. */
  readonly usable: boolean;
  readonly cases: readonly CaseReport[];
  readonly shortcomings: readonly Shortcoming[];
  /** Tokens; `told` is null where the endpoint does not say it. */
  readonly context: { readonly configured: number; readonly told: number | null };
  readonly cost: Cost;
}

const cases: readonly ProbeCase[] = [text, toolCall, longAnswer, stop, wrongRequest];

/** Milliseconds; the long one is what the App's own model waits. */
const usualPatience: Patience = {
  short: 120_000,
  long: 600_000,
  beforeStop: 1_500,
  slack: 3_000,
};

interface Tally {
  readonly reports: CaseReport[];
  readonly shortcomings: Shortcoming[];
  readonly took: Map<string, number>;
  /** Set when going on would only fail again. */
  over: boolean;
}

/** Never throws for what the endpoint does: that is what it reports. */
export async function probeEndpoint(options: ProbeOptions): Promise<ProbeReport> {
  const { endpoint, clock, patience = usualPatience } = options;
  const tally: Tally = { reports: [], shortcomings: [], took: new Map(), over: false };
  const kit: Kit = { endpoint, clock, patience, took: tally.took };
  for (const each of cases) {
    tally.reports.push(tally.over ? notAsked(each) : await perform(each, kit, tally));
  }
  const told = tally.over
    ? undefined
    : await endpoint.contextTokens(AbortSignal.timeout(patience.short));
  const { contextTokens: configured } = options;
  const shortcomings = [
    ...tally.shortcomings,
    ...countingProblems(tally.reports),
    ...contextProblems(configured, told),
  ];
  return {
    usable: shortcomings.every(({ level }) => level !== 'fail'),
    cases: tally.reports,
    shortcomings,
    context: { configured, told: told ?? null },
    cost: tally.reports.map(({ cost }) => cost).reduce(addCost, noCost),
  };
}

async function perform(each: ProbeCase, kit: Kit, tally: Tally): Promise<CaseReport> {
  const { endpoint, clock } = kit;
  const [began, before] = [clock.now().getTime(), endpoint.requests()];
  const measured = () => ({
    milliseconds: clock.now().getTime() - began,
    requests: endpoint.requests() - before,
  });
  try {
    const { seen, shortcomings, answers } = await each.run(kit);
    tally.shortcomings.push(...shortcomings);
    const result = resultOf(shortcomings);
    const counted = answers.length === 0 ? null : answers.every(({ usage }) => !usage.estimated);
    const cost = answers.map(costOf).reduce(addCost, noCost);
    const { name, sent } = each;
    const report = { name, result, sent, seen, ...measured(), cost, counted };
    tally.took.set(name, report.milliseconds);
    return report;
  } catch (thrown) {
    const error = asSluiceError(thrown);
    tally.shortcomings.push(failureOf(each, error));
    // What is wrong with the very first request, or with the line, is wrong with the others.
    tally.over = each === text || error.kind !== 'invalid';
    const { name, sent } = each;
    const told = { name, sent, seen: error.message, cost: noCost, counted: null };
    return { ...told, result: 'fail', ...measured() };
  }
}

function failureOf({ name }: ProbeCase, { message, hint }: SluiceError): Shortcoming {
  const meaning = hint ?? 'Try again; if it stays so, look into the log of the endpoint.';
  return { level: 'fail', what: `${name}: ${message}`, meaning };
}

function notAsked({ name }: ProbeCase): CaseReport {
  const none = { sent: 'nothing', seen: 'the endpoint failed before', counted: null };
  return { name, result: 'not asked', ...none, milliseconds: 0, requests: 0, cost: noCost };
}

function resultOf(shortcomings: readonly Shortcoming[]): CaseReport['result'] {
  const levels = shortcomings.map(({ level }) => level);
  if (levels.includes('fail')) return 'fail';
  return levels.includes('weaker') ? 'weaker' : 'pass';
}

function countingProblems(reports: readonly CaseReport[]): readonly Shortcoming[] {
  if (reports.every(({ counted }) => counted !== false)) return [];
  return [
    {
      level: 'weaker',
      what: 'it does not report the tokens that it used',
      meaning: "Costs and a run's budget rest on an estimate from the length of the text.",
    },
  ];
}

function contextProblems(configured: number, told: number | undefined): readonly Shortcoming[] {
  if (told === undefined || told >= configured) return [];
  return [
    {
      level: 'weaker',
      what: `SLUICE_MODEL_CONTEXT is ${String(configured)}, and the endpoint says ${String(told)}`,
      meaning: `Long requests would be refused, or cut without a word. Set SLUICE_MODEL_CONTEXT=${String(told)}.`,
    },
  ];
}

function costOf({ usage }: ModelAnswer): Cost {
  const { inputTokens, outputTokens, usd } = usage;
  return { calls: 1, inputTokens, outputTokens, usd };
}
