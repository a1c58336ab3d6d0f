/** The smallest Probot app, to measure against: it proves signatures and its handler does nothing. Prints its address. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNodeMiddleware, createProbot, type Probot } from 'probot';

const [, , appId = '', keyFile = '', secret = ''] = process.argv;
const privateKey = readFileSync(keyFile, 'utf8');
const probot = createProbot({
  overrides: { appId, privateKey, secret, logLevel: 'fatal' },
  env: {},
});

function app(bot: Probot): void {
  bot.onAny(() => undefined);
}

const middleware = await createNodeMiddleware(app, {
  probot,
  webhooksPath: '/api/github/webhooks',
});
const server = createServer((request, response) => {
  void middleware(request, response, () => response.writeHead(404).end());
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
