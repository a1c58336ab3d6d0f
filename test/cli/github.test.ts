/** `github` as a process of its own: one line when it is ready, and a clean end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const command = fileURLToPath(import.meta.resolve('#cli/github.ts'));
const program = `import { githubCommand } from ${JSON.stringify(command)};
await githubCommand().parseAsync(process.argv.slice(1), { from: 'user' });`;

function github(...argv: string[]) {
  const evaluate = ['--input-type=module-typescript', '--eval', program, '--'];
  return spawn(process.execPath, [...evaluate, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
}

test('it prints one line of JSON, answers, and ends when it is told to', async () => {
  const child = github('--port', '0');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const ready = JSON.parse(line) as {
    url: string;
    app: { privateKeyFile: string; webhookSecret: string };
    users: { login: string; token: string; role: string }[];
    repositories: string[];
  };
  expect(ready.users.map(({ login, role }) => [login, role])).toEqual([
    ['ada', 'admin'],
    ['ben', 'write'],
    ['eve', 'read'],
  ]);
  expect(ready.repositories).toEqual(['acme/hello']);
  const authorization = `Bearer ${ready.users[0]!.token}`;
  const answer = await fetch(`${ready.url}/api/v3/user`, { headers: { authorization } });
  expect(await answer.json()).toMatchObject({ login: 'ada' });
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
  await expect(stat(ready.app.privateKeyFile)).rejects.toThrow('ENOENT');
});

test('a world that cannot be used ends with 2 and says why', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'visit-cli-'));
  const file = join(folder, 'world.json');
  await writeFile(file, '{"users": [{"login": "ada", "role": "king"}]}');
  const child = github('--world', file);
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect(code).toBe(2);
  expect(said).toContain(`${file} cannot be used:\n  users[0].role: Invalid option`);
  await rm(folder, { recursive: true });
});
