/** Command line: the argument vectors of bubblewrap, one that makes the runner's own jail and one for each command. */
import { lstatSync, existsSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { environment, toolsFolder } from '#workspace/environment.ts';
import type { Folders } from '#workspace/shelf.ts';
import { processLimits, type Limits } from '#workspace/limits.ts';

/** What commands find of the system: programs, libraries and the public parts of `/etc`. */
export const etcFolders = ['ld.so.conf.d', 'alternatives', 'ssl/certs', 'ca-certificates'];

/**
 * Single files of `/etc` that commands find too, as copies of the runner's: a package manager replaces the originals,
 * and a file that was replaced while it was mounted can be mounted no more.
 */
export const etcCopies = ['ld.so.cache', 'ld.so.conf', 'mime.types'];

/** Files of `/proc` that tell about the machine or its other processes. */
const maskedProc = [
  'kallsyms',
  'keys',
  'key-users',
  'timer_list',
  'interrupts',
  'kcore',
  'kmsg',
  'sched_debug',
  'sysrq-trigger',
  'modules',
  'config.gz',
];

/** The same in every sandbox: programs print who runs them. */
const insideId = '1000';

/** The system's programs and libraries; on most systems all but the first are links into it. */
export const systemFolders = [
  '/usr',
  ...['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'].map((name) => `/${name}`),
];

function systemBinds(): readonly string[] {
  const roots = systemFolders.flatMap((path) => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found) return [];
    return found.isSymbolicLink()
      ? ['--symlink', readlinkSync(path), path]
      : ['--ro-bind', path, path];
  });
  const settings = etcFolders.flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]);
  const parents = foldersAbove(etcFolders.map((name) => `/etc/${name}`));
  return [...roots, ...parents, ...settings];
}

/** The folders in which mounts are made, open to all: bubblewrap's own would be open to their maker alone. */
function foldersAbove(paths: readonly string[]): readonly string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) folders.add(folder);
  }
  return [...folders].sort().flatMap((folder) => ['--perms', '0755', '--dir', folder]);
}

/** What the runner needs of root's powers: mounts, other users, their files and their end. */
const runnerPowers = [
  'SYS_ADMIN',
  'SETUID',
  'SETGID',
  'SETPCAP',
  'SETFCAP',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'MKNOD',
  'KILL',
  'SYS_RESOURCE',
];

export interface Jail {
  readonly asRoot: boolean;
  readonly folders: Folders;
  readonly tools: readonly Tool[];
  /** Host files that the runner is made of, by where it finds them. */
  readonly program: readonly Tool[];
  readonly command: readonly string[];
}

/** A file or folder of the host and where it stands inside. */
export interface Tool {
  readonly from: string;
  readonly to: string;
}

/** The folder in which workspaces are mounted; it is gone with the runner. */
export const stageFolder = '/stage';
/** What stands there for every command to bind as its root. */
export const rootFolder = `${stageFolder}/root`;
/** Where the runner finds the sockets that commands may reach. */
export const gatesFolder = '/gates';

/**
 * The runner's jail: no network, no environment, no process of ours, and of the host's files only the system's
 * programs, the layers and the tool chain. Whoever breaks out of a command's sandbox stands here.
 */
export function jailArguments(jail: Jail): readonly string[] {
  const read = ({ from, to }: Tool) => ['--ro-bind', from, to];
  return [
    ...['--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts'],
    ...(jail.asRoot ? [] : ['--unshare-user', '--uid', '0', '--gid', '0']),
    ...['--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    ...runnerPowers.flatMap((name) => ['--cap-add', `CAP_${name}`]),
    ...['--clearenv', '--setenv', 'PATH', '/usr/sbin:/usr/bin:/sbin:/bin'],
    ...['--setenv', 'LANG', 'C.UTF-8', '--setenv', 'TZ', 'UTC'],
    ...['--tmpfs', '/', ...systemBinds()],
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--tmpfs', stageFolder],
    ...['--bind-try', '/sys/fs/cgroup', '/sys/fs/cgroup'],
    ...foldersAbove([`${toolsFolder}/bin`, ...jail.tools.map(({ to }) => to)]),
    ...etcCopies.flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
    ...jail.tools.flatMap(read),
    ...jail.program.flatMap(read),
    ...['--bind', jail.folders.layers, jail.folders.layers],
    ...['--bind', jail.folders.kept, jail.folders.kept],
    ...['--ro-bind', jail.folders.gates, gatesFolder],
    ...['--chdir', '/', '--', ...jail.command],
  ];
}

export interface CommandSpec {
  readonly argv: readonly string[];
  /** Relative to the repository. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly merged: string;
  /** Whether it may change nothing of the repository. */
  readonly readOnly: boolean;
  readonly limits: Limits;
  /** Path of the gate's socket, or undefined. */
  readonly gate: string | undefined;
  /** Descriptors that bubblewrap is handed. */
  readonly statusDescriptor: number;
  readonly seccompDescriptor: number | undefined;
}

/** Everything after `bwrap`. The order counts: a later mount hides an earlier one below it. */
export function commandArguments(spec: CommandSpec): readonly string[] {
  const { limits } = spec;
  const size = String(limits.disk);
  const masks = maskedProc
    .filter((name) => existsSync(`/proc/${name}`))
    .flatMap((name) => ['--ro-bind', '/dev/null', `/proc/${name}`]);
  return [
    ...['--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts'],
    ...['--unshare-cgroup-try', '--disable-userns', '--uid', insideId, '--gid', insideId],
    ...['--hostname', 'sandbox', '--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    ...['--clearenv', ...environmentFlags({ ...environment, ...spec.environment })],
    ...['--ro-bind', rootFolder, '/'],
    ...['--proc', '/proc', '--dev', '/dev', ...masks],
    ...['--size', size, '--perms', '1777', '--tmpfs', '/tmp', '--size', size],
    ...['--tmpfs', '/home/sandbox', '--size', size, '--perms', '1777', '--tmpfs', '/dev/shm'],
    ...(spec.gate === undefined ? [] : ['--tmpfs', '/run', '--bind', spec.gate, '/run/gate.sock']),
    // No mount may ever stand below this one: its target would be looked up in a tree that strange code wrote,
    // links included, and made on the host (CVE-2026-87766).
    ...[
      spec.readOnly ? '--ro-bind' : '--bind',
      spec.merged,
      '/repo',
      '--remount-ro',
      '/dev',
      '--remount-ro',
      '/',
    ],
    ...['--chdir', spec.folder === '' ? '/repo' : `/repo/${spec.folder}`],
    ...['--json-status-fd', String(spec.statusDescriptor)],
    ...(spec.seccompDescriptor === undefined ? [] : ['--seccomp', String(spec.seccompDescriptor)]),
    ...[
      '--',
      '/usr/bin/prlimit',
      ...processLimits(limits),
      `--nproc=${limits.processes}`,
      '--',
      ...spec.argv,
    ],
  ];
}

function environmentFlags(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => ['--setenv', name, value]);
}
