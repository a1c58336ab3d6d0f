/** The HTTP door: tells git, REST and pages apart, and answers refusals in GitHub's shape. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { errorAnswer, refusalAnswer, send } from './door/send.ts';
import { serveApi, type ApiOptions } from './door/serve.ts';
import { handleGit } from './git/http.ts';
import { handlePage } from './pages.ts';
import type { Site } from './pages/view.ts';
import { Refusal } from './refusal.ts';
import { handleControl } from './trouble/control.ts';

export interface DoorOptions extends ApiOptions {
  readonly github: Site;
}

export function createDoor(options: DoorOptions): RequestListener {
  return (request, response) => {
    answer(request, response, options).catch((thrown: unknown) => {
      const problem = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
      options.violations.push(`${request.method ?? ''} ${request.url ?? ''}: ${problem}`);
      if (response.headersSent) response.destroy();
      else send(response, errorAnswer(500, 'Server Error'));
    });
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: DoorOptions,
): Promise<void> {
  const { github } = options;
  const { pathname } = new URL(request.url ?? '/', github.url);
  response.setHeader('server', 'github.com');
  response.setHeader('x-github-request-id', randomUUID().slice(0, 18).toUpperCase());
  if (await handleControl(request, response, github)) return;
  if (await handleGit(request, response, github)) return;
  if (isApi(request, pathname)) await serveApi(request, response, options);
  else if (!(await handlePage(request, response, github)))
    send(response, refusalAnswer(new Refusal(404, 'Not Found')));
}

const apiRoots =
  /^\/(repos|repositories|app|app-manifests|installation|user|users|orgs|meta|rate_limit|search|graphql)(\/|$)/;

/** Browsers ask for HTML; at the API's own paths nobody else does. */
function isApi({ headers, method }: IncomingMessage, path: string): boolean {
  if (/^\/api\/(v3|uploads|graphql)(\/|$)/.test(path)) return true;
  const browser = headers.accept?.includes('text/html') ?? false;
  return apiRoots.test(path) || (path === '/' && method === 'GET' && !browser);
}
