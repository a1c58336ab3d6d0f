/** Seccomp: the filter of system calls as classic BPF, assembled here so that no native code is needed. */
import { guardedCalls, newestCall, refusedCalls } from '#core/system-calls.ts';

/** The machines that the tables cover, with the kernel's name for their calling convention. */
const machines = {
  x64: { audit: 0xc000_003e, column: 0 },
  arm64: { audit: 0xc000_00b7, column: 1 },
} as const;
export type Machine = keyof typeof machines;

export function isMachine(name: string): name is Machine {
  return Object.hasOwn(machines, name);
}

interface Instruction {
  readonly code: number;
  /** Instructions to skip when the comparison holds, and when it does not. */
  readonly yes: number;
  readonly no: number;
  readonly value: number;
}

const errno = { EPERM: 1, ENOSYS: 38, EAFNOSUPPORT: 97 } as const;
const killProcess = 0x8000_0000;
const allow = 0x7fff_0000;

const load = (offset: number): Instruction => ({ code: 0x20, yes: 0, no: 0, value: offset });
const answer = (value: number): Instruction => ({ code: 0x06, yes: 0, no: 0, value });
const fail = (code: keyof typeof errno): Instruction => answer(0x0005_0000 | errno[code]);
/** Goes on with the next instruction when the comparison holds; skips `count` when it does not. */
const equal = (value: number, count: number): Instruction => ({
  code: 0x15,
  yes: 0,
  no: count,
  value,
});
const atLeast = (value: number, count: number): Instruction => ({
  code: 0x35,
  yes: 0,
  no: count,
  value,
});
const anyBit = (value: number, count: number): Instruction => ({
  code: 0x45,
  yes: 0,
  no: count,
  value,
});

/** Where the kernel's record for the filter keeps the call's number and the low half of each argument. */
const callNumber = 0;
const convention = 4;
const argument = (index: number) => 16 + 8 * index;

/** Numbers of 32-bit calls made through the 64-bit entry of x86-64 begin here. */
const x32 = 0x4000_0000;
/** Every flag of clone that makes a namespace. */
const newNamespaces = 0x7e02_0000;

const families = { unix: 1, inet: 2, inet6: 10, netlink: 16 } as const;
const routeProtocol = 0;
/** TIOCSTI and TIOCLINUX type into a terminal; TIOCSETD gives it another line discipline, and loads its driver. */
const terminalRequests = [0x5412, 0x541c, 0x5423];

/** The program as the kernel reads it: eight bytes an instruction, in the machine's (little endian) order. */
export function seccompFilter(machine: Machine): Buffer {
  const program = filterProgram(machine);
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(({ code, yes, no, value }, index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(yes, index * 8 + 2);
    bytes.writeUInt8(no, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  });
  return bytes;
}

function filterProgram(machine: Machine): readonly Instruction[] {
  const { audit, column } = machines[machine];
  const refused = Object.values(refusedCalls).flatMap((numbers) => numbers[column] ?? []);
  const guarded = (name: keyof typeof guardedCalls, block: readonly Instruction[]) => [
    equal(guardedCalls[name][column], block.length),
    ...block,
  ];
  return [
    load(convention),
    { code: 0x15, yes: 1, no: 0, value: audit },
    answer(killProcess),
    load(callNumber),
    ...(machine === 'x64' ? [atLeast(x32, 1), answer(killProcess)] : []),
    atLeast(newestCall + 1, 1),
    fail('ENOSYS'),
    // Its flags lie in memory, where a filter cannot look; the C library falls back to clone.
    ...guarded('clone3', [fail('ENOSYS')]),
    ...guarded('clone', [
      load(argument(0)),
      anyBit(newNamespaces, 1),
      fail('EPERM'),
      answer(allow),
    ]),
    ...guarded('socket', socketBlock()),
    // The kernel makes the sockets, and loads their family, before it says that the family has no pairs.
    ...guarded('socketpair', [
      load(argument(0)),
      equal(families.unix, 1),
      answer(allow),
      fail('EAFNOSUPPORT'),
    ]),
    ...guarded('personality', personalityBlock()),
    ...guarded('ioctl', [
      load(argument(1)),
      ...terminalRequests.flatMap((request) => [equal(request, 1), fail('EPERM')]),
      answer(allow),
    ]),
    ...refused.flatMap((number) => [equal(number, 1), fail('EPERM')]),
    answer(allow),
  ];
}

/** AF_VSOCK and its like are in no network namespace: only what is needed is let through. */
function socketBlock(): readonly Instruction[] {
  return [
    load(argument(0)),
    ...[families.unix, families.inet, families.inet6].flatMap((family) => [
      equal(family, 1),
      answer(allow),
    ]),
    equal(families.netlink, 3),
    load(argument(2)),
    equal(routeProtocol, 1),
    answer(allow),
    fail('EAFNOSUPPORT'),
  ];
}

/** Asking is allowed, and the default; other personalities weaken the layout of memory. */
function personalityBlock(): readonly Instruction[] {
  return [
    load(argument(0)),
    ...[0, 0xffff_ffff].flatMap((value) => [equal(value, 1), answer(allow)]),
    fail('EPERM'),
  ];
}
