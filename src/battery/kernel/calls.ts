/**
 * Calls: the system calls that no command needs, each with words with which an allowed one fails before it does anything,
 * or touches nothing but its own process. The numbers stand here again, apart from those of the filter: a slip in one
 * table shows in the other.
 */
import type { Convention, Word } from './program.ts';

export interface Primitive {
  readonly name: string;
  readonly attack: string;
  /** x64 and arm64; null where the machine has none. */
  readonly numbers: readonly [x64: number | null, arm64: number | null];
  readonly words: readonly Word[];
  readonly convention?: Convention;
}

type Row = readonly [
  name: string,
  numbers: readonly [number | null, number | null],
  words: readonly Word[],
  attack: string,
];

/** An address that nobody may read. */
const nowhere = 1;
/** A number that is no descriptor. */
const none = -1;
/** A process that cannot be there. */
const nobody = 0x7fff_fffe;
/** Options that no call knows. */
const senseless = 0xffff_ffff;

const processes: readonly Row[] = [
  ['ptrace-itself', [101, 117], [0, 0, 0, 0], 'A process lets itself be traced.'],
  ['ptrace-seize', [101, 117], [0x4206, nobody, 0, 0], 'A process traces another.'],
  ['process_vm_readv', [310, 270], [1, 0, 0, 0, 0, 0], "Another process's memory is read."],
  ['process_vm_writev', [311, 271], [1, 0, 0, 0, 0, 0], "Another process's memory is written."],
  ['process_madvise', [440, 440], [none, 0, 0, 0, 0], "Another process's memory is dropped."],
  ['pidfd_getfd', [438, 438], [none, 0, 0], 'A descriptor is taken out of another process.'],
  ['kcmp', [312, 272], [nobody, nobody, 0, 0, 0], 'Two processes are compared in the kernel.'],
];

const mounts: readonly Row[] = [
  ['mount', [165, 40], [nowhere, nowhere, nowhere, 0, 0], 'A file system is mounted.'],
  ['mount-remount', [165, 40], [0, nowhere, 0, 0x20, 0], 'A read-only mount is made writable.'],
  ['mount-bind', [165, 40], [nowhere, nowhere, 0, 0x1000, 0], 'A folder is bound to another.'],
  ['umount2', [166, 39], [nowhere, 0], 'A mount is taken away to see what lies below.'],
  ['pivot_root', [155, 41], [nowhere, nowhere], 'The root is exchanged.'],
  ['chroot', [161, 51], [nowhere], 'The root is changed, as old escapes begin.'],
  ['open_tree', [428, 428], [none, nowhere, 0], 'A tree of mounts is opened.'],
  ['move_mount', [429, 429], [none, nowhere, none, nowhere, 0], 'A mount is moved.'],
  ['fsopen', [430, 430], [nowhere, 0], 'A file system is opened by the new calls.'],
  ['fsconfig', [431, 431], [none, 0xffff, 0, 0, 0], 'A file system is configured.'],
  ['fsmount', [432, 432], [none, 0, 0], 'A configured file system becomes a mount.'],
  ['fspick', [433, 433], [none, nowhere, 0], 'A mounted file system is picked for changes.'],
  ['mount_setattr', [442, 442], [none, nowhere, 0, 0, 0], "A mount's options are changed."],
  ['statmount', [457, 457], [nowhere, 0, 0, 0], 'A mount is looked up by its number.'],
  ['listmount', [458, 458], [nowhere, 0, 0, 0], 'Mounts are listed by number.'],
  [
    'open_tree_attr',
    [467, 467],
    [none, nowhere, 0, 0, 0],
    'A call newer than the filter opens a tree of mounts.',
  ],
];

const childEnds = 17;
const spaces = [
  ['mounts', 0x2_0000],
  ['cgroups', 0x200_0000],
  ['names', 0x400_0000],
  ['ipc', 0x800_0000],
  ['users', 0x1000_0000],
  ['processes', 0x2000_0000],
  ['network', 0x4000_0000],
] as const;

const namespaces: readonly Row[] = [
  ['setns', [308, 268], [none, 0], 'A process enters another namespace.'],
  ...spaces.map(([name, flag]): Row => [
    `unshare-${name}`,
    [272, 97],
    [flag],
    `A process makes a namespace of ${name} for itself, and is root in it.`,
  ]),
  ['unshare-time', [272, 97], [0x80], 'A process makes a namespace of times for itself.'],
  ...spaces.map(([name, flag]): Row => [
    `clone-${name}`,
    [56, 220],
    [flag | childEnds, 0, 0, 0, 0],
    `A child is made in a new namespace of ${name}.`,
  ]),
  [
    'clone-upper-half',
    [56, 220],
    [2 ** 32 + 0x1000_0000 + childEnds, 0, 0, 0, 0],
    'A child is made in a new namespace, with noise in the half that filters do not read.',
  ],
  ['clone3', [435, 435], [nowhere, 0], 'A child is made by the call whose options hide in memory.'],
];

