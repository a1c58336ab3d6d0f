/** The pages that people see: GitHub's addresses, rendered on the server, with buttons that work without a script. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { roleOf } from './caller.ts';
import { streamChanges } from './pages/changes.ts';
import { isOurHost, readCookie, readForm } from './pages/form.ts';
import { html } from './pages/html.ts';
import { liveScript } from './pages/live.ts';
import { renderPage, type Frame } from './pages/page.ts';
import type { Answer } from './pages/route.ts';
import { answerRepository } from './pages/routes.ts';
import { answerSite, siteAddress } from './pages/site.ts';
import { viewerOf, type Page, type Site } from './pages/view.ts';
import { notFound, Refusal } from './refusal.ts';
import type { Repository } from './state.ts';

const cookie = 'acting_as';
const style = readFileSync(new URL('./pages/style.css', import.meta.url), 'utf8');

/** Answers when the address is that of a page, and says whether it was: if not, the request is untouched. */
export async function handlePage(
  request: IncomingMessage,
  response: ServerResponse,
  github: Site,
): Promise<boolean> {
  const url = new URL(request.url ?? '/', github.url);
  if (!['GET', 'HEAD', 'POST'].includes(request.method ?? '')) return false;
  if (!isOurHost(request, new URL(github.url).host)) {
    response.writeHead(403, { ...safety, 'content-type': 'text/plain; charset=utf-8' });
    response.end('These pages are shown under the name of this machine only.');
    return true;
  }
  const address = siteAddress(url.pathname, github.state.app.slug);
  if (url.pathname.startsWith('/-/') && address === undefined) {
    await handleOwn(request, response, { github, url });
    return true;
  }
  const target = targetOf(request, github, url);
  if (!target) return false;
  const viewer = viewerOf(github, target.repository, readCookie(request, cookie));
  const frame = { github, viewer, url, ...target };
  try {
    send(response, frame, await answer(frame, request));
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    send(response, frame, { page: refusedPage(thrown) });
  }
  return true;
}

interface Target {
  readonly repository?: Repository;
  /** Below the repository, without slashes at its ends. */
  readonly path: string;
}

/** What git and the REST API ask for below a repository's address. */
const notPages = /^(info|git-upload-pack|git-receive-pack|HEAD|objects)(\/|$)/;

function targetOf(request: IncomingMessage, { state }: Site, url: URL): Target | undefined {
  const address = siteAddress(url.pathname, state.app.slug);
  if (address !== undefined) {
    // The root is the REST API's too: browsers say that they want HTML.
    const wanted = request.headers.accept?.includes('text/html') === true;
    return wanted || request.method === 'POST' ? { path: address } : undefined;
  }
  const [owner, name, ...rest] = decoded(url.pathname).split('/').slice(1);
  const repository = state.repositories.find(
    (each) => each.owner.login === owner && each.name === name,
  );
  const path = rest.join('/').replace(/\/$/, '');
  return repository && !notPages.test(path) ? { repository, path } : undefined;
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    // An address that is not well-formed leads nowhere.
    return '/';
  }
}

type TargetFrame = Frame & Target;

async function answer(frame: TargetFrame, request: IncomingMessage): Promise<Answer> {
  const { repository, path, viewer } = frame;
  if (!repository) return answerSite(frame, path, request);
  if (roleOf(repository, viewer.login) === undefined) throw notFound();
  return answerRepository({ ...frame, repository }, path, request);
}

function refusedPage({ status, message, errors }: Refusal): Page {
  const said = status === 404 ? 'There is nothing here, or you may not see it.' : message;
  return {
    title: `${status} · Local GitHub`,
    topics: [],
    status,
    content: html`<section class="box refused">
      <p class="refused-status">${status}</p>
      <h2>${said}</h2>
      ${errors.map((error) => html`<p>${reasonOf(error)}</p>`)}
      <p class="muted">Go back, or choose somebody else to act as.</p>
    </section>`,
  };
}

function reasonOf(error: Refusal['errors'][number]): string {
  if (typeof error === 'string') return error;
  return error.message ?? `${error.field}: ${error.code.replaceAll('_', ' ')}`;
}

/** Nothing is loaded from elsewhere, and no other site may put these pages into a frame. */
const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "script-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const safety = {
  'cache-control': 'no-store',
  'content-security-policy': policy,
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

function send(response: ServerResponse, frame: Frame, found: Answer): void {
  if ('redirect' in found) {
    response.writeHead(303, { ...safety, location: found.redirect }).end();
  } else if ('text' in found) {
    response.writeHead(200, { ...safety, 'content-type': 'text/plain; charset=utf-8' });
    response.end(found.text);
  } else if ('file' in found) {
    const { bytes, type, name } = found.file;
    const disposition = `attachment; filename="${name}"`;
    response.writeHead(200, {
      ...safety,
      'content-type': type,
      'content-disposition': disposition,
    });
    response.end(bytes);
  } else {
    const { page } = found;
    response.writeHead(page.status ?? 200, {
      ...safety,
      'content-type': 'text/html; charset=utf-8',
    });
    response.end(renderPage(frame, page));
  }
}

interface Own {
  readonly github: Site;
  readonly url: URL;
}

/** What the pages need themselves: style, script, news, and the choice of who one acts as. */
async function handleOwn(
  request: IncomingMessage,
  response: ServerResponse,
  { github, url }: Own,
): Promise<void> {
  const text = (type: string, body: string, status = 200) => {
    response.writeHead(status, { ...safety, 'content-type': `${type}; charset=utf-8` }).end(body);
  };
  const asked = `${request.method} ${url.pathname}`;
  if (asked === 'POST /-/acting-as') await chooseViewer(request, response, github);
  else if (asked === 'GET /-/changes') {
    const topics = (url.searchParams.get('topics') ?? '').split(' ');
    streamChanges(request, response, { changes: github.changes, topics });
  } else if (asked === 'GET /-/style.css') text('text/css', style);
  else if (asked === 'GET /-/live.js') text('text/javascript', liveScript);
  else text('text/plain', 'Not found', 404);
}

async function chooseViewer(
  request: IncomingMessage,
  response: ServerResponse,
  github: Site,
): Promise<void> {
  try {
    const form = await readForm(request, new URL(github.url).host);
    const back = new URL(form.get('back') ?? '/', github.url);
    // Only the path: `//elsewhere` would lead away.
    const location = `/${back.pathname.replace(/^\/+/, '')}${back.search}`;
    const chosen = `${cookie}=${encodeURIComponent(form.get('login') ?? '')}`;
    const setting = `${chosen}; Path=/; HttpOnly; SameSite=Lax`;
    response.writeHead(303, { ...safety, location, 'set-cookie': setting }).end();
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    response
      .writeHead(thrown.status, { ...safety, 'content-type': 'text/plain' })
      .end(thrown.message);
  }
}
