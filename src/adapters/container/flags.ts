/** Flags: what a container of ours may do, in the engine's words; everything that is not said here it may not. */
import { readFileSync } from 'node:fs';
import type { Limits } from '#workspace/limits.ts';
import type { Engine } from './engine.ts';

/** What all containers of one app share. */
export interface House {
  readonly engine: Engine;
  /** Name, digest or id of the image; it is never fetched. */
  readonly image: string;
  /** Path of the profile of system calls. */
  readonly profile: string;
  /** The volume that holds our own programs. */
  readonly tools: string;
  readonly folders: { readonly kept: string };
}

export interface Mount {
  readonly volume: string;
  readonly to: string;
  readonly readOnly: boolean;
}

export interface Box {
  readonly name: string;
  readonly limits: Pick<Limits, 'memory' | 'processes' | 'cores' | 'disk'>;
  readonly mounts: readonly Mount[];
  /** Only our own keeper of files, which must get past what commands closed, has any of root's powers. */
  readonly powers: 'none' | 'files';
  /** Program and arguments, below our tools. */
  readonly argv: readonly string[];
}

const node = '/opt/tools/bin/node';
/** A program of ours in the image, by the name of its file. */
export function ours(file: string): readonly string[] {
  return [node, '--no-warnings', `/opt/tools/src/inside/${file}`];
}

/** Clients put these into containers by themselves; a proxy's address may hold a password. */
const proxies = ['http', 'https', 'ftp', 'no', 'all'].flatMap((name) => [
  `${name}_proxy`,
  `${name.toUpperCase()}_PROXY`,
]);

/** Files of the machine that podman can cover; docker covers its own choice of them. */
const masked = [
  'kallsyms',
  'keys',
  'key-users',
  'timer_list',
  'interrupts',
  'sched_debug',
  'modules',
  'config.gz',
];

const filePowers = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'];

/** Everything after the engine's name. */
export function runArguments(house: House, box: Box): readonly string[] {
  const { engine, image, profile, tools } = house;
  const { memory, processes, cores, disk } = box.limits;
  const asFiles = box.powers === 'files';
  const tmpfs = (to: string, size: number) => ['--tmpfs', `${to}:${tmpfsOptions(engine, size)}`];
  const mounts = [...box.mounts, { volume: tools, to: '/opt/tools/src', readOnly: true }];
  return [
    ...['run', '--interactive', '--pull', 'never', '--name', box.name, '--hostname', 'sandbox'],
    ...['--network', 'none', '--read-only'],
    ...['--cap-drop', 'ALL', ...(asFiles ? filePowers.flatMap((it) => ['--cap-add', it]) : [])],
    ...['--security-opt', 'no-new-privileges', '--security-opt', `seccomp=${profile}`],
    ...['--user', asFiles ? '0:0' : '1000:1000', '--ipc', 'none', '--cgroupns', 'private'],
    ...['--pids-limit', String(processes), '--cpus', String(cores)],
    ...['--memory', String(memory), '--memory-swap', String(memory), '--log-driver', 'none'],
    ...proxies.flatMap((name) => ['--env', `${name}=`]),
    ...tmpfs('/tmp', disk),
    ...tmpfs('/home/sandbox', disk),
    ...tmpfs('/dev/shm', disk),
    ...tmpfs('/run', 2 ** 20),
    ...mounts.flatMap(({ volume, to, readOnly }) => [
      '--volume',
      `${volume}:${to}:${readOnly ? 'ro' : 'rw'}`,
    ]),
    ...(engine.kind === 'podman' ? [podmanMask, '--read-only-tmpfs=false', '--no-hosts'] : []),
    ...engineFlags(engine),
    ...[image, ...box.argv],
  ];
}

/** podman 4 knows no limit of files here: there the memory's limit stands behind the size's. */
function tmpfsOptions(engine: Engine, size: number): string {
  const files = engine.kind === 'docker' ? ',nr_inodes=50000' : ',notmpcopyup';
  return `rw,exec,nosuid,nodev,mode=1777,size=${String(size)}${files}`;
}

/** All of /sys but the control groups, which tell that a command ran out of memory. */
const maskedSys = [
  ...[
    'block',
    'bus',
    'class',
    'dev',
    'devices',
    'firmware',
    'hypervisor',
    'kernel',
    'module',
    'power',
  ],
  ...['bcache', 'bpf', 'btrfs', 'ext4', 'f2fs', 'fuse', 'pstore', 'selinux', 'xfs'].map(
    (name) => `fs/${name}`,
  ),
];

const covered = [
  ...masked.map((name) => `/proc/${name}`),
  ...maskedSys.map((name) => `/sys/${name}`),
];
const podmanMask = `--security-opt=mask=${covered.join(':')}`;

/** The runtime, the users and the limits that every container of this engine needs to come about. */
export function engineFlags(engine: Engine): readonly string[] {
  const { firstUid, kind, runtime } = engine;
  const named = runtime === undefined ? [] : ['--runtime', runtime];
  if (kind === 'docker') return [...named, '--ulimit', 'nofile=4096:4096'];
  const map = `0:${String(firstUid)}:65536`;
  return [
    ...named,
    '--http-proxy=false',
    // Its own defaults are above what its caller may have; the limits that count are set inside.
    ...['--ulimit', `nofile=${hardLimit('Max open files')}`],
    ...['--ulimit', `nproc=${hardLimit('Max processes')}`],
    ...(firstUid === undefined ? [] : ['--uidmap', map, '--gidmap', map]),
  ];
}

/** What commands need, or this process' own limit where that is less: twice, as soft and as hard limit. */
function hardLimit(name: string): string {
  const limits = readFileSync('/proc/self/limits', 'utf8').split('\n');
  const line = limits.find((each) => each.startsWith(name)) ?? '';
  const hard = Number(line.slice(name.length).trim().split(/\s+/u)[1]);
  const least = String(Math.min(4096, Number.isNaN(hard) ? 4096 : hard));
  return `${least}:${least}`;
}

/** A volume in memory that holds no more than this. The page is that of every machine but few. */
export function volumeArguments(
  { engine }: House,
  volume: { name: string; bytes: number; files: number },
): readonly string[] {
  const pages = Math.ceil(volume.bytes / 4096);
  // podman takes "size" for a quota of its disk. Whose the files are docker reads from the image's own folder.
  const own = engine.firstUid === undefined ? 1000 : engine.firstUid + 1000;
  const options =
    engine.kind === 'podman'
      ? `nr_blocks=${String(pages)},uid=${String(own)},gid=${String(own)},mode=0755`
      : `size=${String(pages * 4096)}`;
  return [
    ...['volume', 'create', '--driver', 'local'],
    ...['--opt', 'type=tmpfs', '--opt', 'device=tmpfs'],
    ...['--opt', `o=nosuid,nodev,nr_inodes=${String(volume.files)},${options}`, volume.name],
  ];
}