const surface: readonly Row[] = [
  ['bpf', [321, 280], [0xffff, nowhere, 0], 'A program is loaded into the kernel.'],
  ['perf_event_open', [298, 241], [nowhere, 0, none, none, 0], 'The kernel is measured.'],
  ['userfaultfd', [323, 282], [5], 'Page faults are held open, as exploits do.'],
  ['io_uring_setup', [425, 425], [0, nowhere], 'A ring is made that no filter sees.'],
  ['io_uring_enter', [426, 426], [none, 0, 0, 0, 0, 0], 'A ring is handed calls.'],
  ['io_uring_register', [427, 427], [none, 0, 0, 0], 'A ring is given files.'],
  ['memfd_secret', [447, 447], [0xffff], 'Memory is hidden from everybody.'],
  ['fanotify_init', [300, 262], [0x200, senseless], 'All accesses to files are watched.'],
  ['fanotify_mark', [301, 263], [none, senseless, 0, 0, 0], 'A mount is watched.'],
  ['remap_file_pages', [216, 234], [0, 0, 0, 0, 0], 'Pages are mapped by a relic of a call.'],
  ['add_key', [248, 217], [0, 0, 0, 0, 0], "A key is put into the user's ring."],
  ['request_key', [249, 218], [0, 0, 0, 0], 'A key is asked of the kernel and its helpers.'],
  ['keyctl-id', [250, 219], [0, -3, 0], "The session's ring of keys is looked for."],
  ['keyctl-join', [250, 219], [1, nowhere], 'Another session of keys is joined.'],
  ['keyctl-describe', [250, 219], [6, -4, 0, 0], "The user's ring of keys is described."],
  ['keyctl-read', [250, 219], [11, -4, 0, 0], "The user's ring of keys is read."],
  [
    'name_to_handle_at',
    [303, 264],
    [none, nowhere, nowhere, nowhere, 0],
    'A file is named by a handle that holds outside of every mount.',
  ],
  [
    'open_by_handle_at',
    [304, 265],
    [none, nowhere, 0],
    'A file is opened by a handle, around every mount.',
  ],
];

const machine: readonly Row[] = [
  ['kexec_load', [246, 104], [0, 17, nowhere, 0xff00], 'Another kernel is loaded.'],
  ['kexec_file_load', [320, 294], [none, none, 0, 0, 0xff00], 'A file is loaded as the kernel.'],
  ['init_module', [175, 105], [nowhere, 0, nowhere], 'A module is loaded.'],
  ['finit_module', [313, 273], [none, nowhere, 0], 'A file is loaded as a module.'],
  ['delete_module', [176, 106], [nowhere, 0], 'A module is removed.'],
  ['reboot', [169, 142], [0, 0, 0, 0], 'The machine is restarted.'],
  ['syslog', [103, 116], [3, 0, 0], "The kernel's log is read."],
  ['acct', [163, 89], [nowhere], 'Accounting is written to a file of choice.'],
  ['swapon', [167, 224], [nowhere, 0x100_0000], 'A file becomes swap.'],
  ['swapoff', [168, 225], [nowhere], 'Swap is taken away.'],
  ['quotactl', [179, 60], [senseless, 0, 0, 0], 'Quotas are changed.'],
  ['quotactl_fd', [443, 443], [none, senseless, 0, 0], 'Quotas are changed by descriptor.'],
  ['sethostname', [170, 161], [nowhere, -1], 'The machine is named anew.'],
  ['setdomainname', [171, 162], [nowhere, -1], "The machine's domain is named anew."],
  ['settimeofday', [164, 170], [nowhere, 0], 'The clock is set.'],
  ['clock_settime', [227, 112], [0, nowhere], 'The clock is set by its number.'],
  ['adjtimex', [159, 171], [nowhere], 'The clock is bent.'],
  ['clock_adjtime', [305, 266], [0, nowhere], 'The clock is bent by its number.'],
  ['iopl', [172, null], [4], 'The ports of the machine are opened.'],
  ['ioperm', [173, null], [none, 1, 1], 'One port of the machine is opened.'],
  ['modify_ldt', [154, null], [0, 0, 0], "The processor's own tables are read."],
  ['ustat', [136, null], [0, nowhere], 'A relic of a call tells about file systems.'],
  ['sysfs', [139, null], [3], 'A relic of a call counts file systems.'],
];

