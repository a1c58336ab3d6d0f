/** A quick sample of the battery on this machine, and the programs that it makes for other ones. */
import { afterAll, expect, test } from 'vitest';
import { silentLog as log } from '../silent-log.ts';
import { openArena } from '#battery/arena.ts';
import { groups } from '#battery/groups/all.ts';
import { primitives } from '#battery/kernel/calls.ts';
import { programOf } from '#battery/kernel/program.ts';
import { runBattery } from '#battery/run.ts';
import { readConfig } from '#config.ts';

const arena = await openArena({ config: readConfig({}), log, path: '/usr/bin:/bin' });
afterAll(() => arena.close());

const sample = [
  ...['kernel/ptrace-itself', 'kernel/unshare-users', 'kernel/socketpair-vsock'],
  ...['kernel/ioctl-discipline', 'kernel/kallsyms', 'jobs/machine-file', 'jobs/command-lines'],
  ...['jobs/git-folder', 'jobs/kill', 'faults/github-cut'],
];

test('a sample of the battery is held here, and does harm without the protection', async () => {
  const chosen = groups.map((group) => ({
    ...group,
    attacks: group.attacks.filter(({ id }) => sample.includes(id)),
  }));
  const { cases, failures } = await runBattery({ groups: chosen, arena, side: 4 });
  expect(cases).toHaveLength(sample.length);
  expect(failures).toEqual([]);
});

test('there are as many ways into the kernel as were promised, each of its own name', () => {
  expect(primitives.length).toBeGreaterThanOrEqual(68);
  expect(new Set(primitives.map(({ name }) => name)).size).toBe(primitives.length);
});

test('a program for arm64 is put together as its processor reads it', () => {
  const bytes = programOf('arm64', { number: 0x1_2345, words: [-1, 'memory'] });
  expect(bytes.subarray(0, 4).toString('latin1')).toBe('\u007fELF');
  expect(bytes.readUInt16LE(18)).toBe(183);
  expect(Number(bytes.readBigUInt64LE(24))).toBe(0x40_0000 + 120 + 4);
  const code = Array.from({ length: (bytes.length - 124) / 4 }, (_, at) =>
    bytes.readUInt32LE(124 + at * 4).toString(16),
  );
  // movz x0, 0xffff and three movk; mov x1, sp; movz x8, 0x2345; movk x8, 1, lsl 16; ...; svc 0
  expect(code.slice(17, 27)).toEqual([
    ...['d29fffe0', 'f2bfffe0', 'f2dfffe0', 'f2ffffe0', '910003e1'],
    ...['d28468a8', 'f2a00028', 'f2c00008', 'f2e00008', 'd4000001'],
  ]);
});
