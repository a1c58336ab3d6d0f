/** A broker in a process of its own: runs the sandbox's contract, or holds one command until it is killed. */
import { mkdir } from 'node:fs/promises';
import { bubblewrapSandbox } from '#adapters/bubblewrap/sandbox.ts';
import type { Log } from '#ports/telemetry.ts';
import { contractLimits, sandboxContract } from '../../contracts/sandbox.ts';
import { standing } from '../../contracts/standing.ts';

const nothing = () => undefined;
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => log };

const [mode = '', dataDir = '', word = ''] = process.argv.slice(2);
await mkdir(dataDir, { recursive: true });
const sandbox = bubblewrapSandbox({
  dataDir,
  tools: [{ from: process.execPath, to: '/opt/tools/bin/node' }],
  limits: contractLimits,
  log,
});

/** Prints the failures as one JSON list, and what `doctor` would say. */
async function contract(): Promise<void> {
  const health = await sandbox.health();
  const failures: string[] = [];
  for (const { title, run } of [...sandboxContract, ...standing]) {
    await run({ sandbox, dataDir }).catch((error: unknown) => {
      failures.push(`${title}: ${String(error)}`);
    });
  }
  await sandbox.close();
  process.stdout.write(JSON.stringify({ uid: process.getuid?.(), health, failures }));
}

if (mode === 'contract') await contract();
else {
  const workspace = await sandbox.open([]);
  const argv = ['/bin/sh', '-c', mode, word];
  const done = await workspace.exec({ argv, purpose: 'test' });
  process.stdout.write(done.stdout);
  await sandbox.close();
}
