/** Before every test file: nothing in this process may connect to anything beyond loopback. */
import { Socket } from 'node:net';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/;

/** Node hands the arguments over as they were given, or as a list that it has put in order. */
function hostOf(args: readonly unknown[]): string | undefined {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as readonly unknown[]) : args;
  if (typeof first === 'number') return typeof second === 'string' ? second : 'localhost';
  if (typeof first !== 'object' || first === null || 'path' in first) return undefined;
  return 'host' in first && typeof first.host === 'string' ? first.host : 'localhost';
}

// eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the socket that it belongs to
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (this: Socket, ...args: never[]) {
  const host = hostOf(args);
  if (host !== undefined && !loopback.test(host))
    throw new Error(`a test wanted to connect to ${host}: tests stay on this machine`);
  return Reflect.apply(connect, this, args) as Socket;
};
