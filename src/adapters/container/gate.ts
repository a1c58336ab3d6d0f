/** Gate: joins what a command says to its gate with one unix socket of ours, through the streams of a program in its container. */
import { connect, type Socket } from 'node:net';
import { z } from 'zod';
import { errors } from '#core/errors.ts';
import { lastWords } from '#workspace/lines.ts';
import { parcel, parcelsOf, type Parcel } from '#workspace/parcels.ts';
import { startContainer } from './engine.ts';
import { ours, type House } from './flags.ts';

export interface OpenGate {
  close(): void;
}

/** Connections at a time: each takes a descriptor of ours, and a command may open thousands. */
const maxConnections = 64;

const Relayed = z.object({
  connection: z.int().nonnegative(),
  what: z.enum(['open', 'bytes', 'end', 'gone']),
});
type What = z.infer<typeof Relayed>['what'];

/** Resolves when commands in the container find `/run/gate.sock`. Throws unavailable when they will not. */
export async function openGate(house: House, container: string, target: string): Promise<OpenGate> {
  const { engine } = house;
  const argv = ['exec', '--interactive', '--user', '1000:1000', container, ...ours('relay.ts')];
  const child = startContainer(engine, argv);
  const words = lastWords(child.stderr);
  const parcels = parcelsOf(child.stdout);
  const first = await parcels.next().catch(() => undefined);
  if (first?.done !== false) {
    child.kill('SIGKILL');
    throw errors.sandboxFailed(`The gate could not be opened: ${words().slice(-500)}`);
  }
  const open = new Map<number, Socket>();
  const say = (connection: number, what: What, body?: Uint8Array) => {
    if (!child.stdin.destroyed) child.stdin.write(parcel({ connection, what }, body));
  };
  const close = () => {
    for (const socket of open.values()) socket.destroy();
    child.kill('SIGKILL');
  };
  // A command may have got hold of the relay and say anything: what makes no sense ends the gate.
  void relay(parcels, { target, open, say }).then(close, close);
  return { close };
}

interface Side {
  readonly target: string;
  readonly open: Map<number, Socket>;
  readonly say: (connection: number, what: What, body?: Uint8Array) => void;
}

async function relay(parcels: AsyncGenerator<Parcel, undefined>, side: Side): Promise<void> {
  for await (const { head, body } of parcels) {
    const { connection, what } = Relayed.parse(head);
    const socket = side.open.get(connection);
    if (what === 'open') take(connection, side);
    else if (what === 'bytes') await pour(socket, body);
    else if (what === 'end') socket?.end();
    else socket?.destroy();
  }
}

function take(connection: number, { target, open, say }: Side): void {
  if (open.has(connection) || open.size >= maxConnections) {
    say(connection, 'gone');
    return;
  }
  const socket = connect({ path: target, allowHalfOpen: true });
  open.set(connection, socket);
  socket.on('data', (bytes: Buffer) => say(connection, 'bytes', bytes));
  socket.on('end', () => say(connection, 'end'));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    open.delete(connection);
    say(connection, 'gone');
  });
}

/** A gate that reads slowly holds the command up, not our memory. */
async function pour(socket: Socket | undefined, bytes: Buffer): Promise<void> {
  if (!socket || socket.destroyed || socket.write(bytes)) return;
  await new Promise<void>((resolve) => {
    socket.once('drain', resolve).once('close', resolve);
  });
}
