/** Webhooks are sent here only by a GitHub of this machine that sends them nowhere yet. */
import { expect, test } from 'vitest';
import { claimHook } from '#adapters/github/hook.ts';
import { silentLog } from '../../silent-log.ts';

async function claimed(webUrl: string, hook: () => unknown): Promise<readonly unknown[]> {
  const asked: unknown[] = [];
  const asApp = {
    request: (route: string, parameters?: Record<string, unknown>) => {
      asked.push(parameters === undefined ? route : [route, parameters]);
      return Promise.resolve().then(() => ({ data: route.startsWith('GET') ? hook() : {} }));
    },
  };
  await claimHook(asApp, { webUrl, address: 'http://127.0.0.1:3/hooks', log: silentLog });
  return asked;
}

const question = 'GET /app/hook/config';
const taken = [
  'PATCH /app/hook/config',
  { data: { url: 'http://127.0.0.1:3/hooks', content_type: 'json' } },
];

test.each([
  ['a local GitHub without an address', 'http://127.0.0.1:4010', () => ({}), [question, taken]],
  ['one with an empty address', 'http://localhost:1', () => ({ url: '' }), [question, taken]],
  ['one that has an address', 'http://127.0.0.1:1', () => ({ url: 'http://x.test' }), [question]],
  ['one with nonsense for an answer', 'http://127.0.0.1:1', () => 7, [question]],
  [
    'one that does not answer',
    'http://127.0.0.1:1',
    () => {
      throw new Error('gone');
    },
    [question],
  ],
  ['github.com', 'https://github.com', () => ({}), []],
  ['a server that only looks local', 'https://127.0.0.1.example.com', () => ({}), []],
])('%s', async (_, webUrl, hook, asked) => {
  expect(await claimed(webUrl, hook)).toEqual(asked);
});
