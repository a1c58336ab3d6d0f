/** `tools`: installs the pinned programs that checks run into a folder of their own, and lists those that start in the sandbox. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { z } from 'zod';
import { readConfig, type Config } from '#config.ts';
import { answer, table, type Environment } from './answer.ts';
import { goSource, npmSource, pythonSource, type Source, type Standing } from './tool-sources.ts';
import { toolsFor, type SourceName, type Tool } from './tool-table.ts';
import type { Tried } from './tool-trial.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const list = 'installed.json';

/** What a folder holds, as its list tells. */
const Installed = z.object({
  /** By source: what it was installed from. */
  sources: z.record(z.string(), z.string()),
  tools: z.array(
    z.object({ name: z.string(), version: z.string(), command: z.array(z.string()).min(1) }),
  ),
  /** Tools that could not be had, and why. */
  left: z.array(z.object({ name: z.string(), reason: z.string() })),
});
type Installed = z.infer<typeof Installed>;

interface Options {
  readonly into?: string;
  readonly outside?: boolean;
  readonly json?: boolean;
}

/** Undefined where there is none, or none of ours. */
export function readInstalled(folder: string): Installed | undefined {
  const path = join(folder, list);
  if (!existsSync(path)) return undefined;
  return Installed.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
}

/** The programs that an operator put into the folder where the source cannot be used. */
function placed(folder: string, { name, parts, operators }: Source): readonly string[] {
  if (!operators) return [];
  return toolsFor(process.arch)
    .filter((tool) => tool.source === name)
    .flatMap((tool) => parts.map((part) => join(part, tool.name)))
    .filter((path) => existsSync(join(folder, path)));
}

/** One word for what an install of the source would come to now. */
function wordFor(standing: Standing, programs: readonly string[]): string {
  return 'digest' in standing ? standing.digest : ['nothing', ...programs].join(' ');
}

interface Filling {
  readonly source: Source;
  readonly standing: Standing;
  readonly word: string;
}

/** Hard links: the same files in a folder of their own. */
async function carry(folder: string, staging: string, parts: readonly string[]): Promise<void> {
  const there = parts.map((part) => join(folder, part)).filter((path) => existsSync(path));
  if (there.length > 0) await promisify(execFile)('cp', ['-al', '--', ...there, staging]);
}

/** Fills the source's parts of `staging`; why its tools are left out, or undefined. */
async function fill(
  { source, standing, word }: Filling,
  { folder, staging, kept }: { folder: string; staging: string; kept: Installed | undefined },
): Promise<string | undefined> {
  if ('lack' in standing) {
    await carry(folder, staging, source.operators ? source.parts : []);
    return standing.lack;
  }
  if (kept?.sources[source.name] === word) {
    await carry(folder, staging, source.parts);
    return undefined;
  }
  console.error(`sluice: installing tools from ${source.title}`);
  try {
    await source.install(staging);
    return undefined;
  } catch (error) {
    for (const part of source.parts)
      await rm(join(staging, part), { recursive: true, force: true });
    return `its install failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What is written down of each tool: that it starts, or why it is left out. */
function written(
  tried: readonly { tool: Tool; tried: Tried }[],
  reasons: ReadonlyMap<SourceName, string | undefined>,
): Pick<Installed, 'tools' | 'left'> {
  return {
    tools: tried.flatMap(({ tool: { name, command }, tried: { version } }) =>
      version === undefined ? [] : [{ name, version, command: [...command] }],
    ),
    left: tried.flatMap(({ tool, tried: { version, problem = '' } }) =>
      version === undefined
        ? [{ name: tool.name, reason: reasons.get(tool.source) ?? problem }]
        : [],
    ),
  };
}

/** Takes the place of the old folder, which a crash in between leaves beside it. */
async function swap(staging: string, folder: string): Promise<void> {
  const old = `${folder}.old`;
  await rm(old, { recursive: true, force: true });
  if (existsSync(folder)) await rename(folder, old);
  await rename(staging, folder);
  await rm(old, { recursive: true, force: true });
}

async function install(
  folder: string,
  fillings: readonly Filling[],
  tryAll: (staging: string, tools: readonly Tool[]) => Promise<readonly Tried[]>,
): Promise<Installed> {
  const staging = `${folder}.new`;
  const kept = readInstalled(folder);
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  try {
    const reasons = new Map<SourceName, string | undefined>();
    for (const filling of fillings)
      reasons.set(filling.source.name, await fill(filling, { folder, staging, kept }));
    await promisify(execFile)('chmod', ['-R', 'a+rX', '--', staging]);
    console.error('sluice: starting each of them');
    const tools = toolsFor(process.arch);
    const outcomes = await tryAll(staging, tools);
    const tried = tools.map((tool, at) => ({ tool, tried: outcomes[at] ?? {} }));
    // A source that failed is tried again the next time.
    const done = fillings.filter(
      ({ source, standing }) => 'lack' in standing || reasons.get(source.name) === undefined,
    );
    const installed = {
      sources: Object.fromEntries(done.map(({ source, word }) => [source.name, word])),
      ...written(tried, reasons),
    };
    await writeFile(join(staging, list), `${JSON.stringify(installed, null, 2)}\n`, {
      mode: 0o644,
    });
    await swap(staging, folder);
    return installed;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function show(installed: Installed, folder: string, json: boolean | undefined): void {
  const { tools, left } = installed;
  answer(json, { folder, tools, left }, [
    ...table(tools.map(({ name, version }) => ['✓', name, version])),
    ...left.map(({ name, reason }) => `✗ ${name}: ${reason}`),
    `The tools are in ${folder}.`,
  ]);
  process.exitCode = tools.length > 0 ? 0 : 1;
}

/** What an earlier call was stopped in the midst of is put back or taken away. */
async function mend(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  if (!existsSync(folder) && existsSync(`${folder}.old`)) await rename(`${folder}.old`, folder);
}

/** Whether the sandbox's image brings the tools, so that they are only listed. */
function isInImage({ sandbox }: Config): boolean {
  return sandbox.kind === 'container' || process.platform !== 'linux';
}

async function run(environment: Environment, options: Options): Promise<void> {
  const config: Config = readConfig(environment);
  const folder = options.into === undefined ? config.toolsFolder : resolve(options.into);
  await mend(folder);
  const place = { root, config, environment };
  const sources = isInImage(config) ? [] : [npmSource(place), pythonSource(place), goSource(place)];
  const fillings = await Promise.all(
    sources.map(async (source) => {
      const standing = await source.look();
      return { source, standing, word: wordFor(standing, placed(folder, source)) };
    }),
  );
  const kept = readInstalled(folder);
  if (
    kept &&
    fillings.length > 0 &&
    fillings.every(({ source, word }) => kept.sources[source.name] === word)
  ) {
    show(kept, folder, options.json);
    return;
  }
  // Loads the App, which takes longer than to see that there is nothing to do.
  const { tryHere, tryInSandbox } = await import('./tool-trial.ts');
  const tryAll = options.outside === true ? tryHere : tryInSandbox(config);
  show(await install(folder, fillings, tryAll), folder, options.json);
}

export function toolsCommand(environment: Environment): Command {
  return new Command()
    .description(
      'Installs the pinned programs that checks run, from PyPI, npm and Go modules, all with hashes and without scripts. What cannot be had is left out with the reason.',
    )
    .option('--into <folder>', 'instead of SLUICE_TOOLS')
    .option('--outside', 'try the tools on this machine, not in the sandbox: to build an image')
    .option('--json', 'print one JSON document')
    .action((options: Options) => run(environment, options));
}
