/**
 * The package gate: an HTTP server on a unix socket that has exactly the packages of one lockfile. What a sandbox can
 * say to it is which of them it wants; there is no address, query, body or header that goes any further.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { chmod } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import { tarballPath } from './lockfile.ts';
import type { LockedPackage } from './lockfile.ts';
import { fetchTarball } from './upstream.ts';

export interface GateOptions {
  /** Where it listens; at most 107 bytes. */
  readonly socket: string;
  /** Ends in a slash. */
  readonly registry: string;
  readonly packages: readonly LockedPackage[];
  readonly signal: AbortSignal;
  /** Bytes that all tarballs together may have; 2 GB when absent. */
  readonly total?: number;
  /** Bytes that one tarball may have. */
  readonly each?: number;
}

/** What happened at the gate, for the report. */
export interface GateRecord {
  /** Tarballs given out. */
  served: number;
  /** Requests for what is not listed, or in a form that is not allowed. */
  readonly denied: string[];
  /** Listed packages that could not be given, and why: for good, or for now. */
  readonly refused: string[];
  readonly unavailable: string[];
}

export interface Gate {
  readonly record: GateRecord;
  close(): Promise<void>;
}

type Route = { readonly tarball: LockedPackage } | { readonly document: readonly LockedPackage[] };

/** Every path that may be asked for, spelled exactly so: nothing is decoded or normalised before it is compared. */
function routesOf(packages: readonly LockedPackage[]): ReadonlyMap<string, Route> {
  const routes = new Map<string, Route>();
  for (const [name, all] of Map.groupBy(packages, (locked) => locked.name)) {
    for (const spelled of [name, name.replace('/', '%2f'), name.replace('/', '%2F')]) {
      routes.set(`/${spelled}`, { document: all });
    }
  }
  for (const locked of packages) {
    routes.set(`/${tarballPath(locked.name, locked.version)}`, { tarball: locked });
    // npm keeps the path of the lockfile's address and changes its host only.
    const own = locked.resolved === undefined ? null : URL.parse(locked.resolved);
    if (own) routes.set(own.pathname, { tarball: locked });
  }
  return routes;
}

/** The registry's document of a package, as if the locked versions were all that was ever published. */
function documentOf(all: readonly LockedPackage[], host: string): string {
  const [first] = all;
  const versions: Record<string, unknown> = {};
  for (const locked of all) {
    versions[locked.version] = {
      ...locked.manifest,
      name: locked.name,
      version: locked.version,
      dist: {
        tarball: `http://${host}/${tarballPath(locked.name, locked.version)}`,
        integrity: locked.integrity,
      },
    };
  }
  return JSON.stringify({
    name: first?.name,
    'dist-tags': { latest: first?.version },
    versions,
  });
}

/** Why a request is not even looked up, or undefined. */
function malformed(request: IncomingMessage): number | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return 405;
  const { host, 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if (coding !== undefined || (length !== undefined && length !== '0')) return 400;
  if (host === undefined || !/^127\.0\.0\.1:\d{1,5}$/u.test(host)) return 421;
  return undefined;
}

function answerer(options: GateOptions, record: GateRecord) {
  const routes = routesOf(options.packages);
  const total = options.total ?? 2_000_000_000;
  let given = 0;

  async function giveTarball(locked: LockedPackage, response: ServerResponse): Promise<void> {
    const { signal, each } = options;
    const limits = { signal, ...(each === undefined ? {} : { cap: each }) };
    const fetched = await fetchTarball(locked, options.registry, limits);
    const name = `${locked.name}@${locked.version}`;
    if (fetched.state !== 'fetched') {
      record[fetched.state].push(`${name}: ${fetched.reason}`);
      // Not a 5xx, which npm would ask for again and again.
      response.writeHead(403).end();
      return;
    }
    given += fetched.bytes.length;
    if (given > total) {
      record.refused.push(`${name}: all packages together are larger than ${String(total)} bytes`);
      response.writeHead(403).end();
      return;
    }
    record.served += 1;
    response.setHeader('content-type', 'application/octet-stream');
    response.end(fetched.bytes);
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const route = routes.get(request.url ?? '');
    const status = malformed(request) ?? (route ? undefined : 403);
    if (status !== undefined || !route) {
      deny(record, request);
      response.writeHead(status ?? 403, { connection: 'close' }).end();
    } else if ('tarball' in route) {
      await giveTarball(route.tarball, response);
    } else {
      response.setHeader('content-type', 'application/json');
      response.end(documentOf(route.document, request.headers.host ?? ''));
    }
  };
}

function deny(record: GateRecord, request: IncomingMessage): void {
  if (record.denied.length < 100) {
    record.denied.push(`${request.method ?? ''} ${(request.url ?? '').slice(0, 200)}`);
  }
}

function makeServer(options: GateOptions, record: GateRecord): Server {
  const answer = answerer(options, record);
  const server = createServer(
    { maxHeaderSize: 8192, headersTimeout: 10_000, requestTimeout: 30_000 },
    (request, response) => {
      answer(request, response).catch(() => response.destroy());
    },
  );
  server.maxConnections = 64;
  const refuse = (request: IncomingMessage, socket: Duplex) => {
    deny(record, request);
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nconnection: close\r\n\r\n');
  };
  server.on('connect', refuse).on('upgrade', refuse);
  return server;
}

/** Opens the gate. Only we may use its socket: the sandbox passes on what its commands say. */
export async function openGate(options: GateOptions): Promise<Gate> {
  const record: GateRecord = { served: 0, denied: [], refused: [], unavailable: [] };
  const server = makeServer(options, record);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.socket, resolve);
  });
  await chmod(options.socket, 0o600);
  return {
    record,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
