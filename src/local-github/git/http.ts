/** git over HTTP: clone, fetch and push with GitHub's permission checks, one git child per request. */
import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { pushed } from '#local-github/actions/pushes.ts';
import type { Move } from '#local-github/actions/move.ts';
import { contentsWrite, mayWriteWorkflows } from '#local-github/actions/refs.ts';
import { authenticate, tokenOf } from '#local-github/authenticate.ts';
import { demand, demandRead } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { isSilenced } from '#local-github/door/send.ts';
import { formerlyNamed } from '#local-github/door/renamed.ts';
import type { Strike } from '#local-github/faults/fault.ts';
import type { Site } from '#local-github/pages/view.ts';
import { Refusal } from '#local-github/refusal.ts';
import { findRepository, sees } from '#local-github/rest/route.ts';
import type { Answer } from '#local-github/rest/route.ts';
import { fullName } from '#local-github/shapes/links.ts';

import { readRef } from './refs.ts';
import { gitEnvironment } from './run.ts';

/** Git runs the hook in here before a ref moves; only set for callers that it is meant for. */
const workflowHooks = fileURLToPath(new URL('./hooks', import.meta.url));

type Service = 'git-upload-pack' | 'git-receive-pack';

const route = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

interface GitRequest {
  readonly scope: Scope;
  readonly service: Service;
  readonly advertise: boolean;
  /** A fault: what is asked is done, and the connection breaks within the answer. */
  readonly spoiled: boolean;
}

/** False when the request is not git's. */
export async function handleGit(
  request: IncomingMessage,
  response: ServerResponse,
  github: Site,
): Promise<boolean> {
  const address = new URL(request.url ?? '/', github.url);
  const [, owner, name, action] = route.exec(address.pathname) ?? [];
  const service = serviceOf(action, address.searchParams.get('service'));
  if (!owner || !name || !service) return false;
  const strike = struck(request, github, address.pathname);
  if (await isSilenced(response, strike)) return true;
  try {
    if (typeof strike.before === 'object') throw notNow(strike.before);
    const scope = admit(request, {
      github,
      service,
      owner,
      name,
      rest: `${action}${address.search}`,
    });
    const spoiled = strike.after !== undefined;
    await serve(request, response, { scope, service, advertise: action === 'info/refs', spoiled });
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    request.resume();
    refuse(response, thrown, strike);
  }
  return true;
}

function notNow({ status }: Answer): Refusal {
  return new Refusal(status, 'Git is not available just now.');
}

function struck({ headers, method = 'GET' }: IncomingMessage, github: Site, path: string): Strike {
  const token = tokenOf(github, headers);
  return github.faults.strike({ github, token, path, on: 'git', method });
}

function serviceOf(action: string | undefined, asked: string | null): Service | undefined {
  const service = action === 'info/refs' ? asked : action;
  return service === 'git-upload-pack' || service === 'git-receive-pack' ? service : undefined;
}

interface Wanted {
  readonly github: Site;
  readonly service: Service;
  readonly owner: string;
  readonly name: string;
  /** What follows the repository in the address. */
  readonly rest: string;
}

/** Git asks without credentials first: 401 makes it ask again with them. */
function admit(request: IncomingMessage, { github, service, owner, name, rest }: Wanted): Scope {
  const caller = authenticate(github, request.headers);
  if (caller.kind === 'app') throw new Refusal(401, 'Invalid username or token.');
  leadOn(github, { owner, name, rest });
  const repository = findRepository(github, owner, name);
  const hidden = !repository || !sees(caller, repository);
  if (hidden && caller.kind === 'anonymous') throw new Refusal(401, 'Authentication required.');
  if (hidden) throw new Refusal(404, 'Repository not found.');
  const scope = { github, caller, repository };
  if (service === 'git-upload-pack') {
    demandRead(scope, 'contents');
    return scope;
  }
  try {
    demand(scope, contentsWrite);
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.status === 403)
      throw new Refusal(403, 'Write access to repository not granted.');
    throw thrown;
  }
  return scope;
}

