/** Control groups: limits that hold for a whole tree of processes, version 1 or 2, where we may make them. */
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Limits } from '#workspace/limits.ts';

const prefix = 'sluice-';
/** Each runner sits in a group of this name below its own: a tree whose runner is gone is stale. */
const runnerGroup = 'runner';

export interface Group {
  /** Files into which a process writes `0` to enter. */
  readonly entries: readonly string[];
  /** How many processes the kernel killed here for want of memory. */
  outOfMemoryKills(): number;
  /** All processes must be gone. */
  remove(): void;
}

export interface ControlGroups {
  readonly version: 1 | 2;
  group(limits: Limits): Group;
  close(): void;
}

interface Hierarchy {
  readonly controller: string;
  /** The folder of our own group, or of the one above which we may not go. */
  readonly folder: string;
}

/**
 * Makes this runner's group and removes those of runners that were killed.
 * Throws, with the reason for people, where the system does not allow it.
 */
export function openControlGroups(): ControlGroups {
  try {
    return openOnce();
  } catch {
    // Another runner that starts now may have taken our new group for a stale one.
    return openOnce();
  }
}

function openOnce(): ControlGroups {
  const own = readFileSync('/proc/self/cgroup', 'utf8');
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
  const first = ['memory', 'pids', 'cpu'].map((name) => hierarchyOf(name, own, mounts));
  const found = first.filter((each) => each !== undefined);
  return found.length === 3 ? versionOne(found) : versionTwo(own, mounts);
}

/** The folder of version 1's hierarchy with this controller; ours as the kernel says, or its root in a container. */
function hierarchyOf(controller: string, own: string, mounts: string): Hierarchy | undefined {
  const line = own.split('\n').find((each) => each.split(':')[1]?.split(',').includes(controller));
  const mount = mounts
    .split('\n')
    .map((each) => each.split(' - '))
    .find(([, right]) => {
      const [type, , options] = right?.split(' ') ?? [];
      return type === 'cgroup' && options?.split(',').includes(controller);
    });
  const point = mount?.[0]?.split(' ')[4];
  if (line === undefined || point === undefined) return undefined;
  const folder = join(point, line.split(':').slice(2).join(':'));
  return { controller, folder: existsSync(folder) ? folder : point };
}

function versionOne(hierarchies: readonly Hierarchy[]): ControlGroups {
  for (const { folder } of hierarchies) sweep(folder);
  const name = `${prefix}${randomUUID()}`;
  const bases = hierarchies.map(({ controller, folder }) => ({
    controller,
    base: join(folder, name),
  }));
  for (const { base } of bases) enter(base);
  let count = 0;
  return {
    version: 1,
    group: (limits) => {
      count += 1;
      const folders = bases.map(({ controller, base }) => {
        const folder = join(base, `c${count}`);
        mkdirSync(folder);
        for (const [file, value] of versionOneLimits(controller, limits)) {
          // Kernels without swap accounting have no limit for it.
          if (existsSync(join(folder, file))) writeFileSync(join(folder, file), value);
          else if (!file.includes('memsw')) throw new Error(`${folder} has no ${file}`);
        }
        return { controller, folder };
      });
      const memory = folders.find(({ controller }) => controller === 'memory')?.folder ?? '';
      return {
        entries: folders.map(({ folder }) => join(folder, 'cgroup.procs')),
        outOfMemoryKills: () => counter(join(memory, 'memory.oom_control')),
        remove: () => folders.forEach(({ folder }) => removeGroup(folder)),
      };
    },
    close: () => bases.forEach(({ base }) => leave(base)),
  };
}

function versionOneLimits(controller: string, limits: Limits): readonly [string, string][] {
  if (controller === 'pids') return [['pids.max', String(limits.processes)]];
  if (controller === 'cpu') {
    return [['cpu.cfs_quota_us', String(Math.round(limits.cores * 100_000))]];
  }
  return [
    ['memory.limit_in_bytes', String(limits.memory)],
    ['memory.memsw.limit_in_bytes', String(limits.memory)],
  ];
}

