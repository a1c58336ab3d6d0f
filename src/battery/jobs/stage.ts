/** Stage: what stands on the machine for hostile jobs to reach: a canary, services, and a process of its own. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { perArena, type Arena } from '#battery/arena.ts';

/** In two halves, so that a script can look for it without having it in its own environment. */
const halves = ['canary-9b41', '7f3a91-end'] as const;
export const canary = halves.join('');

export interface Stage {
  /** Open to everybody, with the canary in the file `canary`. */
  readonly folder: string;
  /** The names that scripts know all of it by. */
  readonly names: Readonly<Record<string, string>>;
  /** Whether one of the services was told this word. */
  heard(word: string): boolean;
}

/** One for all jobs of an arena; it keeps no process alive and is gone with the arena's folder. */
export const stageOf = perArena(async ({ folder }: Arena): Promise<Stage> => {
  const top = await folder();
  await chmod(top, 0o755);
  const place = join(top, 'machine');
  await mkdir(place, { mode: 0o777 });
  await chmod(place, 0o777);
  await writeFile(join(place, 'canary'), `${canary}\n`, { mode: 0o644 });
  let heard = '';
  const hear = (chunk: Buffer): void => {
    heard = (heard + chunk.toString('latin1')).slice(-100_000);
  };
  const abstract = `sluice-battery-${randomUUID()}`;
  const [tcp, six] = [await listen(hear, '127.0.0.1'), await listen(hear, '::1').catch(() => 0)];
  await listen(hear, { path: join(place, 'socket') });
  await listen(hear, { path: `\0${abstract}` });
  return {
    folder: place,
    heard: (word) => heard.includes(word),
    names: {
      HOST_DIR: place,
      HOST_FILE: join(place, 'canary'),
      SOCKET: join(place, 'socket'),
      ABSTRACT: abstract,
      PORT: String(tcp),
      PORT6: String(six),
      UDP: String(await listenUdp(hear)),
      A: halves[0],
      B: halves[1],
    },
  };
});

/** The port; 0 for a path. Rejects where the machine has no such address. */
async function listen(
  hear: (chunk: Buffer) => void,
  at: string | { readonly path: string },
): Promise<number> {
  const server = createServer((socket: Socket) => {
    socket.on('data', hear).on('error', () => undefined);
    socket.unref();
  });
  server.listen(typeof at === 'string' ? { host: at, port: 0 } : at);
  await once(server, 'listening');
  server.unref();
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function listenUdp(hear: (chunk: Buffer) => void): Promise<number> {
  const socket = createSocket('udp4', hear);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.unref();
  return socket.address().port;
}

export interface Victim {
  readonly pid: number;
  lives(): boolean;
  end(): Promise<void>;
}

/** A process with the canary in its environment and among its arguments. */
export function startVictim(word: string): Victim {
  const child = spawn('/bin/sh', ['-c', 'sleep 60; :', word, canary], {
    env: { PATH: '/usr/bin:/bin', OPENAI_API_KEY: canary },
    stdio: 'ignore',
    detached: true,
  });
  const { pid = 0 } = child;
  const ended = once(child, 'exit');
  const lives = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    pid,
    lives,
    end: async () => {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // An attack ended it, and all that it had started.
      }
      await ended;
    },
  };
}
