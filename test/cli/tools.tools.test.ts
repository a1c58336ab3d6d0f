/** `npm run tools` as an operator meets it: what it lists starts, a second call is quick, and what cannot be had costs nothing else. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { toolsFor } from '#cli/tool-table.ts';
import { readConfig } from '#config.ts';
import { scratch } from '../scratch.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const installed = readConfig({}).toolsFolder;
const lacking = !existsSync(join(installed, 'installed.json'));

const Answer = z.object({
  tools: z.array(z.object({ name: z.string(), version: z.string() })),
  left: z.array(z.object({ name: z.string(), reason: z.string() })),
});

async function call(folder: string, path: string): Promise<z.infer<typeof Answer>> {
  const words = [join(root, 'src/cli.ts'), 'tools', '--json', '--into', folder];
  const env = { PATH: path, HOME: scratch(), SLUICE_DATA_DIR: scratch() };
  const { stdout } = await promisify(execFile)(process.execPath, words, { env });
  return Answer.parse(JSON.parse(stdout));
}

test.skipIf(lacking)(
  'a second call finds nothing to do, touches nothing and names every tool',
  async () => {
    const list = join(installed, 'installed.json');
    const before = statSync(list).mtimeMs;
    const { tools, left } = await call(installed, process.env.PATH ?? '');
    expect(statSync(list).mtimeMs).toBe(before);
    expect([...tools, ...left].map(({ name }) => name).sort()).toEqual(
      toolsFor(process.arch).map(({ name }) => name),
    );
    expect(tools.length).toBeGreaterThan(0);
  },
);

test.skipIf(lacking)(
  'without Go the program that the operator put there is taken, and the others are left out with the reason',
  async () => {
    const folder = join(scratch(), 'tools');
    const { sources } = z
      .object({ sources: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(installed, 'installed.json'), 'utf8')));
    mkdirSync(join(folder, 'bin'), { recursive: true });
    const program = '#!/bin/sh\necho Version: 9.9.9\n';
    writeFileSync(join(folder, 'bin/opa'), program, { mode: 0o700 });
    // As if all else were installed and had been taken away since.
    const list = { sources: { ...sources, go: 'another' }, tools: [], left: [] };
    writeFileSync(join(folder, 'installed.json'), JSON.stringify(list));
    const { tools, left } = await call(folder, '/usr/bin:/bin');
    expect(tools).toEqual([{ name: 'opa', version: '9.9.9' }]);
    const reasons = Object.fromEntries(left.map(({ name, reason }) => [name, reason]));
    expect(reasons.actionlint).toMatch(
      /there is no Go [\d.]+ or newer.*put the program into bin\//,
    );
    expect(reasons.ruff).toMatch(/^it does not start: /);
    expect(existsSync(`${folder}.new`) || existsSync(`${folder}.old`)).toBe(false);
  },
);
