/** The sandboxes that this machine may have, built with the operator's settings, in the order in which they are tried. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bubblewrapSandbox, type BubblewrapOptions } from '#adapters/bubblewrap/sandbox.ts';
import { containerSandbox } from '#adapters/container/sandbox.ts';
import type { Config } from '#config.ts';
import type { Sandbox } from '#ports/sandbox.ts';
import type { Log } from '#ports/telemetry.ts';
import { chooseSandbox } from '#workspace/choose.ts';
import type { LimitSettings } from '#workspace/limits.ts';

type Tool = BubblewrapOptions['tools'][number];

export interface SandboxOptions {
  /** The checkout. */
  readonly root: string;
  readonly config: Pick<Config, 'dataFolder' | 'sandbox'>;
  readonly limits: LimitSettings;
  readonly log: Log;
}

/** Where `npm run tools` installs what checks run; in the sandbox it lies at /opt/checkers. */
export function checkersFolder(root: string): string {
  return join(root, '.tools');
}

/** What commands inside the sandbox may use of ours, read only, below /opt/tools. */
function toolChain(root: string): readonly Tool[] {
  const ours = (path: string) => ({ from: join(root, path), to: `/opt/tools/${path}` });
  const checkers = checkersFolder(root);
  return [
    ...(existsSync(checkers) ? [{ from: checkers, to: '/opt/checkers' }] : []),
    { from: process.execPath, to: '/opt/tools/bin/node' },
    ...['package.json', 'src/core', 'src/inside'].map(ours),
    ...['@vscode', 'npm', 'web-tree-sitter'].map((name) => ours(`node_modules/${name}`)),
  ];
}

/** The one that is set, or the first that holds here. */
export function configuredSandbox({ root, config, limits, log }: SandboxOptions): Sandbox {
  const { kind, image, runtime, engine: environment } = config.sandbox;
  const shared = { dataDir: config.dataFolder, limits, log };
  const sources = join(root, 'src');
  const candidates = [
    { kind: 'bubblewrap', make: () => bubblewrapSandbox({ ...shared, tools: toolChain(root) }) },
    {
      kind: 'container',
      make: () => containerSandbox({ ...shared, image, runtime, environment, sources }),
    },
  ] as const;
  return chooseSandbox(candidates.filter((each) => kind === 'auto' || each.kind === kind));
}