/** Throws 301 to where a repository is now that once had this name. */
function leadOn(
  github: Site,
  { owner, name, rest }: Pick<Wanted, 'owner' | 'name' | 'rest'>,
): void {
  const renamed = formerlyNamed(github, owner, name);
  if (!renamed) return;
  const location = `${github.url}/${fullName(renamed)}.git/${rest}`;
  throw new Refusal(301, 'Moved Permanently', { headers: { location } });
}

function refuse(
  response: ServerResponse,
  { status, message, headers: more }: Refusal,
  { after }: Strike,
): void {
  if (after !== undefined) {
    response.destroy();
    return;
  }
  const headers: Record<string, string> = { 'content-type': 'text/plain; charset=utf-8', ...more };
  if (status === 401) headers['www-authenticate'] = 'Basic realm="GitHub"';
  response.writeHead(status, headers).end(`${message}\n`);
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  asked: GitRequest,
): Promise<void> {
  const { scope, service, advertise } = asked;
  const kind = advertise ? 'advertisement' : 'result';
  const input: Readable =
    request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
  response.setHeader('content-type', `application/x-${service}-${kind}`);
  response.setHeader('cache-control', 'no-cache');
  if (service === 'git-upload-pack' || advertise) {
    const child = start(request, asked);
    // A client may go away in the middle: the child then ends by its broken pipes.
    input.on('error', () => child.kill()).pipe(child.stdin);
    if (advertise) response.write(greeting(service));
    if (asked.spoiled) child.stdout.once('data', () => response.destroy());
    child.stdout.pipe(response);
    await ended(child);
    return;
  }
  const body = await buffer(input);
  const child = start(request, asked);
  child.stdin.end(body);
  const [output] = await Promise.all([buffer(child.stdout), ended(child)]);
  await follow(scope, commands(body));
  if (asked.spoiled) response.destroy();
  else response.end(output);
}

function start(request: IncomingMessage, { scope, service, advertise }: GitRequest) {
  const { folder } = scope.repository;
  const version = request.headers['git-protocol'];
  const guarded = service === 'git-receive-pack' && !mayWriteWorkflows(scope);
  const child = spawn(
    'git',
    [
      ...(guarded ? ['-c', `core.hooksPath=${workflowHooks}`] : []),
      service.slice('git-'.length),
      '--stateless-rpc',
      ...(advertise ? ['--advertise-refs'] : []),
      folder,
    ],
    {
      env: {
        ...gitEnvironment(),
        ...(typeof version === 'string' ? { GIT_PROTOCOL: version } : {}),
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  child.stdin.on('error', () => undefined);
  return child;
}

function ended(child: ReturnType<typeof start>): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve());
  });
}

/** The packet and flush that smart HTTP wants before the refs. */
function greeting(service: Service): string {
  const line = `# service=${service}\n`;
  return `${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`;
}

/** What a push asks for: the packets before the first flush, each `old new ref`. */
function commands(body: Buffer): readonly Move[] {
  const moves: Move[] = [];
  for (let at = 0; at + 4 <= body.length;) {
    const length = parseInt(body.toString('latin1', at, at + 4), 16);
    if (!(length > 4)) break;
    const line = body.toString('utf8', at + 4, at + length).split('\0', 1)[0] ?? '';
    const [before = '', after = '', ref = ''] = line.trim().split(' ');
    const orNull = (sha: string): string | null => (/^0+$/.test(sha) ? null : sha);
    if (ref.startsWith('refs/')) moves.push({ ref, before: orNull(before), after: orNull(after) });
    at += length;
  }
  return moves;
}

/** Tells of those moves that git did not refuse. */
async function follow(scope: Scope, asked: readonly Move[]): Promise<void> {
  if (scope.caller.kind === 'anonymous') return;
  const done: Move[] = [];
  for (const move of asked) {
    const now = (await readRef(scope.repository.folder, move.ref)) ?? null;
    if (now === move.after && move.before !== move.after) done.push(move);
  }
  await pushed(scope, scope.caller.account, done);
}
