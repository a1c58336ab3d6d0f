/** The control path `/_local`, which GitHub does not have: faults are switched on and off over HTTP. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { faultKinds } from '#local-github/faults/all.ts';
import { isOurHost } from '#local-github/pages/form.ts';
import type { Site } from '#local-github/pages/view.ts';
import { FaultError, readFault } from './read.ts';

/** False when the path is another. Only programs of this machine may use it: browsers name an origin. */
export async function handleControl(
  request: IncomingMessage,
  response: ServerResponse,
  github: Site,
): Promise<boolean> {
  const { pathname } = new URL(request.url ?? '/', github.url);
  if (!pathname.startsWith('/_local/')) return false;
  const say = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(`${JSON.stringify(body)}\n`);
  };
  const strange = !isOurHost(request, new URL(github.url).host) || request.headers.origin;
  if (strange) say(403, { message: 'Only programs of this machine may switch faults.' });
  else if (pathname === '/_local/limits') say(200, { exceeded: github.meter.exceeded });
  else if (pathname !== '/_local/faults')
    say(404, { message: 'There is only /_local/faults and /_local/limits.' });
  else await switchFaults(request, github, say);
  return true;
}

async function switchFaults(
  request: IncomingMessage,
  { faults }: Site,
  say: (status: number, body: unknown) => void,
): Promise<void> {
  try {
    const { method = '' } = request;
    if (method === 'PUT') faults.set(listOf(await readJson(request)).map(readFault));
    else if (method === 'POST')
      for (const fault of listOf(await readJson(request)).map(readFault)) faults.add(fault);
    else if (method === 'DELETE') faults.clear();
    else if (method !== 'GET') {
      say(405, { message: 'GET lists, PUT sets, POST adds, DELETE switches all off.' });
      return;
    }
    const kinds = faultKinds.map(({ name, about, of, takes }) => ({ name, about, of, takes }));
    say(200, { faults: faults.list(), kinds });
  } catch (thrown) {
    if (!(thrown instanceof FaultError)) throw thrown;
    say(422, { message: thrown.message });
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  try {
    return JSON.parse(await text(request));
  } catch {
    throw new FaultError('The body must be JSON: a fault, or a list of faults.');
  }
}
