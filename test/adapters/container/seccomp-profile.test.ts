/** The profile that engines are given refuses what our own filter refuses. */
import { expect, test } from 'vitest';
import { knownCalls } from '#adapters/container/known-calls.ts';
import { seccompProfile } from '#adapters/container/seccomp-profile.ts';
import { guardedCalls, refusedCalls } from '#core/system-calls.ts';

/** As the engine's library decides: the first rule whose conditions all hold, else the default. */
function isRefused(name: string, args: readonly bigint[]): boolean {
  const { syscalls, defaultAction } = seccompProfile('x64');
  const ends = syscalls
    .filter((rule) => rule.names.includes(name) && rule.args.every((it) => holds(it, args)))
    .map(({ action }) => action);
  // The library does not promise which of two that contradict each other counts.
  expect(new Set(ends).size).toBeLessThanOrEqual(1);
  return (ends[0] ?? defaultAction) !== 'SCMP_ACT_ALLOW';
}

type Condition = ReturnType<typeof seccompProfile>['syscalls'][number]['args'][number];

function holds({ index, value, valueTwo = 0, op }: Condition, args: readonly bigint[]): boolean {
  const given = args[index] ?? 0n;
  if (op === 'SCMP_CMP_EQ') return given === BigInt(value);
  if (op === 'SCMP_CMP_NE') return given !== BigInt(value);
  if (op === 'SCMP_CMP_GT') return given > BigInt(value);
  return (given & BigInt(value)) === BigInt(valueTwo);
}

test('what commands live from is allowed, and no call is in both tables', () => {
  expect(['read', 'execve', 'futex', 'openat', 'mmap'].filter((it) => isRefused(it, []))).toEqual(
    [],
  );
  expect(knownCalls.filter((name) => name in refusedCalls || name in guardedCalls)).toEqual([]);
});

test('a call that is newer than the table is refused', () => {
  expect(isRefused('open_tree_attr', [])).toBe(true);
});

test('every call of the table is refused whatever its arguments', () => {
  const names = Object.keys(refusedCalls);
  expect(names.filter((name) => !isRefused(name, []))).toEqual([]);
});

test.each([
  ['socket', [1n, 1n, 0n], false],
  ['socket', [2n, 1n, 6n], false],
  ['socket', [16n, 3n, 0n], false],
  ['socket', [16n, 3n, 9n], true],
  ['socket', [40n, 1n, 0n], true],
  ['socket', [0x1_0000_0028n, 1n, 0n], true],
  ['personality', [0n], false],
  ['personality', [0xffff_ffffn], false],
  ['personality', [0x0004_0000n], true],
  ['personality', [0x8004_0000n], true],
  ['clone', [0x1200_0000n], true],
  ['clone', [0x0120_0011n], false],
  ['clone3', [], true],
  ['ioctl', [0n, 0x5412n], true],
  ['ioctl', [0n, 0x1_0000_5412n], true],
  ['ioctl', [0n, 0x5423n], true],
  ['ioctl', [0n, 0x1_0000_541cn], true],
  ['ioctl', [0n, 0x5401n], false],
  ['ioctl', [0n, 0x5413n], false],
  ['ioctl', [0n, 0xc020_660bn], false],
  ['ioctl', [0n, 0n], false],
  ['mknod', [0n, 0o020644n], true],
  ['mknodat', [0n, 0n, 0o060644n], true],
  ['mknod', [0n, 0o010644n], false],
  ['read', [0n], false],
] as const)('%s, case %#', (name, args, refused) => {
  expect(isRefused(name, args)).toBe(refused);
});
