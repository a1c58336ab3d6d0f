/** Hostile packages: repositories whose lockfiles and packages try something when they are installed. */
import { execFileSync } from 'node:child_process';
import { integrityOf, type PackageServer } from './package-server.ts';

/** What an attack on an install is made of. */
export interface Stage {
  readonly registry: PackageServer;
  /** Another server, which nobody should ask. */
  readonly elsewhere: PackageServer;
  /** A folder outside, with a file `secret.txt`. */
  readonly out: string;
}

export interface HostilePackage {
  readonly id: string;
  readonly attack: string;
  readonly layer: string;
  readonly incident?: string;
  /** The package `left` of the registry: its files, and how `tar` is made to pack them. */
  readonly files: Readonly<Record<string, string>>;
  readonly pack?: readonly string[];
  /** Its entry in package-lock.json, beside version and integrity. */
  readonly entry?: (stage: Stage) => Readonly<Record<string, unknown>>;
  /** More files of the repository. */
  readonly repository?: (stage: Stage) => Readonly<Record<string, string>>;
  /** Packages that the operator lets run their scripts. */
  readonly allowed?: readonly string[];
  /** What plain tools do, read by `sh` in the repository; `$NPM` and `$REGISTRY` are set. */
  readonly naive: string;
  /** `root` is where packages were installed, undefined where they were not. */
  readonly breached: (
    stage: Stage,
    root: string | undefined,
    has: (path: string) => boolean,
  ) => boolean;
}

