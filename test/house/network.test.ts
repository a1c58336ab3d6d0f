/** Tests stay on this machine: the guard of `test/setup.ts` works. */
import { createServer, connect, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';

test('a connection beyond loopback is refused before it is tried', async () => {
  // An address that is reserved for documentation.
  expect(() => connect(80, '192.0.2.1')).toThrow('tests stay on this machine');
  await expect(fetch('http://192.0.2.1/')).rejects.toThrow();
});

test('loopback can be reached', async () => {
  const server = createServer((socket) => socket.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const said = await new Promise((resolve) => socket.setEncoding('utf8').once('data', resolve));
  expect(said).toBe('hello');
  server.close();
});
