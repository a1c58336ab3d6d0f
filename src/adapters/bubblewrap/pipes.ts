/** Pipes: real ones for a command's output, since programs may open `/dev/stderr`, which no socket can be. */
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { runSystem } from './system.ts';

/** Makes the named pipes of one workspace; they carry one command at a time, and everyone may open them. */
export async function makePipes(folder: string): Promise<void> {
  await runSystem('mkfifo', ['-m', '666', join(folder, 'stdout'), join(folder, 'stderr')]);
}

export interface Pipe {
  readonly reader: Readable;
  /** The descriptor for the command. The reader ends when it and every copy of it is closed. */
  readonly writer: number;
}

export function openPipe(folder: string, name: 'stdout' | 'stderr'): Pipe {
  const path = join(folder, name);
  // The reader first and without waiting: else each end would wait for the other.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  return { reader: new Socket({ fd, readable: true, writable: false }), writer };
}

export function closeDescriptors(descriptors: readonly number[]): void {
  for (const descriptor of descriptors) closeSync(descriptor);
}
