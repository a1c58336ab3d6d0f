/** The tools that a model may call, in the real sandbox on a small repository. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bubblewrapSandbox } from '#adapters/bubblewrap/sandbox.ts';
import { tools } from '#agent/tools/all.ts';
import { textBlob } from '#core/change.ts';
import type { Sandbox, Workspace } from '#ports/sandbox.ts';
import { scratch } from '../../scratch.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

let sandbox: Sandbox;
let workspace: Workspace;

beforeAll(async () => {
  const dataDir = scratch();
  const path = join(dataDir, 'layers', 'tree');
  for (const [name, text] of Object.entries({
    'src/engine.ts': 'export function start(): number {\n  return 1;\n}\n',
    'README.md': '# Engine\n',
  })) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  const ours = [
    'package.json',
    'src/inside',
    'node_modules/@vscode',
    'node_modules/web-tree-sitter',
  ];
  sandbox = bubblewrapSandbox({
    dataDir,
    log: pino({ level: 'silent' }),
    tools: [
      { from: process.execPath, to: '/opt/tools/bin/node' },
      ...ours.map((name) => ({ from: join(root, name), to: `/opt/tools/${name}` })),
    ],
  });
  workspace = await sandbox.open([{ key: 'tree', path }]);
});

afterAll(async () => {
  await workspace.close();
  await sandbox.close();
});

function call(name: string, input: unknown): Promise<string> {
  const tool = tools.find((one) => one.name === name)!;
  return tool.run(tool.input.parse(input), workspace);
}

test('each tool answers about the repository, and about nothing else', async () => {
  expect(await call('search', { text: 'start' })).toBe(
    'src/engine.ts\n1: export function start(): number {\n[1 matching lines in 1 files.]',
  );
  expect(await call('outline', { path: 'src/engine.ts' })).toBe(
    '1-3: export function start(): number\n[src/engine.ts has 3 lines.]',
  );
  expect(await call('read', { path: '/repo/README.md' })).toBe(
    '1: # Engine\n[Lines 1 to 1 of 1 in README.md.]',
  );
  expect(await call('list', {})).toBe('./\nREADME.md  9 B\nsrc/\n  engine.ts  48 B');
});

test('the tools see what was written to the workspace', async () => {
  const content = textBlob('export const added = 1;\n');
  await workspace.write([{ path: 'src/new.ts', mode: '100644', content }]);
  expect(await call('search', { text: 'added' })).toContain('src/new.ts');
});

test.each([
  ['read', { path: '/proc/self/environ' }],
  ['read', { path: '../etc/passwd' }],
  ['search', { text: 'root', path: '/etc' }],
  ['list', { path: '..' }],
  ['outline', { path: '/opt/tools/package.json' }],
])('%s %j is answered with what is wrong about it', async (name, input) => {
  await expect(call(name, input)).rejects.toMatchObject({
    kind: 'unusable',
    message: expect.stringContaining('outside of the repository'),
  });
});

test('a name that the schema does not know is refused before anything runs', () => {
  for (const { input } of tools)
    expect(input.safeParse({ path: 'a', command: 'x' }).success).toBe(false);
});
