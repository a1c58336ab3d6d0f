/** A side of a change for tests of checks: files given as text, in the real sandbox with the real tools. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { Check, Looked, Side } from '#checks/check.ts';
import type { Workspace } from '#ports/sandbox.ts';
import { configuredSandbox, installedTools } from '#sandboxes.ts';
import { scratch } from '../scratch.ts';
import { silentLog } from '../silent-log.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dataFolder = scratch();
const sandbox = configuredSandbox({
  root,
  config: {
    dataFolder,
    sandbox: { kind: 'bubblewrap', image: '', runtime: undefined, engine: {} },
  },
  limits: {},
  log: silentLog,
});
const opened: Workspace[] = [];
let trees = 0;

afterAll(async () => {
  for (const workspace of opened) await workspace.close();
  await sandbox.close();
});

/** Every tool that this machine has. */
export const tools = installedTools(root);

/** Why the check cannot be tried here, for `test.skipIf`; undefined where all its tools are there. */
export function missing({ needs }: Check): string | undefined {
  return needs.find((name) => tools.find(name) === undefined);
}

/** The files as one side; what the check wants of them are its targets. */
export function sideOf(check: Check, texts: Readonly<Record<string, string>>): Side {
  const paths = Object.keys(texts).sort();
  let workspace: Promise<Workspace> | undefined;
  return {
    files: { paths, read: (path) => Promise.resolve(texts[path]) },
    targets: paths
      .filter((path) => check.wants.test(path))
      .map((path) => ({ path, mode: '100644', size: Buffer.byteLength(texts[path]!), id: path })),
    workspace: () => (workspace ??= open(texts)),
    packagesProblem: null,
    tools: check.needs.flatMap((name) => tools.find(name) ?? []),
  };
}

/** What the check says of the files. */
export function lookAt(check: Check, texts: Readonly<Record<string, string>>): Promise<Looked> {
  return check.look(sideOf(check, texts));
}

async function open(texts: Readonly<Record<string, string>>): Promise<Workspace> {
  trees += 1;
  const key = `tree-${String(trees)}`;
  const path = join(dataFolder, 'layers', key);
  mkdirSync(path, { recursive: true });
  for (const [name, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  const workspace = await sandbox.open([{ key, path }]);
  opened.push(workspace);
  return workspace;
}
