/** Reads `package-lock.json`: which packages it locks, and every reason why it cannot be installed safely. */
import { z } from 'zod';
import { LockfileRefused } from '#adapters/packages/phases.ts';

/** A package that the registry has to give, exactly as it is locked. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** Subresource integrity: at least one hash; empty where npm left out both address and integrity, see `pin.ts`. */
  readonly integrity: string;
  /** The address in the lockfile; absent where npm was told to leave it out. */
  readonly resolved: string | undefined;
  /** Whether it is for another system than ours, so that it will not be asked for. */
  readonly elsewhere: boolean;
  /** What npm needs to know of it beside the tarball: dependencies, bin, engines, os... */
  readonly manifest: Readonly<Record<string, unknown>>;
}

export interface Lockfile {
  readonly packages: readonly LockedPackage[];
  /** Folders of the repository's own workspaces, relative to the root. */
  readonly workspaces: readonly string[];
  /** Where npm links to them from `node_modules`; both paths are relative to the root. */
  readonly links: readonly { readonly path: string; readonly target: string }[];
  /** `node_modules` folders of workspaces, beside the root's own. */
  readonly nested: readonly string[];
  /** Packages that say that they have scripts to be run when they are installed. */
  readonly scripted: readonly string[];
}

/** Some packages name their one system without a list. */
const systems = z.union([z.array(z.string()), z.string().transform((one) => [one])]).optional();

const Entry = z.looseObject({
  name: z.string().optional(),
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  inBundle: z.boolean().optional(),
  os: systems,
  cpu: systems,
});
type Entry = z.infer<typeof Entry>;

const Document = z.looseObject({
  lockfileVersion: z.union([z.literal(2), z.literal(3)]),
  packages: z.record(z.string(), Entry),
});

const packageName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~_-][a-z0-9._~-]*$/iu;
const version = /^\d+\.\d+\.\d+(?:-[0-9a-z.-]+)?(?:\+[0-9a-z.-]+)?$/iu;
const integrity = /^(?:sha(?:1|256|384|512)-[a-z0-9+/]+={0,2}(?:\s+|$))+$/iu;

/** Where npm links to a workspace of the root. We make these links ourselves: none may lie behind another. */
function isLinkOfWorkspace(path: string): boolean {
  const root = 'node_modules/';
  return path.startsWith(root) && packageName.test(path.slice(root.length));
}

/** What is copied from an entry into the packument that npm is given. */
const told = [
  'dependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'bundleDependencies',
  'hasInstallScript',
  'bin',
  'engines',
  'os',
  'cpu',
  'libc',
];

function isInside(path: string): boolean {
  return !/^\/|\0/u.test(path) && path.split('/').every((part) => !['', '.', '..'].includes(part));
}

/** The tarball's path on a registry, without the leading slash. */
export function tarballPath(name: string, versionOfIt: string): string {
  return `${name}/-/${name.slice(name.indexOf('/') + 1)}-${versionOfIt}.tgz`;
}

function isRegistryAddress(entry: LockedPackage, registry: string): boolean {
  if (entry.resolved === undefined) return true;
  const url = URL.parse(entry.resolved);
  if (!url || url.search || url.hash || url.username) return false;
  if (url.href.startsWith(registry)) return true;
  return (
    url.protocol === 'https:' && url.pathname.endsWith(`/${tarballPath(entry.name, entry.version)}`)
  );
}

function names(list: readonly string[] | undefined, ours: string): boolean {
  if (!list || list.length === 0) return true;
  if (list.includes(`!${ours}`)) return false;
  return list.includes(ours) || list.includes('any') || list.every((one) => one.startsWith('!'));
}

function isElsewhere({ os, cpu }: Entry): boolean {
  return !names(os, process.platform) || !names(cpu, process.arch);
}

