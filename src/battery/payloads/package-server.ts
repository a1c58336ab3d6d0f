/** A registry on loopback for attacks on installs, what it was told, and a proxy as one writes it first. */
import { createHash } from 'node:crypto';
import { createServer, request as ask } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';

export function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

export interface PackageServer {
  /** Ends in a slash. */
  readonly url: string;
  readonly port: number;
  /** Everything that it was told: lines, headers and bodies. */
  readonly told: string[];
  /** By path: bytes, or an address to go to instead. */
  readonly files: Map<string, Buffer | string>;
  close(): void;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  return address.port;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

export async function startServer(): Promise<PackageServer> {
  const told: string[] = [];
  const files: PackageServer['files'] = new Map();
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    void bodyOf(request).then(
      (body) => {
        told.push(`${method} ${url} ${JSON.stringify(request.headers)} ${body}`);
        const file = files.get(url);
        if (file === undefined) response.writeHead(404).end();
        else if (typeof file === 'string') response.writeHead(302, { location: file }).end();
        else {
          const json = file[0] === 0x7b;
          if (json) response.setHeader('content-type', 'application/vnd.pypi.simple.v1+json');
          response.end(file);
        }
      },
      () => response.destroy(),
    );
  });
  const port = await listen(server);
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${String(port)}/`, port, told, files, close };
}

/** Hands everything on to the registry, follows where that sends it, and opens tunnels. */
export async function startProxy(
  registry: PackageServer,
): Promise<{ port: number; close(): void }> {
  const pass = (
    { method, path }: { method: string; path: string },
    from: IncomingMessage,
    done: (body: Buffer) => void,
  ) => {
    const options = { host: '127.0.0.1', port: registry.port, method, path, headers: from.headers };
    const onward = ask(options, (answer) => {
      if (answer.headers.location !== undefined && path !== answer.headers.location) {
        pass({ method: 'GET', path: answer.headers.location }, from, done);
        answer.resume();
        return;
      }
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => done(Buffer.concat(chunks)));
    });
    onward.on('error', () => done(Buffer.from('')));
    if (from.readableEnded) onward.end();
    else from.pipe(onward);
  };
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').replace(/^http:\/\/[^/]*/u, '');
    pass({ method: request.method ?? 'GET', path }, request, (body) => response.end(body));
  });
  server.on('connect', (_request, socket, head: Buffer) => {
    const tunnel = connect(registry.port, '127.0.0.1');
    tunnel.on('error', () => socket.destroy());
    socket.on('error', () => tunnel.destroy());
    tunnel.write(head);
    socket.pipe(tunnel).pipe(socket);
  });
  const port = await listen(server);
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { port, close };
}

/** Sends the bytes of the file `payload` to the port that it is given, and prints what comes back. */
export const sender = `
const socket = require('net').connect(Number(process.argv[2]), '127.0.0.1');
const end = () => { console.log('\\nran'); process.exit(0); };
socket.on('data', (data) => process.stdout.write(data.toString('latin1').slice(0, 4000)));
socket.on('error', (error) => { console.log(error.code); end(); });
socket.on('close', end);
setTimeout(end, 1500);
socket.write(Buffer.from(require('fs').readFileSync('payload', 'utf8'), 'base64'));
`;
