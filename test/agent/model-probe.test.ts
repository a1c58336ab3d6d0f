/** `doctor --model` on endpoints that behave well and badly, over real HTTP. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { probedEndpoint } from '#adapters/openai/probed.ts';
import { systemClock } from '#adapters/telemetry/clock.ts';
import { probeEndpoint, type ProbeReport } from '#agent/probe/run.ts';
import { doctorCommand } from '#cli/doctor.ts';
import { silentLog } from '../silent-log.ts';
import { oddEndpoint, type Faults, type OddEndpoint } from './odd-endpoint.ts';
import { selfSigned } from './self-signed.ts';

const patience = { short: 20_000, long: 20_000, beforeStop: 1_500, slack: 10_000 };

const open: OddEndpoint[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await Promise.all(open.splice(0).map((endpoint) => endpoint.close()));
});

async function listen(faults: Faults): Promise<OddEndpoint> {
  const endpoint = await oddEndpoint(faults);
  open.push(endpoint);
  return endpoint;
}

function probe(baseURL: string, more: Partial<typeof patience> = {}): Promise<ProbeReport> {
  const options = { baseURL, apiKey: 'key-of-the-test', model: 'some-model', log: silentLog };
  return probeEndpoint({
    endpoint: probedEndpoint({ ...options, price: { input: 1, output: 2 }, timeout: 20_000 }),
    clock: systemClock(),
    contextTokens: 128_000,
    patience: { ...patience, ...more },
  });
}

const results = ({ cases }: ProbeReport) => cases.map(({ result }) => result).join(' ');
const told = ({ shortcomings }: ProbeReport) =>
  shortcomings.map(({ what, meaning }) => `${what}: ${meaning}`).join('\n');

test('an endpoint that does everything right passes all five, and its tokens and costs are counted', async () => {
  const { url, heard } = await listen({ context: 128_000, writing: 200 });
  const report = await probe(url, { beforeStop: 100 });
  expect(results(report)).toBe('pass pass pass pass pass');
  expect(report).toMatchObject({
    usable: true,
    shortcomings: [],
    context: { configured: 128_000, told: 128_000 },
  });
  expect(heard).toEqual({ requests: 8, brokenOff: 1 });
  expect(report.cases.map(({ requests }) => requests)).toEqual([1, 2, 2, 2, 1]);
  // One word, a call and its answer, 300 lines, 128 lines, one word: the broken answer counts nothing.
  expect(report.cost).toEqual({ calls: 6, inputTokens: 240, outputTokens: 876, usd: 0.001992 });
  expect(report.cases.every(({ counted }) => counted !== false)).toBe(true);
});

const allButText = 'not asked not asked not asked not asked';

test.each<[string, Faults, string, RegExp, Partial<typeof patience>?]>([
  [
    'makes no tool calls',
    { tools: 'ignored' },
    'pass fail pass pass pass',
    /guess from their names/,
  ],
  ['refuses tools', { tools: 'refused' }, 'pass fail pass pass pass', /makes no tool calls/],
  [
    'calls with other arguments',
    { tools: 'wrong arguments' },
    'pass fail pass pass pass',
    /schema/,
  ],
  ['does not read results', { tools: 'unread results' }, 'pass fail pass pass pass', /returned/],
  ['cuts without saying so', { long: 'cut silently' }, 'pass pass fail pass pass', /200 of 300/],
  ['cuts early', { long: 'cut' }, 'pass pass fail pass pass', /below 8000 tokens/],
  ['leaves lines out', { long: 'gaps' }, 'pass pass weaker pass pass', /leaves out/],
  ['does not keep to limits', { limit: 'ignored' }, 'pass pass weaker pass pass', /may cost more/],
  ['does not tell of limits', { limit: 'not told' }, 'pass pass fail pass pass', /at its limit/],
  ['fails at a limit', { limit: 'error' }, 'pass pass weaker pass pass', /ends as an error/],
  [
    'writes on',
    { writesOn: true, writing: 200 },
    'pass pass pass weaker pass',
    /go on writing/,
    { slack: 100 },
  ],
  ['counts no tokens', { usage: 'none' }, 'pass pass pass pass pass', /does not report the tokens/],
  ['takes any name', { names: 'any' }, 'pass pass pass pass weaker', /SLUICE_MODEL goes unnoticed/],
  ['breaks by a wrong name', { names: 'outage' }, 'pass pass pass pass weaker', /like an outage/],
  ['reads less than is set', { context: 8192 }, 'pass pass pass pass pass', /CONTEXT=8192\./],
  ['says nothing', { empty: true }, 'fail fail fail pass pass', /no answer in words/],
  ['knows another key', { status: 401 }, `fail ${allButText}`, /Check OPENAI_API_KEY/],
  ['is down', { status: 503 }, `fail ${allButText}`, /Try again/],
  ['has no quota', { status: 429 }, `fail ${allButText}`, /no quota left/],
  ['sends pages', { page: '<html>Log in</html>' }, `fail ${allButText}`, /often \/v1/],
  ['is silent', { silent: true }, `fail ${allButText}`, /none within 0 s/, { short: 50 }],
])('of an endpoint that %s is told what follows', async (_, faults, expected, says, more) => {
  const report = await probe((await listen(faults)).url, more);
  expect(told(report)).toMatch(says);
  expect(results(report)).toBe(expected);
  expect(report.usable).toBe(!expected.includes('fail'));
});

describe('of an endpoint that is not reached the remedy is told:', () => {
  const secure = () => listen({ certificate: selfSigned() });
  test.each<[string, () => Promise<string>, RegExp]>([
    ['nothing listens', () => Promise.resolve('http://127.0.0.1:9/v1'), /start the model server/],
    ['a certificate of its own', async () => (await secure()).url, /set NODE_EXTRA_CA_CERTS/],
    [
      'TLS is not spoken',
      async () => (await listen({})).url.replace('http:', 'https:'),
      /start with http:/,
    ],
    ['TLS is spoken', async () => (await secure()).url.replace('https:', 'http:'), /http or https/],
  ])('%s', async (_, url, says) => {
    const report = await probe(await url());
    expect(told(report)).toMatch(says);
    expect(results(report)).toBe(`fail ${allButText}`);
  });
});

async function doctor(url: string, ...flags: readonly string[]) {
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  const environment = { OPENAI_BASE_URL: url, SLUICE_MODEL: 'some-model' };
  await doctorCommand(environment).parseAsync(['--model', ...flags], { from: 'user' });
  return { text: printed.join('\n'), code: process.exitCode };
}

test('the command tells people what was sent, seen and spent, and ends with 0', async () => {
  const { text, code } = await doctor((await listen({ names: 'any' })).url);
  expect(code).toBe(0);
  expect(text).toMatch(
    /✓ tool call: pass\n {4}sent {2}.*tool.*\n {4}seen {2}.*marmalade.*\n {4}took {2}\d+ ms, 2 requests, 80 tokens in, 10 out/,
  );
  expect(text).toContain('~ error: weaker');
  expect(text).toContain('generate can work with this endpoint.');
  expect(text).toMatch(/Cost of this probe: \d+ tokens in, \d+ out; no prices are set/);
});

test('with --json it prints one document, and an endpoint without tool calls ends with 1', async () => {
  const { text, code } = await doctor((await listen({ tools: 'ignored' })).url, '--json');
  expect(code).toBe(1);
  expect(JSON.parse(text)).toMatchObject({ model: 'some-model', usable: false });
});
