/** Seccomp profile: the same refusals as bubblewrap's filter, in the words in which docker and podman are told them. */
import { refusedCalls } from '#core/system-calls.ts';
import { knownCalls } from './known-calls.ts';

interface Argument {
  readonly index: number;
  readonly value: number;
  readonly valueTwo?: number;
  readonly op: 'SCMP_CMP_EQ' | 'SCMP_CMP_NE' | 'SCMP_CMP_GT' | 'SCMP_CMP_MASKED_EQ';
}

interface Rule {
  readonly names: readonly string[];
  readonly action: 'SCMP_ACT_ERRNO' | 'SCMP_ACT_ALLOW';
  readonly errnoRet?: number;
  readonly args: readonly Argument[];
}

export interface Profile {
  readonly defaultAction: 'SCMP_ACT_ERRNO';
  readonly defaultErrnoRet: number;
  readonly architectures: readonly string[];
  readonly syscalls: readonly Rule[];
}

const errno = { EPERM: 1, ENOSYS: 38, EAFNOSUPPORT: 97 } as const;

/** Every flag of clone that makes a namespace. */
const newNamespaces = 0x7e02_0000;
const netlink = 16;
const pairs = ['socket', 'socketpair'];
/** UNIX, INET, INET6 and NETLINK: AF_VSOCK and its like are in no network namespace. */
const families: readonly number[] = [1, 2, 10, netlink];
/** The kernel's own list of families ends here. */
const lastFamily = 46;
/** TIOCSTI and TIOCLINUX type into a terminal; TIOCSETD gives it another line discipline, and loads its driver. */
const terminalRequests = [0x5412, 0x541c, 0x5423];
/** The bits of a mode that say what a file is, and what they are for devices. */
const fileKind = 0o170000;
const deviceKinds = [0o020000, 0o060000];
/** Files, pipes and sockets, which everyone may make; none of them said means a file. */
const plainKinds = [0, 0o100000, 0o010000, 0o140000];
/** The kernel looks at the low half of such an argument alone. */
const lowHalf = 0xffff_ffff;

const equals = (index: number, value: number): Argument => ({ index, value, op: 'SCMP_CMP_EQ' });
/** Whether the bits of `mask` are those of `value`. */
const masked = (index: number, mask: number, value: number): Argument => ({
  index,
  value: mask,
  valueTwo: value,
  op: 'SCMP_CMP_MASKED_EQ',
});

function allow(names: readonly string[], ...args: readonly Argument[]): Rule {
  return { names, action: 'SCMP_ACT_ALLOW', args };
}

function refuse(
  names: readonly string[],
  code: keyof typeof errno,
  ...args: readonly Argument[]
): Rule {
  return { names, action: 'SCMP_ACT_ERRNO', errnoRet: errno[code], args };
}

/**
 * Conditions of one rule are joined by "and", rules by "or"; no two rules of different ends hold for the same call. What no
 * rule names, as calls do that are newer than the engine's library, is answered as if the kernel had none. With one
 * architecture named, calls of 32-bit programs and of x32 end the process.
 */
export function seccompProfile(arch: string): Profile {
  const isPlainRequest = allBut(terminalRequests).map(([mask, value]) => masked(1, mask, value));
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: errno.ENOSYS,
    architectures: [arch === 'arm64' ? 'SCMP_ARCH_AARCH64' : 'SCMP_ARCH_X86_64'],
    syscalls: [
      allow(knownCalls),
      refuse(Object.keys(refusedCalls), 'EPERM'),
      // The flags of clone3 lie in memory, where a filter cannot look; without it the C library takes this one.
      allow(['clone'], masked(0, newNamespaces, 0)),
      ...isPlainRequest.map((plain) => allow(['ioctl'], plain)),
      ...terminalRequests.map((it) => refuse(['ioctl'], 'EPERM', masked(1, lowHalf, it))),
      ...plainKinds.flatMap((kind) => nodes(kind, (names, is) => allow(names, is))),
      // Of device 0/0 everyone may make one, where a file system with layers takes it for a deletion.
      ...deviceKinds.flatMap((kind) => nodes(kind, (names, is) => refuse(names, 'EPERM', is))),
      // The default, and the question which it is; others weaken the layout of memory.
      ...[0, lowHalf].map((value) => allow(['personality'], masked(0, lowHalf, value))),
      ...families.filter((it) => it !== netlink).map((it) => allow(pairs, equals(0, it))),
      // Routes alone, of what netlink has.
      allow(pairs, equals(0, netlink), equals(2, 0)),
      ...otherFamilies(),
    ],
  };
}

function nodes(
  kind: number,
  rule: (names: readonly string[], isKind: Argument) => Rule,
): readonly Rule[] {
  return [rule(['mknod'], masked(1, fileKind, kind)), rule(['mknodat'], masked(2, fileKind, kind))];
}

/** Masks and values that hold for every low half but these: each differs from all of them at some bit, and not above it. */
export function allBut(values: readonly number[]): readonly (readonly [number, number])[] {
  const beginnings = Array.from({ length: 32 }, (_, bit) => {
    const [unit, above] = [2 ** bit, (value: number) => Math.floor(value / 2 ** bit)];
    const known = new Set(values.map(above));
    const others = new Set([...known].map((begin) => begin + (begin % 2 === 0 ? 1 : -1)));
    return [...others]
      .filter((begin) => !known.has(begin))
      .map((begin) => [2 ** 32 - unit, begin * unit] as const);
  });
  return beginnings.flat();
}

function otherFamilies(): readonly Rule[] {
  const others = Array.from({ length: lastFamily + 1 }, (_, family) => family).filter(
    (family) => !families.includes(family),
  );
  return [
    ...others.map((family) => refuse(pairs, 'EAFNOSUPPORT', equals(0, family))),
    refuse(pairs, 'EAFNOSUPPORT', { index: 0, value: lastFamily, op: 'SCMP_CMP_GT' }),
    refuse(pairs, 'EAFNOSUPPORT', equals(0, netlink), { index: 2, value: 0, op: 'SCMP_CMP_NE' }),
  ];
}
