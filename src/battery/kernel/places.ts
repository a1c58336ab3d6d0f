/** Places: what of the machine can be seen or written through files, each as a shell test that says `breached` when it can. */

export interface Place {
  readonly name: string;
  readonly attack: string;
  /** Opens files at most, and reads; nothing of the machine is changed where it is open. */
  readonly script: string;
}

/** More than nothing in it: a mask is there, but empty. */
const read = (path: string): string => `[ "$(head -c 64 ${path} | wc -c)" -gt 0 ]`;
/** Opened for writing, and closed again. A mask is a device, into which anybody may write. */
const written = (path: string): string => `[ ! -c ${path} ] && ( : >> ${path} )`;

const reads: readonly (readonly [name: string, path: string, attack: string])[] = [
  ['kallsyms', '/proc/kallsyms', "The kernel's addresses are read."],
  ['kcore', '/proc/kcore', "The kernel's memory is read."],
  ['keys', '/proc/keys', "The user's keys are listed."],
  ['key-users', '/proc/key-users', 'The users of keys are listed.'],
  ['timer_list', '/proc/timer_list', "The machine's timers are listed with addresses."],
  ['interrupts', '/proc/interrupts', 'Interrupts are counted, which tells what is typed.'],
  ['modules', '/proc/modules', "The kernel's modules are listed with addresses."],
  ['config', '/proc/config.gz', "The kernel's configuration is read."],
  ['vmallocinfo', '/proc/vmallocinfo', "The kernel's own memory is listed."],
  ['slabinfo', '/proc/slabinfo', "The kernel's objects are counted, as exploits do."],
  ['pagetypeinfo', '/proc/pagetypeinfo', "The machine's free pages are listed, as exploits do."],
  ['kpagecount', '/proc/kpagecount', 'The uses of each page of memory are read.'],
  ['kpageflags', '/proc/kpageflags', 'The state of each page of memory is read.'],
  ['mem', '/dev/mem', "The machine's memory is read."],
  ['firmware', '/sys/firmware/memmap/0/start', "The firmware's map of memory is read."],
  ['boot-notes', '/sys/kernel/notes', "The kernel's build is read."],
  ['disk-counts', '/sys/block/*/stat', 'The work of the disks is read.'],
];

const writes: readonly (readonly [name: string, path: string, attack: string])[] = [
  ['core_pattern', '/proc/sys/kernel/core_pattern', 'The program that gets every crash is named.'],
  ['modprobe', '/proc/sys/kernel/modprobe', 'The program that loads modules is named.'],
  ['hostname-file', '/proc/sys/kernel/hostname', 'The machine is named anew through a file.'],
  ['overcommit', '/proc/sys/vm/overcommit_memory', "The machine's memory settings are changed."],
  ['sysrq', '/proc/sysrq-trigger', 'The machine is restarted through a file.'],
  ['binfmt', '/proc/sys/fs/binfmt_misc/register', 'A program is named for a kind of file.'],
  ['uevent-helper', '/sys/kernel/uevent_helper', 'A program is named for new devices.'],
  ['kmsg', '/dev/kmsg', "Lines are written into the kernel's log."],
];

const others: readonly Place[] = [
  {
    name: 'kernel-log',
    attack: "The kernel's log is opened.",
    script: '[ ! -c /proc/kmsg ] && ( : < /proc/kmsg )',
  },
  {
    name: 'iomem',
    attack: "The machine's map of memory is read with addresses.",
    script: "grep -v '^ *0*-0* ' /proc/iomem | grep -q .",
  },
  {
    name: 'disks',
    attack: 'A disk stands among the devices.',
    script: 'for path in /dev/*; do if [ -b "$path" ]; then echo breached; break; fi; done; false',
  },
  {
    name: 'devices',
    attack: 'A device that leads into the kernel stands among the others.',
    script:
      'for name in kvm fuse net/tun loop-control mapper/control vhost-net vhost-vsock vsock userfaultfd hwrng rtc0 uinput; do if [ -c "/dev/$name" ]; then echo breached; break; fi; done; false',
  },
  {
    name: 'control-groups',
    attack: 'The limits of a control group are lifted by whom they hold.',
    script:
      '[ -n "$(find /sys/fs/cgroup -maxdepth 3 -name cgroup.procs -writable 2>/dev/null | head -n 1)" ]',
  },
  {
    name: 'roots-of-others',
    attack: "The machine's files are reached through the root of a process that has it.",
    script:
      'for root in /proc/[0-9]*/root; do if [ -e "$root$CANARY" ]; then echo breached; break; fi; done; false',
  },
  {
    name: 'folders-of-others',
    attack: "The machine's files are reached through a process's working folder.",
    script:
      'for place in /proc/[0-9]*/cwd; do if grep -qs "$WORD" "$place/canary"; then echo breached; break; fi; done; false',
  },
  {
    name: 'spared-from-the-killer',
    attack: 'A process makes itself the last that is killed when memory is short.',
    script: '( echo -500 > /proc/self/oom_score_adj )',
  },
  {
    name: 'system-programs',
    attack: "The system's programs can be replaced.",
    script: '[ -w /usr/bin ] || [ -w /bin/sh ] || [ -w /etc ]',
  },
  {
    name: 'powers',
    attack: 'A process has powers of root.',
    script: "grep -E '^Cap(Eff|Prm|Bnd):' /proc/self/status | grep -qv '0000000000000000$'",
  },
  {
    name: 'new-privileges',
    attack: 'A program that belongs to root gets its powers.',
    script: "grep -q '^NoNewPrivs:.0' /proc/self/status",
  },
  {
    name: 'core-dumps',
    attack: 'A crash hands the memory of the process to a program of the machine.',
    script: "grep '^Max core file size' /proc/self/limits | grep -qv ' 0 *0 *bytes'",
  },
];

export const places: readonly Place[] = [
  ...reads.map(([name, path, attack]) => ({ name, attack, script: read(path) })),
  ...writes.map(([name, path, attack]) => ({ name, attack, script: written(path) })),
  ...others,
];
