/** `doctor --live`, with a local GitHub in the place of a real one: nothing differs, deviations are named, nothing leaks. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { liveProbe } from '#cli/live.ts';
import { shapeOf, shapeOfMark, shapeOfPath } from '#cli/shapes.ts';
import { isReading } from '#local-github/probing/live.ts';
import { openStage, type Stage } from '#local-github/probing/stage.ts';
import { rules } from '#local-github/rules/all.ts';
import { scratch } from '../scratch.ts';

let stage: Stage;
let printed: string[] = [];
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(() => {
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  stage.github.faults.clear();
});
afterAll(() => stage.github.stop());

const safe = rules.filter(({ changes }) => changes === 'nothing');

function live(options: Record<string, string | true>, value = 'acme/shop') {
  const { github } = stage;
  const environment = {
    APP_ID: String(github.app.id),
    PRIVATE_KEY: github.app.privateKey,
    WEBHOOK_SECRET: github.app.webhookSecret,
    GHE_HOST: new URL(github.url).host,
    GHE_PROTOCOL: 'http',
  };
  return liveProbe.run({ value, environment, json: options.json === true, options });
}

async function kept(folder: string, file: string): Promise<string> {
  return readFile(join(folder, file), 'utf8');
}

test('where GitHub does as the double does, every rule holds, and nobody is named in the recording', async () => {
  const folder = join(scratch(), 'live');
  expect(await live({ out: folder })).toBe(true);
  expect(printed[0]).toContain(`Holds ${String(safe.length)} rules`);
  expect(printed[0]).toContain('It reads only');
  const report = JSON.parse(await kept(folder, 'report.json')) as { held: number; skipped: number };
  expect(report).toMatchObject({ differing: 0, left: 0, stopped: null });
  expect(report.held + report.skipped).toBe(safe.length);
  expect(report.held).toBeGreaterThan(60);
  const { app, state } = stage.github;
  const secrets = [...state.tokens.keys(), 'PRIVATE KEY', 'eyJ', app.webhookSecret, 'ghs_'];
  const names = ['acme', 'shop', 'Wrong price', 'It is 2.', 'eve', 'sluice-local', 'users.noreply'];
  for (const file of await readdir(folder)) {
    const text = await kept(folder, file);
    expect(secrets.filter((each) => text.includes(each))).toEqual([]);
    expect(names.filter((each) => new RegExp(`\\b${each}\\b`).test(text))).toEqual([]);
  }
  const written = state.deliveries.filter(({ event }) => event !== 'installation');
  expect(written, 'nothing was changed').toEqual([]);
});

test('a deviation is named with both values, in the terminal and in the report', async () => {
  const path = '/repos/acme/shop/branches/main';
  stage.github.faults.set([{ kind: 'server-error', path, status: 503, times: 0 }]);
  const folder = join(scratch(), 'live');
  expect(await live({ out: folder })).toBe(false);
  const [at] = printed.flatMap((line, place) => (line === '✗ reads/branch' ? [place] : []));
  expect(printed.slice(at, (at ?? 0) + 3)).toEqual([
    '✗ reads/branch',
    '    status is 503, not 200',
    expect.stringContaining('✓'),
  ]);
  expect(await kept(folder, 'report.md')).toContain('- status is 503, not 200');
});

test('it stops where GitHub asks to wait, and says so', async () => {
  stage.github.faults.set([{ kind: 'secondary-limit', nth: 9, seconds: 7 }]);
  expect(await live({ out: join(scratch(), 'live'), json: true })).toBe(false);
  const report = JSON.parse(printed.join('\n')) as { stopped: string; left: number };
  expect(report.stopped).toBe('GitHub asks to wait 7 seconds');
  expect(report.left).toBeGreaterThan(safe.length - 9);
});

test('what was written before is never written over, and wrong use is told', async () => {
  await expect(live({ out: scratch() })).rejects.toMatchObject({ kind: 'invalid' });
  await expect(live({}, 'no repository')).rejects.toMatchObject({ kind: 'invalid' });
  const unknown = live({ out: join(scratch(), 'live') }, 'acme/nowhere');
  await expect(unknown).rejects.toMatchObject({ kind: 'invalid', message: /cannot read/ });
});

test.each([
  [{ path: '/x' }, true],
  [{ method: 'HEAD', path: '/x' }, true],
  [{ method: 'POST', path: '/x' }, false],
  [{ method: 'DELETE', path: '/x' }, false],
  [{ method: 'POST', path: '/graphql', body: { query: '{ viewer { login } }' } }, true],
  [{ method: 'POST', path: '/graphql', body: { query: 'mutation { x }' } }, false],
  [{ method: 'POST', path: '/graphql', body: { query: 'query { a } mutation { x }' } }, false],
] as const)('of %j it may be asked: %s', (question, may) => {
  expect(isReading(question)).toBe(may);
});

test('of texts their form is kept, of what GitHub chooses the value', () => {
  const seen = {
    title: 'Top secret',
    state: 'open',
    id: 77,
    comments: 2,
    created_at: '2026-11-21T00:00:00Z',
    sha: 'a'.repeat(40),
    permissions: { issues: 'write' },
    labels: [{ name: 'customer X' }],
  };
  expect(shapeOf(seen)).toEqual({
    title: '<text 10>',
    state: 'open',
    id: '<number>',
    comments: 2,
    created_at: '<time>',
    sha: '<sha>',
    permissions: { issues: 'write' },
    labels: [{ name: '<text 10>' }],
  });
  expect(shapeOfPath('GET', '/repos/a/b/branches/secret?page=2&q=secret')).toBe(
    '/repos/{owner}/{repo}/branches/{branch}?page=2&q=…',
  );
  const link = '<https://api.github.com/repos/a/b/labels?per_page=1&page=2>; rel="next"';
  expect(shapeOfMark(link)).toBe('</repos/{owner}/{repo}/labels?per_page=1&page=2>; rel="next"');
});
