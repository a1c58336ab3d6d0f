/**
 * Runs inside the sandbox: lets a program reach the package gate. Listens on loopback, hands each connection on to the
 * gate's socket, and runs the program given as arguments with `{port}` replaced. Ends with that program's exit code.
 */
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

const gate = '/run/gate.sock';

function join(inner: Socket): void {
  const outer = connect(gate);
  for (const [one, other] of [
    [inner, outer],
    [outer, inner],
  ] as const) {
    one.pipe(other);
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
}

function portOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new TypeError('not listening');
  return String(address.port);
}

function run(port: string): void {
  const [program, ...args] = process.argv.slice(2).map((part) => part.replace('{port}', port));
  if (program === undefined) throw new TypeError('usage: bridge PROGRAM ARGUMENTS...');
  const child = spawn(program, args, { stdio: 'inherit' });
  child.on('error', (error) => {
    process.stderr.write(`bridge: ${error.message}\n`);
    process.exit(127);
  });
  child.on('exit', (code) => process.exit(code ?? 1));
}

const server = createServer(join);
server.listen(0, '127.0.0.1', () => run(portOf(server.address())));
