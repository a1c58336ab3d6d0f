/** Where the sandbox does not hold, the App runs nothing of a repository, and says so on the issue and in its log. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import { answersFolder, world } from '#demo/story.ts';
import { startLocalGitHub } from '#local-github/local-github.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-broken-'));
chmodSync(folder, 0o711);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** Bubblewrap as it is, but for the word by which commands get no network. */
const careless = `#!/bin/sh
for word do shift; [ "$word" = --unshare-net ] || set -- "$@" "$word"; done
exec /usr/bin/yes "$@"
`;

test.skipIf(!existsSync('/usr/bin/bwrap'))(
  'a bubblewrap that leaves commands in the network is found out, and no run begins',
  async () => {
    const wrapper = join(folder, 'bwrap');
    writeFileSync(wrapper, careless, { mode: 0o755 });
    const github = await startLocalGitHub({ world, folder: join(folder, 'github') });
    // The machine as it is, but for that one program; the real one lies where nobody of ours looks.
    const view = ['/usr/bin/bwrap', '/usr/bin/yes', wrapper, '/usr/bin/bwrap'];
    const binds = [view.slice(0, 2), view.slice(2)].flatMap((pair) => ['--ro-bind', ...pair]);
    const program = [process.execPath, 'src/cli.ts', 'serve'];
    const app = spawn(
      '/usr/bin/bwrap',
      ['--die-with-parent', '--dev-bind', '/', '/', ...binds, '--', ...program],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {
          ...{ PATH: process.env.PATH, HOME: folder, SLUICE_DATA_DIR: join(folder, 'data') },
          ...{ SLUICE_SANDBOX: 'bubblewrap', SLUICE_RECORDINGS: answersFolder, PORT: '0' },
          ...{ APP_ID: String(github.app.id), PRIVATE_KEY_PATH: github.app.privateKeyFile },
          ...{ WEBHOOK_SECRET: github.app.webhookSecret },
          ...{ GHE_HOST: new URL(github.url).host, GHE_PROTOCOL: 'http' },
        },
      },
    );
    try {
      const said: string[] = [];
      for await (const line of createInterface(app.stderr)) {
        said.push(line);
        if (line.includes('"msg":"ready"')) break;
      }
      expect(said.join('\n')).toMatch(/"problem":"[^"]*not alone[^"]*".*sandbox does not work/);
      app.stderr.resume();
      const issue = github.state.repositories[0]?.issues.get(1);
      await fetch(`${github.url}/api/v3/repos/acme/tally/issues/1/labels`, {
        method: 'POST',
        headers: { authorization: `Bearer ${github.users[0]?.token ?? ''}` },
        body: JSON.stringify({ labels: ['sluice'] }),
      });
      await expect
        .poll(() => issue?.comments.at(-1)?.body ?? '', { timeout: 50_000 })
        .toContain('The sandbox does not start here');
      const pulls = [...(github.state.repositories[0]?.issues.values() ?? [])];
      expect(pulls.filter(({ pull }) => pull !== null)).toEqual([]);
    } finally {
      app.kill('SIGTERM');
      await once(app, 'close');
      await github.stop();
    }
  },
);
