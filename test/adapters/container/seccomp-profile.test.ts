/** The profile that engines are given refuses what our own filter refuses. */
import { expect, test } from 'vitest';
import { seccompProfile } from '#adapters/container/seccomp-profile.ts';
import { refusedCalls } from '#core/system-calls.ts';

/** As the engine's library decides: one rule whose conditions all hold refuses. */
function isRefused(name: string, args: readonly bigint[]): boolean {
  return seccompProfile('x64').syscalls.some(
    (rule) =>
      rule.names.includes(name) &&
      rule.args.every(({ index, value, valueTwo = 0, op }) => {
        const given = args[index] ?? 0n;
        if (op === 'SCMP_CMP_EQ') return given === BigInt(value);
        if (op === 'SCMP_CMP_NE') return given !== BigInt(value);
        if (op === 'SCMP_CMP_GT') return given > BigInt(value);
        return (given & BigInt(value)) === BigInt(valueTwo);
      }),
  );
}

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
  ['ioctl', [0n, 0x5401n], false],
  ['mknod', [0n, 0o020644n], true],
  ['mknodat', [0n, 0n, 0o060644n], true],
  ['mknod', [0n, 0o010644n], false],
  ['read', [0n], false],
] as const)('%s, case %#', (name, args, refused) => {
  expect(isRefused(name, args)).toBe(refused);
});
