/** House: what all containers of one app share: the engine, the image, the profile of system calls and our own programs. */
import { execFile } from 'node:child_process';
import { lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '#core/errors.ts';
import type { Folders } from '#workspace/shelf.ts';
import { isLeft, newName } from './contained.ts';
import {
  engineSays,
  findEngine,
  removeContainers,
  removeVolumes,
  type Asked,
  type Engine,
} from './engine.ts';
import { engineFlags, type House } from './flags.ts';
import { seccompProfile } from './seccomp-profile.ts';

export interface HouseOptions extends Asked {
  readonly image: string;
  /** The checkout's `src`: the rooms of it that programs inside are made of are copied into a volume. */
  readonly sources: string;
  /** Folders of texts that lie beside them, by their names there. */
  readonly beside?: Readonly<Record<string, string>>;
  readonly dataDir: string;
  readonly folders: Folders;
}

const rooms = ['core', 'workspace', 'inside'];

/** Writes the files that it reads as JSON. */
const fillScript = `
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
process.chdir('/opt/tools/src');
for (const [path, text] of Object.entries(JSON.parse(readFileSync(0, 'utf8')))) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}`;

/** Throws refused `sandbox-unavailable` with the remedy when something of it is missing. */
export async function layHouse(options: HouseOptions): Promise<House> {
  const engine = await findEngine(options);
  const image = await imageId(engine, options.image);
  await sweep(engine);
  const profile = join(options.dataDir, 'seccomp.json');
  await writeFile(profile, JSON.stringify(seccompProfile(process.arch)), { mode: 0o600 });
  const tools = await layTools(engine, image, options);
  return { engine, image, profile, tools, folders: options.folders };
}

/** The image as it is now, whatever its name will mean later. */
async function imageId(engine: Engine, image: string): Promise<string> {
  try {
    const args = ['image', 'inspect', '--format', '{{.Id}}', image];
    const id = (await engineSays(engine, args)).trim();
    return id;
  } catch {
    throw errors.sandboxUnavailable(
      `${engine.kind} has no image ${image}, in which commands would run.`,
      `From the top of the checkout: ${engine.kind} build --file docker/sandbox.Dockerfile --tag ${image} .`,
    );
  }
}

/** Up to version 0.1 these were shared by their content, and nobody removed them. */
const shared = /^sluice-tools-[0-9a-f]{32}$/u;

/** What a killed app of this machine left. */
async function sweep(engine: Engine): Promise<void> {
  const names = async (args: readonly string[]) =>
    (await engineSays(engine, args)).split('\n').filter((name) => isLeft(name.trim()));
  const filter = ['--filter', 'name=sluice-'];
  await removeContainers(engine, await names(['ps', '--all', ...filter, '--format', '{{.Names}}']));
  const volumes = ['volume', 'ls', ...filter, '--format', '{{.Name}}'];
  await removeVolumes(engine, await names(volumes));
  const old = (await engineSays(engine, volumes)).split('\n').map((name) => name.trim());
  // Without force, which would take them from containers that run.
  for (const name of old.filter((each) => shared.test(each)))
    await engineSays(engine, ['volume', 'rm', name]).catch(() => undefined);
}

/** When no container of it is left. Never throws: what stays is swept by the next app. */
export async function clearHouse({ engine, tools }: House): Promise<void> {
  await removeVolumes(engine, [tools]).catch(() => undefined);
}

async function layTools(
  engine: Engine,
  image: string,
  { sources, beside = {} }: HouseOptions,
): Promise<string> {
  const files: Record<string, string> = {};
  for (const room of rooms) await readSources(sources, room, files);
  for (const [name, folder] of Object.entries(beside)) {
    const found: Record<string, string> = {};
    await readSources(folder, '.', found);
    for (const [path, text] of Object.entries(found)) files[`${name}/${path}`] = text;
  }
  const text = JSON.stringify(files);
  // Of this process alone: nobody can say whether another version still needs one that is shared.
  const volume = newName('tools');
  const argv = [
    ...['run', '--rm', '--interactive', '--pull', 'never', '--network', 'none', '--read-only'],
    ...['--name', newName('tools'), '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...['--user', '0:0', '--volume', `${volume}:/opt/tools/src`, ...engineFlags(engine)],
    ...[image, '/opt/tools/bin/node', '-e', fillScript],
  ];
  await new Promise<void>((resolve, reject) => {
    const options = { env: engine.environment, timeout: 120_000 };
    const child = execFile(engine.program, argv, options, (error, _stdout, stderr) => {
      if (error) reject(new Error(stderr.trim().slice(-1000) || error.message, { cause: error }));
      else resolve();
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(text);
  });
  return volume;
}

async function readSources(
  root: string,
  folder: string,
  into: Record<string, string>,
): Promise<void> {
  for (const name of (await readdir(join(root, folder))).sort()) {
    const path = `${folder}/${name}`;
    const found = await lstat(join(root, path));
    if (found.isDirectory()) await readSources(root, path, into);
    else if (found.isFile()) into[path] = await readFile(join(root, path), 'utf8');
  }
}
