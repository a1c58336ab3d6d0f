/** What tests of the sandbox share: this checkout, a copy of it that others can reach, and a broker of its own. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '#ports/telemetry.ts';

const nothing = () => undefined;
export const log: Log = {
  ...{ debug: nothing, info: nothing, warn: nothing, error: nothing },
  child: () => log,
};
export const node = { from: process.execPath, to: '/opt/tools/bin/node' };
export const root = join(import.meta.dirname, '../../..');
/** Relative to the checkout. */
export const broker = 'test/adapters/bubblewrap/broker.ts';

/** What a broker of its own needs of this checkout, in a folder that others can reach. */
export async function checkoutAt(place: string): Promise<void> {
  for (const name of [
    'src/adapters/bubblewrap',
    'src/core',
    'src/ports',
    'src/workspace',
    'src/runner.ts',
  ]) {
    await cp(join(root, name), join(place, name), { recursive: true });
  }
  for (const name of ['package.json', 'test/contracts', 'test/adapters/bubblewrap']) {
    await cp(join(root, name), join(place, name), { recursive: true });
  }
  await cp(await realpath(join(root, 'node_modules/zod')), join(place, 'node_modules/zod'), {
    recursive: true,
  });
  await cp(process.execPath, join(place, 'node'));
}

export async function outputOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'close');
  return text;
}
