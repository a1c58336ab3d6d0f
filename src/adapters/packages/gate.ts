/**
 * The package gate: an HTTP server on a unix socket that has exactly the files of one lockfile. What a sandbox can say
 * to it is which of them it wants; there is no address, query, body or header that goes any further.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createReadStream } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Duplex } from 'node:stream';
import { download, type Artifact, type Downloaded } from './download.ts';

/** What a path is answered with: a locked file, or a JSON document of our own, told the host that the client speaks to. */
export type Route =
  { readonly artifact: Artifact } | { readonly document: (host: string) => unknown };

/** Every path that may be asked for, spelled exactly so: nothing is decoded or normalised before it is compared. */
export type Routes = ReadonlyMap<string, Route>;

export interface GateOptions {
  /** A folder of ours alone, where files lie until they are given; whoever opened the gate removes it. */
  readonly folder: string;
  readonly routes: Routes;
  readonly signal: AbortSignal;
  /** Bytes that all files together may have; 2 GB when absent. */
  readonly total?: number;
  /** Bytes that one file may have. */
  readonly each?: number;
}

/** What happened at the gate, for the report. */
export interface GateRecord {
  /** Files given out. */
  served: number;
  /** Requests for what is not listed, or in a form that is not allowed. */
  readonly denied: string[];
  /** Listed files that could not be given, and why: for good, or for now. */
  readonly refused: string[];
  readonly unavailable: string[];
}

export interface Gate {
  /** Where it listens. */
  readonly socket: string;
  readonly record: GateRecord;
  close(): Promise<void>;
}

/** Why a request is not even looked up, or undefined. */
function malformed(request: IncomingMessage): number | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return 405;
  const { host, 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if (coding !== undefined || (length !== undefined && length !== '0')) return 400;
  if (host === undefined || !/^127\.0\.0\.1:\d{1,5}$/u.test(host)) return 421;
  return undefined;
}

/** Each file is fetched once, however often it is asked for, and whole before its first byte is given. */
function fetcher({ folder, signal, each, total = 2_000_000_000 }: GateOptions, record: GateRecord) {
  const fetched = new Map<Artifact, Promise<Downloaded>>();
  let held = 0;

  async function fetchNow(artifact: Artifact): Promise<Downloaded> {
    const file = join(folder, String(fetched.size));
    const done = await download(artifact, file, { signal, cap: each });
    if (done.state !== 'here') {
      record[done.state].push(`${artifact.label}: ${done.reason}`);
      return done;
    }
    held += done.size;
    if (held <= total) return done;
    const reason = `all packages together are larger than ${String(total)} bytes`;
    record.refused.push(`${artifact.label}: ${reason}`);
    return { state: 'refused', reason };
  }

  return (artifact: Artifact): Promise<Downloaded> => {
    const known = fetched.get(artifact) ?? fetchNow(artifact);
    fetched.set(artifact, known);
    return known;
  };
}

function answerer(options: GateOptions, record: GateRecord) {
  const fetchOnce = fetcher(options, record);

  async function give(artifact: Artifact, response: ServerResponse): Promise<void> {
    const fetched = await fetchOnce(artifact);
    if (fetched.state !== 'here') {
      // Not a 5xx, which npm would ask for again and again.
      response.writeHead(403).end();
      return;
    }
    record.served += 1;
    response.setHeader('content-type', 'application/octet-stream');
    response.setHeader('content-length', fetched.size);
    if (response.req.method === 'HEAD') response.end();
    else await pipeline(createReadStream(fetched.file), response);
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const route = options.routes.get(request.url ?? '');
    const status = malformed(request) ?? (route ? undefined : 403);
    if (status !== undefined || !route) {
      deny(record, request);
      response.writeHead(status ?? 403, { connection: 'close' }).end();
    } else if ('artifact' in route) {
      await give(route.artifact, response);
    } else {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(route.document(request.headers.host ?? '')));
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
  const socket = join(options.folder, 's');
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  await chmod(socket, 0o600);
  return {
    socket,
    record,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
