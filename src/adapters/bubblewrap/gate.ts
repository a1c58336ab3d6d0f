/** Gate: lets commands reach one unix socket of ours, wherever it lies, through a socket that the runner can see. */
import { chmod, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';

export interface OpenGate {
  /** The socket's name in the gates folder. */
  readonly name: string;
  close(): Promise<void>;
}

/** Connections at a time: each takes two descriptors of ours, and a command may open thousands. */
const maxConnections = 64;

/** Passes each connection on to the socket at `target`, byte for byte. */
export async function openGate(gatesDir: string, target: string): Promise<OpenGate> {
  const name = `${randomBytes(6).toString('hex')}.sock`;
  const path = join(gatesDir, name);
  const server = createServer({ allowHalfOpen: true }, (inside) => {
    const outside = connect({ path: target, allowHalfOpen: true });
    inside.on('error', () => outside.destroy());
    outside.on('error', () => inside.destroy());
    inside.on('close', () => outside.destroy());
    outside.on('close', () => inside.destroy());
    inside.pipe(outside).pipe(inside);
    open.add(inside);
    inside.on('close', () => open.delete(inside));
  });
  const open = new Set<{ destroy(): void }>();
  server.maxConnections = maxConnections;
  server.listen(path);
  await once(server, 'listening');
  // Commands run as another user.
  await chmod(path, 0o666);
  return {
    name,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(path, { force: true });
    },
  };
}
