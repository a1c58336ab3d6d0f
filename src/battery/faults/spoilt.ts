/** Spoilt: views of the machine in which something is gone or broken on which the sandbox stands. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '#app.ts';

export interface Spoilt {
  readonly name: string;
  readonly attack: string;
  /** Arguments of bubblewrap that spoil the view. `files` is a folder to put things in. */
  readonly view: (at: {
    readonly files: string;
    readonly data: string;
  }) => Promise<readonly string[]>;
  /** The path of a tool that the sandbox is told to bring along. */
  readonly tool?: string;
  /** Whether what runs takes more memory than it may. */
  readonly greedy?: true;
}

export const programs = '/usr/bin';
/** A file that nobody may run, in the place of a program. */
const gone = (path: string) => async (): Promise<readonly string[]> =>
  Promise.resolve(['--ro-bind', '/dev/null', path]);
const becomes = (path: string, other: string) => async (): Promise<readonly string[]> =>
  Promise.resolve(['--ro-bind', other, path]);
const filterFile = join(root, 'src/adapters/bubblewrap/seccomp.ts');

/** A word that a careless bubblewrap leaves out, and how many with it. */
type Leaving = readonly [word: string, count: number];

const careless: readonly (readonly [name: string, what: string, leaving: Leaving])[] = [
  ['shares-network', "leaves commands in the machine's network", ['--unshare-net', 1]],
  ['shares-processes', 'shows commands the processes of others', ['--unshare-pid', 1]],
  ['sets-no-filter', 'sets no filter of system calls', ['--seccomp', 2]],
  ['keeps-root-writable', 'leaves the system writable', ['--remount-ro', 2]],
];

/** A place for the real one, where no program of ours looks. */
const aside = `${programs}/yes`;

/** Bubblewrap as it is, but for some words that it never gets. */
function without([word, count]: Leaving): Spoilt['view'] {
  const script = `#!/bin/sh
left=$#
while [ "$left" -gt 0 ]; do
  if [ "$1" = ${word} ]; then shift ${String(count)}; left=$((left - ${String(count)})); continue; fi
  word=$1; shift; left=$((left - 1)); set -- "$@" "$word"
done
exec ${aside} "$@"
`;
  return async ({ files }) => {
    const path = join(files, 'bwrap');
    await writeFile(path, script);
    await chmod(path, 0o755);
    const bwrap = `${programs}/bwrap`;
    return ['--ro-bind', bwrap, aside, '--ro-bind', path, bwrap];
  };
}

function filter(bytes: readonly number[]): Spoilt['view'] {
  return async ({ files }) => {
    const text = `export function isMachine() { return true; }\nexport function seccompFilter() { return Buffer.from(${JSON.stringify(bytes)}); }\n`;
    const path = join(files, 'seccomp.ts');
    await writeFile(path, text);
    return ['--ro-bind', path, filterFile];
  };
}

export const spoilt: readonly Spoilt[] = [
  ...careless.map(([name, what, leaving]) => ({
    name: `bubblewrap-${name}`,
    attack: `The program bubblewrap ${what}.`,
    view: without(leaving),
  })),
  {
    name: 'bubblewrap-gone',
    attack: 'The program bubblewrap is removed while the App is installed.',
    view: gone(`${programs}/bwrap`),
  },
  {
    name: 'bubblewrap-fails',
    attack: 'The program bubblewrap always fails.',
    view: becomes(`${programs}/bwrap`, `${programs}/false`),
  },
  {
    name: 'bubblewrap-does-nothing',
    attack: 'The program bubblewrap says that all is well and does nothing.',
    view: becomes(`${programs}/bwrap`, `${programs}/true`),
  },
  {
    name: 'limits-gone',
    attack: 'The program that sets the limits is removed.',
    view: gone(`${programs}/prlimit`),
  },
  {
    name: 'limits-do-nothing',
    attack: 'The program that sets the limits runs nothing.',
    view: becomes(`${programs}/prlimit`, `${programs}/true`),
  },
  {
    name: 'users-gone',
    attack: 'The program that drops to another user is removed.',
    view: gone(`${programs}/setpriv`),
  },
  {
    name: 'mount-gone',
    attack: 'The program that mounts layers is removed.',
    view: gone(`${programs}/mount`),
  },
  {
    name: 'mount-fails',
    attack: 'The kernel mounts no layers.',
    view: becomes(`${programs}/mount`, `${programs}/false`),
  },
  {
    name: 'namespaces-off',
    attack: 'The kernel gives no user namespaces.',
    view: () => Promise.resolve(['--unshare-user', '--disable-userns']),
  },
  {
    name: 'filter-broken',
    attack: 'The filter of system calls is no program.',
    view: filter([1, 2, 3, 4, 5, 6, 7, 8]),
  },
  {
    name: 'filter-cut',
    attack: 'The filter of system calls ends in the middle of an instruction.',
    view: filter([6, 0, 0]),
  },
  {
    name: 'filter-empty',
    attack: 'The filter of system calls is empty.',
    view: filter([]),
  },
  {
    name: 'filter-open',
    attack: 'The filter of system calls lets everything through.',
    view: filter([6, 0, 0, 0, 0, 0, 0xff, 0x7f]),
  },
  {
    name: 'limits-read-only',
    attack: 'Control groups cannot be made, and a command takes all memory.',
    greedy: true,
    view: () => Promise.resolve(['--ro-bind', '/sys/fs/cgroup', '/sys/fs/cgroup']),
  },
  {
    name: 'runner-gone',
    attack: "The runner's program is missing.",
    view: gone(join(root, 'src/runner.ts')),
  },
  {
    name: 'tool-gone',
    attack: 'A program of the tool chain is missing.',
    view: () => Promise.resolve([]),
    tool: '/nonexistent/tool',
  },
  {
    name: 'tool-broken',
    attack: "The tool chain's folder holds something else.",
    view: gone(join(root, 'node_modules/zod/package.json')),
  },
  {
    name: 'data-read-only',
    attack: 'The data folder cannot be written.',
    view: ({ data }) => Promise.resolve(['--ro-bind', data, data]),
  },
  {
    name: 'data-is-a-file',
    attack: 'A file stands where the layers lie.',
    view: async ({ data, files }) => {
      await mkdir(data, { recursive: true });
      await writeFile(join(files, 'file'), '');
      await writeFile(join(data, 'layers'), '');
      return [];
    },
  },
];
