/** Reads requirements files whose every package is pinned with hashes, and says of any other why it is not taken. */
import { posix } from 'node:path';
import { LockfileRefused } from '#adapters/packages/phases.ts';
import type { Interpreter } from './interpreter.ts';
import { markerHolds } from './markers.ts';
import { isInside, isVersion, normalName, type Pinned, type PythonLock } from './pinned.ts';

/** Options that change nothing here: no index that a repository names is asked, and hashes are always required. */
const harmless =
  /^(?:-i|-c|--index-url|--extra-index-url|--trusted-host|--constraint|--require-hashes|--only-binary|--prefer-binary)\b/u;
const include = /^(?:-r|--requirement)[\s=]\s*(?<path>\S+)$/u;
/** The repository's own project, whose folder is found without being asked for. */
const own = /^(?:(?:-e|--editable)[\s=]\s*)?(?<path>\.(?:\/[^\s[]*)?)(?:\[[^\]]*\])?$/u;
const pinned =
  /^(?<name>[A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*===?\s*(?<version>[^\s;,*]+)\s*(?:;(?<marker>.*))?$/u;

/** Lines with those that end in a backslash joined to the next, without comments. */
function linesOf(text: string): readonly string[] {
  return text
    .replace(/\r\n?/gu, '\n')
    .replace(/\\\n/gu, ' ')
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)#.*$/u, '').trim())
    .filter((line) => line !== '');
}

/** Gives the text of another file of the repository, or undefined. */
export type ReadText = (path: string) => Promise<string | undefined>;

interface Reading {
  readonly read: ReadText;
  readonly interpreter: Interpreter;
  readonly packages: Map<string, Pinned>;
  readonly seen: Set<string>;
}

function hashesIn(line: string): readonly string[] {
  const all = line.matchAll(/--hash[=\s]\s*sha256:(?<hash>[0-9a-f]{64})(?![0-9a-f])/gu);
  return [...all].map(({ groups }) => groups?.hash ?? '');
}

/** What a line pins, or undefined where it is for another system. */
function readLine(line: string, path: string, interpreter: Interpreter): Pinned | undefined {
  const requirement = line.replace(/--hash[=\s].*$/u, '').trim();
  const { name = '', version = '', marker } = pinned.exec(requirement)?.groups ?? {};
  const normal = normalName(name);
  if (normal === undefined || !isVersion(version)) {
    throw new LockfileRefused(`${path} has a line that pins no package: ${line.slice(0, 120)}`);
  }
  if (marker !== undefined && !markerHolds(marker, interpreter)) return undefined;
  const hashes = hashesIn(line);
  if (hashes.length > 0) return { name: normal, version, hashes };
  throw new LockfileRefused(
    `${path} names ${name} without a SHA-256 hash: write it with \`uv pip compile --generate-hashes\` or ` +
      '`pip-compile --generate-hashes` and commit it.',
  );
}

/** Two files may name the same package, if they mean the same version. */
function add({ packages }: Reading, one: Pinned, path: string): void {
  const known = packages.get(one.name);
  if (known && known.version !== one.version) {
    const others = `another file ${known.version}`;
    throw new LockfileRefused(`${path} names ${one.name} ${one.version}, ${others}.`);
  }
  const hashes = [...new Set([...(known?.hashes ?? []), ...one.hashes])];
  packages.set(one.name, { ...one, hashes });
}

function isPassedOver(line: string): boolean {
  const project = own.exec(line)?.groups?.path;
  return project === undefined ? harmless.test(line) : isInside(project);
}

async function textOf({ read }: Reading, path: string): Promise<string> {
  const text = isInside(path) ? await read(path) : undefined;
  if (text !== undefined) return text;
  throw new LockfileRefused(`There is no ${path.slice(0, 200)}.`);
}

async function readFile(reading: Reading, path: string): Promise<void> {
  if (reading.seen.has(path) || reading.seen.size > 50) return;
  reading.seen.add(path);
  for (const line of linesOf(await textOf(reading, path))) {
    const included = include.exec(line)?.groups?.path;
    if (included !== undefined) {
      await readFile(reading, posix.join(posix.dirname(path), included));
    } else if (!isPassedOver(line)) {
      const one = readLine(line, path, reading.interpreter);
      if (one) add(reading, one, path);
    }
  }
}

/** Files are read together: one may name what another needs. Throws LockfileRefused. */
export async function readRequirements(
  paths: readonly string[],
  read: ReadText,
  interpreter: Interpreter,
): Promise<PythonLock> {
  const packages = new Map<string, Pinned>();
  const reading = { read, interpreter, packages, seen: new Set<string>() };
  for (const path of paths) await readFile(reading, path);
  return { packages: [...packages.values()], local: [{ path: '', name: null, version: '0' }] };
}