const placement: readonly Row[] = [
  ['mbind', [237, 235], [0, 0, 0xff, 0, 0, senseless], 'Memory is bound to a node.'],
  ['set_mempolicy', [238, 237], [0xff, 0, 0], 'Memory is asked for on a node.'],
  ['get_mempolicy', [239, 236], [0, 0, 0, 0, 0xff00], 'The place of memory is asked.'],
  ['migrate_pages', [256, 238], [0, -1, 0, 0], "A process's memory is moved."],
  ['move_pages', [279, 239], [0, 0, 0, 0, 0, 0xff00], 'Pages are moved, and their place told.'],
  ['set_mempolicy_home_node', [450, 450], [0, 0, 0, 1], 'Memory is given a home.'],
];

const socket = [41, 198] as const;
const pair = [53, 199] as const;
const sockets: readonly Row[] = [
  ['socket-vsock', socket, [40, 1, 0], 'A socket to the hypervisor, which no namespace covers.'],
  ['socket-vsock-datagram', socket, [40, 2, 0], 'A datagram socket to the hypervisor.'],
  ['socket-packet', socket, [17, 3, 0x300], 'A socket that reads the wire.'],
  ['socket-alg', socket, [38, 5, 0], "A socket into the kernel's ciphers."],
  ['socket-key', socket, [15, 3, 2], 'A socket that manages keys of IPsec.'],
  ['socket-xdp', socket, [44, 3, 0], 'A socket that shares memory with a network card.'],
  ['socket-diagnosis', socket, [16, 3, 4], "A socket that lists everybody's sockets."],
  ['socket-xfrm', socket, [16, 3, 6], 'A socket that sets IPsec.'],
  ['socket-audit', socket, [16, 3, 9], "A socket into the kernel's audit."],
  ['socket-netfilter', socket, [16, 3, 12], 'A socket that sets the firewall.'],
  ['socket-uevent', socket, [16, 3, 15], 'A socket that hears of devices.'],
  ['socket-generic', socket, [16, 3, 16], 'A socket into every other family of the kernel.'],
  [
    'socket-upper-half',
    socket,
    [2 ** 32 + 40, 1, 0],
    'A socket to the hypervisor, with noise in the half that filters do not read.',
  ],
  ['socketpair-vsock', pair, [40, 1, 0, 'memory'], 'A pair of sockets of a family refused alone.'],
  ['socketpair-alg', pair, [38, 5, 0, 'memory'], "A pair of sockets of the kernel's ciphers."],
];

const guarded: readonly Row[] = [
  ['ioctl-type', [16, 29], [0, 0x5412, nowhere], 'Keys are typed into the terminal.'],
  [
    'ioctl-type-upper-half',
    [16, 29],
    [0, 2 ** 32 + 0x5412, nowhere],
    'Keys are typed into the terminal, with noise in the half that filters do not read.',
  ],
  ['ioctl-console', [16, 29], [0, 0x541c, nowhere], "The console's selection is pasted."],
  [
    'ioctl-discipline',
    [16, 29],
    [0, 0x5423, nowhere],
    'A terminal is given another line discipline, which loads drivers.',
  ],
  ['personality-layout', [135, 92], [0x4_0000], 'The layout of memory is made known.'],
  ['personality-execute', [135, 92], [0x40_0000], 'All readable memory can be executed.'],
];

const foreign: readonly Primitive[] = (
  [
    ['int80-getpid', 20, [], 'int80', 'A call is made by the entry of 32-bit programs.'],
    ['int80-ptrace', 26, [0, 0, 0, 0], 'int80', 'A refused call is made by its 32-bit number.'],
    ['int80-unshare', 310, [0x1000_0000], 'int80', 'A namespace is made by its 32-bit number.'],
    ['program-i386', 310, [0x1000_0000], 'i386', 'A whole 32-bit program makes a namespace.'],
    ['x32-getpid', 0x4000_0027, [], 'own', 'A call is made by the convention of x32.'],
  ] as const
).map(([name, number, words, convention, attack]) => ({
  ...{ name, words, convention, attack },
  numbers: [number, null],
}));

export const primitives: readonly Primitive[] = [
  ...[processes, mounts, namespaces, surface, machine, placement, sockets, guarded]
    .flat()
    .map(([name, numbers, words, attack]) => ({ name, numbers, words, attack })),
  ...foreign,
];
