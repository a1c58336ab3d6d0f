/** Tries the sandbox by itself, in a process whose view of the machine may have been spoilt, and prints one JSON line about it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bubblewrapSandbox } from '#adapters/bubblewrap/sandbox.ts';
import { pinoLog } from '#adapters/telemetry/log.ts';
import { asSluiceError } from '#core/errors.ts';
import { hog } from './hog.ts';

function say(result: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

const [dataDir = '', tool = process.execPath, greedy] = process.argv.slice(2);
const memory = 160 * 2 ** 20;
const sandbox = bubblewrapSandbox({
  dataDir,
  tools: [{ from: tool, to: '/opt/tools/bin/node' }],
  limits: { tool: { memory } },
  log: pinoLog({ level: 'silent' }),
});
try {
  const path = join(dataDir, 'layers', 'tried');
  await mkdir(path, { recursive: true }).catch(() => undefined); // What the sandbox says about it counts.
  await writeFile(join(path, 'README.md'), 'tried\n').catch(() => undefined);
  const workspace = await sandbox.open([{ key: 'tried', path }]);
  const argv = greedy === undefined ? ['echo', 'ran'] : ['/opt/tools/bin/node', '-e', hog];
  const { stdout, outOfMemory } = await workspace.exec({ argv, purpose: 'tool' });
  const code = outOfMemory ? 'sandbox-memory' : '';
  const message = outOfMemory ? 'It was ended because it took too much memory.' : '';
  say({ ran: stdout === 'ran\n', code, message, hint: 'It was given more than it may have.' });
} catch (thrown) {
  const { code, message, hint = '' } = asSluiceError(thrown);
  say({ ran: false, code, message, hint });
} finally {
  await sandbox.close();
}
