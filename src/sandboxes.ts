/** The sandboxes that this machine may have, built with the operator's settings, in the order in which they are tried. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bubblewrapSandbox, type BubblewrapOptions } from '#adapters/bubblewrap/sandbox.ts';
import { containerSandbox } from '#adapters/container/sandbox.ts';
import { ownPrograms } from '#adapters/disk/own-programs.ts';
import { diskTools, packagedTool } from '#adapters/disk/tools.ts';
import { operatorFolder, operatorRules, semgrepRules } from '#adapters/disk/semgrep-rules.ts';
import type { Config } from '#config.ts';
import type { Sandbox } from '#ports/sandbox.ts';
import type { Log } from '#ports/telemetry.ts';
import type { Tools } from '#ports/tools.ts';
import { chooseSandbox } from '#workspace/choose.ts';
import { checkersMount } from '#workspace/environment.ts';
import type { LimitSettings } from '#workspace/limits.ts';

type Tool = BubblewrapOptions['tools'][number];

type ToolsSetting = Partial<Pick<Config, 'toolsFolder' | 'semgrepRules'>>;

export interface SandboxOptions {
  /** The checkout. */
  readonly root: string;
  readonly config: Pick<Config, 'dataFolder' | 'sandbox'> & ToolsSetting;
  readonly limits: LimitSettings;
  readonly log: Log;
}

/** Where `npm run tools` installs what checks run; in the sandbox it lies at /opt/checkers. */
export function checkersFolder(root: string, { toolsFolder }: ToolsSetting = {}): string {
  return toolsFolder ?? join(root, '.tools');
}

/** What checks may run: what was installed for them, and the packages of our own that are programs. */
export function installedTools(root: string, setting: ToolsSetting = {}): Tools {
  const ours = [
    packagedTool(root, { name: 'eslint', program: 'bin/eslint.js' }),
    ...ownPrograms(root),
    semgrepRules(root, setting.semgrepRules),
  ];
  return diskTools(checkersFolder(root, setting), ours);
}

/** What commands inside the sandbox may use of ours, read only, below /opt/tools. */
function toolChain(root: string, setting: ToolsSetting): readonly Tool[] {
  const ours = (path: string) => ({ from: join(root, path), to: `/opt/tools/${path}` });
  const checkers = checkersFolder(root, setting);
  return [
    ...(existsSync(checkers) ? [{ from: checkers, to: checkersMount }] : []),
    ...(setting.semgrepRules === undefined
      ? []
      : [{ from: setting.semgrepRules, to: operatorRules }]),
    { from: process.execPath, to: '/opt/tools/bin/node' },
    // All packages at once: each mount makes every command slower, and a linter alone needs eighty of them.
    ...['package.json', 'src/core', 'src/inside', 'node_modules'].map(ours),
  ];
}

/** The one that is set, or the first that holds here. */
export function configuredSandbox({ root, config, limits, log }: SandboxOptions): Sandbox {
  const { kind, image, runtime, engine: environment } = config.sandbox;
  const shared = { dataDir: config.dataFolder, limits, log };
  const sources = join(root, 'src');
  const { semgrepRules: rules } = config;
  const beside = rules === undefined ? {} : { [operatorFolder]: rules };
  const candidates = [
    {
      kind: 'bubblewrap',
      make: () => bubblewrapSandbox({ ...shared, tools: toolChain(root, config) }),
    },
    {
      kind: 'container',
      make: () => containerSandbox({ ...shared, image, runtime, environment, sources, beside }),
    },
  ] as const;
  return chooseSandbox(candidates.filter((each) => kind === 'auto' || each.kind === kind));
}