/** Version 2 lets a group give controllers to its children only while it has no processes of its own. */
function versionTwo(own: string, mounts: string): ControlGroups {
  const point = mounts
    .split('\n')
    .find((each) => each.split(' - ')[1]?.startsWith('cgroup2 '))
    ?.split(' ')[4];
  const path = own
    .split('\n')
    .find((each) => each.startsWith('0::'))
    ?.slice(3);
  if (point === undefined || path === undefined) throw new Error('no control groups are mounted');
  const ours = join(point, path);
  // With systemd's DelegateSubgroup= the group above is ours too.
  const candidates = [ours, join(ours, '..')].filter((each) => each.startsWith(point));
  const name = `${prefix}${randomUUID()}`;
  let problem: unknown;
  for (const parent of candidates) {
    try {
      return versionTwoBelow(parent, name);
    } catch (error) {
      problem = error;
      removeTree(join(parent, name));
    }
  }
  throw problem instanceof Error ? problem : new Error('no control group may be made');
}

const versionTwoControllers = '+memory +pids +cpu';

function versionTwoBelow(parent: string, name: string): ControlGroups {
  sweep(parent);
  writeFileSync(join(parent, 'cgroup.subtree_control'), versionTwoControllers);
  const base = join(parent, name);
  mkdirSync(base);
  writeFileSync(join(base, 'cgroup.subtree_control'), versionTwoControllers);
  enter(base);
  let count = 0;
  return {
    version: 2,
    group: (limits) => {
      count += 1;
      const folder = join(base, `c${count}`);
      mkdirSync(folder);
      const set = (file: string, value: string) => writeFileSync(join(folder, file), value);
      set('memory.max', String(limits.memory));
      set('memory.swap.max', '0');
      set('memory.oom.group', '1');
      set('pids.max', String(limits.processes));
      set('cpu.max', `${Math.round(limits.cores * 100_000)} 100000`);
      return {
        entries: [join(folder, 'cgroup.procs')],
        outOfMemoryKills: () => counter(join(folder, 'memory.events')),
        remove: () => removeGroup(folder),
      };
    },
    close: () => leave(base),
  };
}

/** The `oom_kill` line of version 1's oom_control and version 2's events. */
function counter(file: string): number {
  return Number(/^oom_kill (\d+)$/mu.exec(readFileSync(file, 'utf8'))?.[1] ?? 0);
}

/** Removes the groups of runners that are gone: their processes died with their process namespace. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent).filter((each) => each.startsWith(prefix))) {
    const base = join(parent, name);
    if (isDead(base)) removeTree(base);
  }
}

/**
 * Asked by removing the runner's own group, which the kernel refuses while the runner is in it. The list of its processes
 * would not do: version 1 leaves out those of other process namespaces, and every runner has its own.
 */
function isDead(base: string): boolean {
  try {
    rmdirSync(join(base, runnerGroup));
    return true;
  } catch (error) {
    // Not there: another sweeper was faster, or its runner is only just coming; `enter` then makes it again.
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
}

/** Steps into the runner's own group. A sweeper may take it for dead before we are in it, so it is made until we are. */
function enter(base: string): void {
  for (let tries = 1; ; tries += 1) {
    mkdirSync(join(base, runnerGroup), { recursive: true });
    try {
      writeFileSync(join(base, runnerGroup, 'cgroup.procs'), '0');
      return;
    } catch (error) {
      const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isGone || tries === 5) throw error;
    }
  }
}

function removeTree(base: string): void {
  if (!existsSync(base)) return;
  for (const entry of readdirSync(base, { withFileTypes: true })) {
    if (entry.isDirectory()) removeGroup(join(base, entry.name));
  }
  removeGroup(base);
}

/** Steps out of our own group, which can be removed only without us, and removes it. */
function leave(base: string): void {
  try {
    writeFileSync(join(base, '..', 'cgroup.procs'), '0');
  } catch {
    // Version 2 forbids it below the root: the sweeper of the next start removes the group.
  }
  // Commands that were killed a moment ago hold their groups until they are quite gone.
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; tries < 20; tries += 1) {
    removeTree(base);
    if (!existsSync(base)) return;
    Atomics.wait(pause, 0, 0, 10);
  }
}

/** A group with a process that is just dying stays; the sweeper of the next start removes it. */
function removeGroup(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // See above: nothing waits for it.
  }
}
