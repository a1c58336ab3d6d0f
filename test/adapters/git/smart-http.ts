/** A forge's git side for tests: bare repositories served over HTTP by git's own `http-backend`, with one token. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { scratch } from '../../scratch.ts';

export const authorization = 'Basic dGVzdDp0ZXN0LXRva2VuLW9mLXRoZS1sb2NhbC1mb3JnZQ==';

const environment = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.invalid',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.invalid',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

/** Runs git for a test's own ends; answers with its output. */
export function git(folder: string, args: readonly string[], input = ''): string {
  const options = { cwd: folder, env: environment, input, maxBuffer: 1e9 };
  return execFileSync('git', args, options).toString('utf8').trim();
}

/** One line of `git mktree`: mode, type, object, name. */
export function treeLine(mode: string, oid: string, name: string): string {
  const type = { '040000': 'tree', '160000': 'commit' }[mode] ?? 'blob';
  return `${mode} ${type} ${oid}\t${name}\0`;
}

/** A bare repository whose commits are made of objects, so that its trees may hold anything. */
export class BareRepository {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    git(path, ['init', '-q', '--bare', '-b', 'main']);
  }

  blob(content: string): string {
    return git(this.path, ['hash-object', '-w', '--stdin'], content);
  }

  tree(lines: readonly string[]): string {
    return git(this.path, ['mktree', '-z', '--missing'], lines.join(''));
  }

  commit(tree: string, parents: readonly string[] = []): string {
    const before = parents.flatMap((parent) => ['-p', parent]);
    const commit = git(this.path, ['commit-tree', tree, '-m', 'a commit', ...before]);
    git(this.path, ['update-ref', `refs/heads/b-${commit.slice(0, 8)}`, commit]);
    return commit;
  }

  /** A commit of ordinary files, folders from their paths. */
  commitFiles(files: Readonly<Record<string, string>>, parents: readonly string[] = []): string {
    const work = scratch();
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      writeFileSync(join(work, path), content);
    }
    const index = join(scratch(), 'index');
    const at = ['--git-dir', this.path, '--work-tree', work];
    const env = { ...environment, GIT_INDEX_FILE: index };
    execFileSync('git', [...at, 'add', '-A', '-f', '.'], { cwd: work, env });
    const tree = execFileSync('git', [...at, 'write-tree'], { cwd: work, env });
    return this.commit(tree.toString('utf8').trim(), parents);
  }
}

export interface Served {
  readonly url: string;
  /** Method, path and authorization of each request so far. */
  readonly requests: { path: string; authorization: string | undefined }[];
  /** Bytes sent so far. */
  readonly sent: { bytes: number };
  /** Answers each request with this status instead, until it is undefined again. */
  trouble: number | undefined;
  close(): Promise<void>;
}

function cgi(root: string, request: IncomingMessage, url: URL): Record<string, string | undefined> {
  return {
    ...environment,
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: request.method,
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: request.headers['content-type'],
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
    GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    REMOTE_USER: 'test',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'uploadpack.allowAnySHA1InWant',
    GIT_CONFIG_VALUE_0: 'true',
  };
}

function answer(output: Buffer, response: ServerResponse, sent: { bytes: number }): void {
  const end = output.indexOf('\r\n\r\n');
  for (const line of output.subarray(0, end).toString('latin1').split('\r\n')) {
    const [name = '', value = ''] = line.split(': ');
    if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  sent.bytes += output.length - end;
  response.end(output.subarray(end + 4));
}

/** Serves the bare repositories below `root`. */
export async function serve(root: string): Promise<Served> {
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://forge.invalid');
    served.requests.push({ path: url.pathname, authorization: request.headers.authorization });
    const known = request.headers.authorization === authorization;
    const status = served.trouble ?? (known ? undefined : 401);
    if (status !== undefined) {
      if (status === 302) response.setHeader('location', `http://127.0.0.1:1${url.pathname}`);
      response.writeHead(status).end();
      return;
    }
    const backend = spawn('git', ['http-backend'], { env: cgi(root, request, url) });
    const chunks: Buffer[] = [];
    backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    backend.stderr.resume();
    backend.stdin.on('error', () => undefined);
    backend.on('close', () => {
      answer(Buffer.concat(chunks), response, served.sent);
    });
    request.pipe(backend.stdin);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const served: Served = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    requests: [],
    sent: { bytes: 0 },
    trouble: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return served;
}
