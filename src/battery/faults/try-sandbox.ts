/** Tries the sandbox by itself, in a process whose view of the machine may have been spoilt, and prints one JSON line about it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bubblewrapSandbox } from '#adapters/bubblewrap/sandbox.ts';
import { pinoLog } from '#adapters/telemetry/log.ts';
import { asSluiceError } from '#core/errors.ts';

function say(result: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

const [dataDir = '', tool = process.execPath] = process.argv.slice(2);
const sandbox = bubblewrapSandbox({
  dataDir,
  tools: [{ from: tool, to: '/opt/tools/bin/node' }],
  log: pinoLog({ level: 'silent' }),
});
try {
  const path = join(dataDir, 'layers', 'tried');
  await mkdir(path, { recursive: true }).catch(() => undefined); // What the sandbox says about it counts.
  await writeFile(join(path, 'README.md'), 'tried\n').catch(() => undefined);
  const workspace = await sandbox.open([{ key: 'tried', path }]);
  const { stdout } = await workspace.exec({ argv: ['echo', 'ran'], purpose: 'tool' });
  say({ ran: stdout === 'ran\n', code: '', message: '', hint: '' });
} catch (thrown) {
  const { code, message, hint = '' } = asSluiceError(thrown);
  say({ ran: false, code, message, hint });
} finally {
  await sandbox.close();
}
