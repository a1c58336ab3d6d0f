/** `doctor --model`: what the configured endpoint can and cannot do, in five cases, and what follows for Sluice. */
import { openLog, probeModel } from '#app.ts';
import { readConfig } from '#config.ts';
import { answer, table } from './answer.ts';
import type { Probe } from './probe.ts';

type Report = Awaited<ReturnType<typeof probeModel>>;
type CaseReport = Report['cases'][number];

const sign = { pass: '✓', weaker: '~', fail: '✗', 'not asked': '-' } as const;

export const modelProbe: Probe = {
  name: 'model',
  flag: '--model',
  about:
    'ask the configured model five things (it costs a few thousand tokens) and say what it cannot do. Exit code 1: generate cannot work with it',
  async run({ environment, json }) {
    const config = readConfig(environment);
    const report = await probeModel({ config, log: openLog('error') });
    const { name, baseUrl } = config.model ?? { name: '', baseUrl: '' };
    answer(json, { model: name, baseUrl, ...report }, [
      `${name} at ${baseUrl}`,
      '',
      ...report.cases.flatMap(caseLines),
      '',
      ...conclusion(report),
    ]);
    return report.usable;
  },
};

function caseLines(report: CaseReport): readonly string[] {
  const { name, result, sent, seen, milliseconds, requests, cost, counted } = report;
  const tokens = `${String(cost.inputTokens)} tokens in, ${String(cost.outputTokens)} out`;
  const facts = [
    `${String(milliseconds)} ms`,
    `${String(requests)} ${requests === 1 ? 'request' : 'requests'}`,
    ...(counted === null ? [] : [counted ? tokens : `${tokens} (estimated: none reported)`]),
  ];
  return [
    `${sign[result]} ${name}: ${result}`,
    ...table([
      ['    sent', sent],
      ['    seen', seen],
      ['    took', facts.join(', ')],
    ]),
  ];
}

function conclusion({ usable, shortcomings, context, cost }: Report): readonly string[] {
  const { inputTokens, outputTokens, usd } = cost;
  return [
    usable ? 'generate can work with this endpoint.' : 'generate cannot work with this endpoint.',
    ...shortcomings.flatMap(({ level, what, meaning }) => [
      `${sign[level]} ${what}`,
      `    ${meaning}`,
    ]),
    '',
    context.told === null
      ? `Context: ${String(context.configured)} tokens as configured; the endpoint does not tell its own.`
      : `Context: ${String(context.configured)} tokens as configured; the endpoint says ${String(context.told)}.`,
    `Cost of this probe: ${String(inputTokens)} tokens in, ${String(outputTokens)} out${
      usd === null ? '; no prices are set' : `, about $${usd.toFixed(4)}`
    }. What was broken off is not counted.`,
  ];
}
