/**
 * Relays connections to the package gate, which a container has no network to reach: listens on its socket, and hands what
 * comes in to the app by standard output, and what the app answers back. It runs as the command's user and is not trusted.
 */
import { createServer, type Socket } from 'node:net';
import { parcel, parcelsOf } from '#workspace/parcels.ts';

/** What both sides say: a connection's number and, with the bytes in the body, what became of it. */
export interface Relayed {
  readonly connection: number;
  readonly what: 'open' | 'bytes' | 'end' | 'gone';
}

const open = new Map<number, Socket>();
let count = 0;

function say(head: Relayed, body?: Uint8Array): void {
  process.stdout.write(parcel(head, body));
}

function take(socket: Socket): void {
  const connection = (count += 1);
  open.set(connection, socket);
  say({ connection, what: 'open' });
  socket.on('data', (bytes: Buffer) => say({ connection, what: 'bytes' }, bytes));
  socket.on('end', () => say({ connection, what: 'end' }));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    if (open.delete(connection)) say({ connection, what: 'gone' });
  });
}

if (import.meta.main) {
  createServer({ allowHalfOpen: true }, take).listen('/run/gate.sock', () => {
    say({ connection: 0, what: 'open' });
  });
  for await (const { head, body } of parcelsOf(process.stdin)) {
    // Written by our own app.
    const { connection, what } = head as Relayed;
    const socket = open.get(connection);
    if (what === 'bytes') socket?.write(body);
    else if (what === 'end') socket?.end();
    else socket?.destroy();
  }
  process.exit(0);
}
