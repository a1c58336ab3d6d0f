/** A package registry for tests, on loopback: packages made here, and every path that was asked for. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { scratch } from '../../scratch.ts';

/** A package as npm would pack it: everything in a folder `package`. */
export function pack(files: Readonly<Record<string, string>>): Buffer {
  const folder = scratch();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'package', path)), { recursive: true });
    writeFileSync(join(folder, 'package', path), content);
  }
  return execFileSync('tar', ['czf', '-', '-C', folder, 'package']);
}

export function integrityOf(bytes: Buffer, kind = 'sha512'): string {
  return `${kind}-${createHash(kind).update(bytes).digest('base64')}`;
}

export interface TinyRegistry {
  /** Ends in a slash. */
  readonly url: string;
  readonly asked: string[];
  /** What a path is answered with: bytes, a status, or an address to be redirected to. */
  readonly answers: Map<string, Buffer | number | string>;
  close(): Promise<void>;
}

export async function startRegistry(): Promise<TinyRegistry> {
  const asked: string[] = [];
  const answers: TinyRegistry['answers'] = new Map();
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers.get(request.url ?? '') ?? 404;
    if (typeof answer === 'number') response.writeHead(answer).end();
    else if (typeof answer === 'string') response.writeHead(302, { location: answer }).end();
    else response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`,
    asked,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
