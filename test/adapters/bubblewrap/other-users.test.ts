/** The sandbox for a broker that is an ordinary user, and in a checkout that only root can read; beside the other suite. */
import { execFileSync, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bubblewrapSandbox } from '#adapters/bubblewrap/sandbox.ts';
import { layerOf } from '../../contracts/sandbox.ts';
import { broker, checkoutAt, log, outputOf } from './checkout.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.runIf(process.getuid?.() === 0)('as root', () => {
  test(
    'the whole contract holds for a broker that is an ordinary user, and what is weaker is said',
    { timeout: 60_000 },
    async () => {
      const place = join(folder, 'checkout');
      await checkoutAt(place);
      await chmod(folder, 0o755);
      execFileSync('chown', ['-R', '65534:65534', place]);
      const dropped = ['--reuid=65534', '--regid=65534', '--clear-groups', '--'];
      const argv = [join(place, 'node'), join(place, broker), 'contract', join(place, 'data')];
      const child = spawn('setpriv', [...dropped, ...argv], { cwd: place, env: {} });
      const report = JSON.parse(await outputOf(child)) as unknown;
      expect(report).toMatchObject({ uid: 65534, failures: [], health: { works: true } });
      expect(JSON.stringify(report)).toContain('"level":"weaker"');
    },
  );

  test('it works in a checkout that only root can read, files included', async () => {
    const place = join(folder, 'private');
    await checkoutAt(place);
    execFileSync('chmod', ['-R', 'u+rwX,go-rwx', place]);
    const closed = bubblewrapSandbox({
      dataDir: join(place, 'data'),
      tools: [
        { from: join(place, 'node'), to: '/opt/tools/bin/node' },
        { from: join(place, 'src/core'), to: '/opt/tools/src/core' },
      ],
      runner: join(place, 'src/runner.ts'),
      log,
    });
    const layer = await layerOf(join(place, 'data'), { 'a.txt': 'a\n' });
    await chmod(join(layer.path, 'a.txt'), 0o600);
    const workspace = await closed.open([layer]);
    const script = `const fs = require('node:fs'); fs.appendFileSync('a.txt', 'b'); console.log(fs.readdirSync('/opt/tools/src/core').includes('run.ts'), fs.readFileSync('/opt/tools/src/core/run.ts', 'utf8').length > 100)`;
    const done = await workspace.exec({ argv: ['node', '-e', script], purpose: 'tool' });
    expect(done).toMatchObject({ exitCode: 0, stdout: 'true true\n' });
    await closed.close();
  });
});