const manifest = (more: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({ name: 'left', version: '1.0.0', ...more });
const usual =
  '$NPM ci --registry "$REGISTRY" --cache ./.cache --no-audit --no-fund --fetch-retries=0';
const unpacked =
  'mkdir -p node_modules/left; tar xzPf tarball.tgz -C node_modules/left --strip-components=1';
const asked = ({ elsewhere }: Stage) => elsewhere.told.length > 0;
const reach = (script: string) => ({
  'package.json': manifest({ scripts: { postinstall: 'node reach.js' }, hasInstallScript: true }),
  'reach.js': `require('fs').writeFileSync('ran.txt', ''); ${script}`,
});
const plain = { 'package.json': manifest() };

/** A package that does nothing. */
export const ordinary: HostilePackage = {
  id: 'ordinary',
  attack: '',
  layer: '',
  files: plain,
  naive: usual,
  breached: () => false,
};

export const hostilePackages: readonly HostilePackage[] = [
  {
    id: 'install-script',
    attack: 'A package runs a script when it is installed.',
    ...{ layer: 'scripts are off', incident: 'Shai-Hulud, September 2025' },
    files: { 'package.json': manifest({ scripts: { postinstall: 'touch ran.txt' } }) },
    entry: () => ({ hasInstallScript: true }),
    naive: usual,
    breached: (_stage, root, has) => root !== undefined && has('node_modules/left/ran.txt'),
  },
  {
    id: 'preinstall-script',
    attack: 'A package runs a script before it is installed.',
    ...{ layer: 'scripts are off', incident: 'Shai-Hulud 2, November 2025' },
    files: { 'package.json': manifest({ scripts: { preinstall: 'touch ran.txt' } }) },
    entry: () => ({ hasInstallScript: true }),
    repository: () => ({ '.npmrc': 'ignore-scripts=false\n' }),
    naive: usual,
    breached: (_stage, root, has) => root !== undefined && has('node_modules/left/ran.txt'),
  },
  {
    id: 'own-script',
    attack: 'The repository itself runs a script when its packages are installed.',
    ...{ layer: 'scripts are off', incident: 'Clinejection, February 2026' },
    files: plain,
    repository: () => ({
      'package.json': JSON.stringify({
        dependencies: { left: '1.0.0' },
        scripts: { postinstall: 'touch node_modules/ran.txt' },
      }),
    }),
    naive: usual,
    breached: (_stage, root, has) => root !== undefined && has('node_modules/ran.txt'),
  },
  {
    id: 'allowed-script-calls-home',
    attack: 'A package whose script the operator allows tells a server what it finds.',
    layer: 'the second phase has no network',
    files: {},
    allowed: ['left'],
    entry: () => ({ hasInstallScript: true }),
    naive: usual,
    breached: asked,
  },
  {
    id: 'registry-in-npmrc',
    attack: "The repository's .npmrc names another registry.",
    layer: 'every registry is told on the command line',
    files: plain,
    repository: ({ elsewhere }) => ({ '.npmrc': `registry=${elsewhere.url}\n` }),
    naive: '$NPM ci --cache ./.cache --no-audit --no-fund --fetch-retries=0',
    breached: asked,
  },
  {
    id: 'other-host',
    attack: "The lockfile names another host, as the cloud's own or one inside the network.",
    layer: 'only the path of an address is used',
    files: plain,
    entry: ({ elsewhere }) => ({ resolved: `${elsewhere.url}left/-/left-1.0.0.tgz` }),
    naive: usual,
    breached: asked,
  },
  {
    id: 'from-git',
    attack: 'The lockfile names a git repository, which git is made to fetch.',
    layer: 'only entries of a registry',
    files: plain,
    entry: ({ elsewhere }) => ({
      resolved: `git+${elsewhere.url}x.git#1234567890123456789012345678901234567890`,
      integrity: undefined,
    }),
    naive: usual,
    breached: asked,
  },
  {
    id: 'from-file',
    attack: 'The lockfile names a file of the machine.',
    layer: 'only entries of a registry',
    files: { ...plain, 'stolen.txt': 'x' },
    entry: ({ out }) => ({ resolved: `file:${out}/secret.tgz` }),
    naive: `cp tarball.tgz "$OUT/secret.tgz"; ${usual}`,
    breached: (_stage, root, has) => root !== undefined && has('node_modules/left/stolen.txt'),
  },
  {
    id: 'link-out',
    attack: 'The lockfile links a package to a folder of the machine.',
    layer: 'links stay in the repository',
    files: plain,
    entry: ({ out }) => ({ resolved: out, link: true, integrity: undefined, version: undefined }),
    naive: 'mkdir -p node_modules; ln -s "$OUT" node_modules/left',
    breached: (_stage, root, has) => root !== undefined && has('node_modules/left/secret.txt'),
  },
  {
    id: 'without-integrity',
    attack: 'The lockfile names a package without a hash, so that its bytes may be any.',
    layer: 'no address without integrity',
    files: plain,
    entry: () => ({
      integrity: undefined,
      resolved: 'https://registry.invalid/left/-/left-1.0.0.tgz',
    }),
    naive:
      '$NPM install --registry "$REGISTRY" --cache ./.cache --no-audit --no-fund --no-package-lock ./tarball.tgz',
    breached: (_stage, root, has) => root !== undefined && has('node_modules/left/package.json'),
  },
  {
    id: 'tar-traversal',
    attack: 'A tarball has a file that climbs out of its package.',
    layer: 'npm unpacks in the sandbox',
    files: { ...plain, planted: 'x' },
    pack: ['-P', '--transform', 's#package/planted#package/../../../planted.txt#'],
    naive: `mkdir deep; cd deep; cp ../tarball.tgz .; ${unpacked}; mkdir -p ../node_modules; find .. -name planted.txt -exec cp {} ../node_modules/ \\;`,
    breached: (_stage, root, has) =>
      root !== undefined && (has('planted.txt') || has('node_modules/planted.txt')),
  },
  {
    id: 'tar-link',
    attack: 'A tarball has a link that leads to a file of the machine.',
    layer: 'links that leave are not kept',
    files: plain,
    pack: ['--link'],
    naive: unpacked,
    breached: (_stage, root, has) => root !== undefined && has('node_modules/left/stolen.txt'),
  },
];

/** What the package that is allowed to run asks: made when the other server's address is known. */
export function filesOf(hostile: HostilePackage, stage: Stage): Readonly<Record<string, string>> {
  if (hostile.allowed === undefined) return hostile.files;
  return reach(`fetch(${JSON.stringify(stage.elsewhere.url)}).catch(() => undefined)`);
}

/** Packs a folder that has a folder `package`; a link to the secret is added where it is asked for. */
export function packFolder(folder: string, { pack = [] }: HostilePackage, { out }: Stage): Buffer {
  const link = pack.includes('--link');
  if (link) execFileSync('ln', ['-s', `${out}/secret.txt`, `${folder}/package/stolen.txt`]);
  const flags = pack.filter((flag) => flag !== '--link');
  return execFileSync('tar', ['czf', '-', ...flags, '-C', folder, 'package']);
}

/** The repository's files: it depends on `left` and locks it. */
export function repositoryOf(
  hostile: HostilePackage,
  stage: Stage,
  tarball: Buffer,
): Readonly<Record<string, string>> {
  const root = { name: 'app', version: '1.0.0', dependencies: { left: '1.0.0' } };
  const entry = { version: '1.0.0', integrity: integrityOf(tarball), ...hostile.entry?.(stage) };
  const packages = { '': root, 'node_modules/left': entry };
  const lock = { name: 'app', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
  return {
    'package.json': JSON.stringify(root),
    'package-lock.json': JSON.stringify(lock),
    ...hostile.repository?.(stage),
  };
}