function lockedPackage(path: string, entry: Entry): LockedPackage {
  return {
    name: entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version: entry.version ?? '',
    integrity: entry.integrity ?? '',
    resolved: entry.resolved,
    elsewhere: isElsewhere(entry),
    manifest: Object.fromEntries(told.flatMap((key) => (key in entry ? [[key, entry[key]]] : []))),
  };
}

function isPinned(locked: LockedPackage): boolean {
  return integrity.test(locked.integrity);
}

/** npm's own flaw, not a person's choice: such an entry names neither where it comes from nor what it is. */
function isLeftOpen(locked: LockedPackage): boolean {
  return locked.integrity === '' && locked.resolved === undefined;
}

/** Why this package cannot be had from a registry, or undefined. */
function refusal(locked: LockedPackage, registry: string): string | undefined {
  if (!packageName.test(locked.name)) return 'its name is none';
  if (!version.test(locked.version)) return 'it has no version of a registry';
  if (!isRegistryAddress(locked, registry)) return 'it does not come from a registry';
  if (!isPinned(locked) && !isLeftOpen(locked)) return 'it has no integrity';
  return undefined;
}

function parse(text: string): z.infer<typeof Document> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new LockfileRefused('The lockfile is no JSON.', { cause: error });
  }
  const read = Document.safeParse(json);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw new LockfileRefused(
    issue?.path[0] === 'lockfileVersion'
      ? 'The lockfile is of a version before 2: run `npm install` with npm 7 or later and commit the result.'
      : `The lockfile is not understood: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
  );
}

function isInstalled(path: string): boolean {
  return path.startsWith('node_modules/') || path.includes('/node_modules/');
}

/** Why nothing may be made at this path, or undefined. */
function misplaced(path: string, { link, resolved }: Entry): string | undefined {
  if (!isInside(path) || (link === true && !isInside(resolved ?? ''))) {
    return 'it leads out of the repository';
  }
  if (link === true && !isLinkOfWorkspace(path)) return 'a link there is not supported';
  return undefined;
}

/** Reads the lockfile's text; `registry` ends in a slash. Throws LockfileRefused. */
export function readLockfile(text: string, registry: string): Lockfile {
  const packages: LockedPackage[] = [];
  const refused: string[] = [];
  const entries = Object.entries(parse(text).packages).filter(([path]) => path !== '');
  const inside = entries.filter(([path, entry]) => {
    const why = misplaced(path, entry);
    if (why !== undefined) refused.push(`${path}: ${why}`);
    return why === undefined;
  });
  const installed = inside.filter(
    ([path, entry]) => isInstalled(path) && !entry.link && !entry.inBundle,
  );
  for (const [path, entry] of installed) {
    const locked = lockedPackage(path, entry);
    const why = refusal(locked, registry);
    if (why === undefined) packages.push(locked);
    else refused.push(`${path}: ${why}`);
  }
  if (refused.length > 0) throw new LockfileRefused(tell(refused));
  return {
    packages,
    workspaces: inside.map(([path]) => path).filter((path) => !isInstalled(path)),
    links: inside.flatMap(([path, { link, resolved = '' }]) =>
      link === true ? [{ path, target: resolved }] : [],
    ),
    scripted: [
      ...new Set(
        packages
          .filter(({ manifest }) => manifest.hasInstallScript === true)
          .map(({ name }) => name),
      ),
    ].sort(),
    nested: nestedIn(inside.filter(([path, entry]) => isInstalled(path) && !isElsewhere(entry))),
  };
}

function nestedIn(installed: readonly (readonly [string, Entry])[]): readonly string[] {
  const paths = installed.map(([path]) => path).filter((path) => !path.startsWith('node_modules/'));
  return [...new Set(paths.map((path) => path.replace(/\/node_modules\/.*$/u, '/node_modules')))];
}

function tell(refused: readonly string[]): string {
  const more = refused.length > 5 ? ` (and ${String(refused.length - 5)} more)` : '';
  return `The lockfile names packages that are not installed here: ${refused.slice(0, 5).join('; ')}${more}.`;
}
