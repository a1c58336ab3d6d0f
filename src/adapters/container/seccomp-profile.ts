/** Seccomp profile: the same refusals as bubblewrap's filter, in the words in which docker and podman are told them. */
import { refusedCalls } from '#core/system-calls.ts';

interface Argument {
  readonly index: number;
  readonly value: number;
  readonly valueTwo?: number;
  readonly op: 'SCMP_CMP_EQ' | 'SCMP_CMP_NE' | 'SCMP_CMP_GT' | 'SCMP_CMP_MASKED_EQ';
}

interface Rule {
  readonly names: readonly string[];
  readonly action: 'SCMP_ACT_ERRNO';
  readonly errnoRet: number;
  readonly args: readonly Argument[];
}

export interface Profile {
  readonly defaultAction: 'SCMP_ACT_ALLOW';
  readonly architectures: readonly string[];
  readonly syscalls: readonly Rule[];
}

const errno = { EPERM: 1, ENOSYS: 38, EAFNOSUPPORT: 97 } as const;

const netlink = 16;
/** UNIX, INET, INET6 and NETLINK: AF_VSOCK and its like are in no network namespace. */
const families: readonly number[] = [1, 2, 10, netlink];
/** The kernel's own list of families ends here. */
const lastFamily = 46;
/** Each flag of clone that makes a namespace. */
const namespaceFlags = [25, 26, 27, 28, 29, 30, 17].map((bit) => 2 ** bit);
const terminalRequests = [0x5412, 0x541c];
/** The bits of a mode that say what a file is, and what they are for devices. */
const fileKind = 0o170000;
const deviceKinds = [0o020000, 0o060000];
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

function refuse(
  names: readonly string[],
  code: keyof typeof errno,
  ...args: readonly Argument[]
): Rule {
  return { names, action: 'SCMP_ACT_ERRNO', errnoRet: errno[code], args };
}

/**
 * One rule for each refusal: conditions of one rule are joined by "and", rules by "or". With one architecture named, calls of
 * 32-bit programs and of x32 end the process. Calls that are newer than the table are let through, unlike by our own filter:
 * the engines take names, and those have none.
 */
export function seccompProfile(arch: string): Profile {
  return {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: [arch === 'arm64' ? 'SCMP_ARCH_AARCH64' : 'SCMP_ARCH_X86_64'],
    syscalls: [
      refuse(Object.keys(refusedCalls), 'EPERM'),
      // Its flags lie in memory, where a filter cannot look; the C library falls back to clone.
      refuse(['clone3'], 'ENOSYS'),
      ...namespaceFlags.map((flag) => refuse(['clone'], 'EPERM', masked(0, flag, flag))),
      ...terminalRequests.map((it) => refuse(['ioctl'], 'EPERM', masked(1, lowHalf, it))),
      // Of device 0/0 everyone may make one, where a file system with layers takes it for a deletion.
      ...deviceKinds.flatMap((kind) => [
        refuse(['mknod'], 'EPERM', masked(1, fileKind, kind)),
        refuse(['mknodat'], 'EPERM', masked(2, fileKind, kind)),
      ]),
      ...otherPersonalities(),
      ...otherFamilies(),
    ],
  };
}

/**
 * All but 0 and the question, which has every bit: any other number has a bit whose next one, around the corner at the end,
 * is not set.
 */
function otherPersonalities(): readonly Rule[] {
  return Array.from({ length: 32 }, (_, bit) => {
    const [one, next] = [2 ** bit, 2 ** ((bit + 1) % 32)];
    return refuse(['personality'], 'EPERM', masked(0, one + next, one));
  });
}

function otherFamilies(): readonly Rule[] {
  const others = Array.from({ length: lastFamily + 1 }, (_, family) => family).filter(
    (family) => !families.includes(family),
  );
  const names = ['socket', 'socketpair'];
  return [
    ...others.map((family) => refuse(names, 'EAFNOSUPPORT', equals(0, family))),
    refuse(names, 'EAFNOSUPPORT', { index: 0, value: lastFamily, op: 'SCMP_CMP_GT' }),
    // Routes alone, of what netlink has.
    refuse(names, 'EAFNOSUPPORT', equals(0, netlink), { index: 2, value: 0, op: 'SCMP_CMP_NE' }),
  ];
}
