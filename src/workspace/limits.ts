/** Limits: how much a command may take, per purpose; the operator may set each of them. */
import type { Purpose } from '#ports/sandbox.ts';

export interface Limits {
  /** Wall time, in milliseconds. */
  readonly wall: number;
  /** Processor time of one process, in seconds. */
  readonly cpuSeconds: number;
  /** Processor cores that all processes together may use; only enforced where control groups are. */
  readonly cores: number;
  /** Bytes of all processes together, files in memory included where control groups are. */
  readonly memory: number;
  readonly processes: number;
  /** Bytes that the workspace's upper layer, and each of `/tmp` and the home folder, may hold. */
  readonly disk: number;
  /** Files and folders that the upper layer may hold. */
  readonly inodes: number;
  /** Bytes of one file. */
  readonly fileSize: number;
}

const mib = 2 ** 20;

/**
 * Made for real repositories: a linter over a large one was seen at 1.3 GB, a type checker opens a thousand files.
 * The address space itself is not limited: JavaScript engines reserve far more than they use.
 */
export const defaultLimits: Readonly<Record<Purpose, Limits>> = {
  tool: {
    wall: 30_000,
    cpuSeconds: 60,
    cores: 1,
    memory: 1024 * mib,
    processes: 128,
    disk: 300 * mib,
    inodes: 50_000,
    fileSize: 256 * mib,
  },
  test: {
    wall: 300_000,
    cpuSeconds: 600,
    cores: 2,
    memory: 2048 * mib,
    processes: 512,
    disk: 300 * mib,
    inodes: 50_000,
    fileSize: 256 * mib,
  },
  install: {
    wall: 600_000,
    cpuSeconds: 600,
    cores: 2,
    memory: 2048 * mib,
    processes: 256,
    disk: 1024 * mib,
    inodes: 300_000,
    fileSize: 512 * mib,
  },
};

export type LimitSettings = Partial<Readonly<Record<Purpose, Partial<Limits>>>>;

export function limitsFor(purpose: Purpose, settings: LimitSettings): Limits {
  return { ...defaultLimits[purpose], ...settings[purpose] };
}

/**
 * Limits of each process, for prlimit. Neither the address space nor the data of a process is limited: JavaScript engines
 * reserve far more than they use.
 */
export function processLimits(limits: Limits): readonly string[] {
  return [
    '--core=0',
    `--fsize=${limits.fileSize}`,
    `--cpu=${limits.cpuSeconds}`,
    '--nofile=4096',
    '--memlock=0',
    '--msgqueue=0',
    '--rtprio=0',
    '--nice=0',
    '--sigpending=1024',
  ];
}
