/** The filter of system calls, run by an interpreter of the kernel's machine. */
import { describe, expect, test } from 'vitest';
import { seccompFilter, type Machine } from '#adapters/bubblewrap/seccomp.ts';
import { guardedCalls, refusedCalls } from '#core/system-calls.ts';

interface Call {
  readonly number: number;
  readonly audit: number;
  readonly arguments?: readonly number[];
}

/** Classic BPF as the kernel runs it on a seccomp record: every instruction that we use, and no other. */
function run(filter: Buffer, { number, audit, arguments: given = [] }: Call): string {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number >>> 0, 0);
  data.writeUInt32LE(audit >>> 0, 4);
  given.forEach((value, index) => data.writeUInt32LE(value >>> 0, 16 + index * 8));
  let accumulator = 0;
  for (let at = 0; at * 8 < filter.length; at += 1) {
    const code = filter.readUInt16LE(at * 8);
    const value = filter.readUInt32LE(at * 8 + 4);
    if (code === 0x20) accumulator = data.readUInt32LE(value);
    else if (code === 0x06) return named(value);
    else {
      const tests: Record<number, boolean> = {
        0x15: accumulator === value,
        0x35: accumulator >= value,
        0x45: (accumulator & value) !== 0,
      };
      const holds = tests[code];
      if (holds === undefined) throw new Error(`unknown instruction ${code}`);
      at += filter.readUInt8(at * 8 + (holds ? 2 : 3));
    }
  }
  throw new Error('ran past its end');
}

function named(value: number): string {
  const names: Record<number, string> = {
    0x7fff0000: 'allow',
    0x80000000: 'kill',
    0x00050001: 'EPERM',
    0x00050026: 'ENOSYS',
    0x00050061: 'EAFNOSUPPORT',
  };
  return names[value] ?? `unknown answer ${value.toString(16)}`;
}

const audits: Record<Machine, number> = { x64: 0xc000003e, arm64: 0xc00000b7 };
const machines: readonly Machine[] = ['x64', 'arm64'];
/** read, write, openat, mmap, execve, futex, connect, epoll_wait or its like. */
const ordinary: Record<Machine, readonly number[]> = {
  x64: [0, 1, 257, 9, 59, 202, 42, 232, 57, 58, 0x13e, 439, 462],
  arm64: [63, 64, 56, 222, 221, 98, 203, 22, 439, 462],
};

describe.each(machines)('the filter for %s', (machine) => {
  const filter = seccompFilter(machine);
  const column = machine === 'x64' ? 0 : 1;
  const call = (number: number, ...given: number[]) =>
    run(filter, { number, audit: audits[machine], arguments: given });
  const guarded = (name: keyof typeof guardedCalls, ...given: number[]) =>
    call(guardedCalls[name][column], ...given);

  test('lets ordinary calls through', () => {
    for (const number of ordinary[machine]) expect(call(number), String(number)).toBe('allow');
  });

  test('refuses every call of the table', () => {
    for (const [name, numbers] of Object.entries(refusedCalls)) {
      const number = numbers[column];
      if (number !== null) expect(call(number), name).toBe('EPERM');
    }
  });

  test('kills what calls by another convention', () => {
    const other = machine === 'x64' ? 'arm64' : 'x64';
    expect(run(filter, { number: 1, audit: audits[other] })).toBe('kill');
    expect(run(filter, { number: 1, audit: 0x40000003 })).toBe('kill');
    expect(call(0x40000000 + 1)).toBe(machine === 'x64' ? 'kill' : 'ENOSYS');
  });

  test('answers newer calls as if there were none', () => {
    expect(call(463)).toBe('ENOSYS');
    expect(call(0xffffffff)).toBe(machine === 'x64' ? 'kill' : 'ENOSYS');
    expect(guarded('clone3')).toBe('ENOSYS');
  });

  test('lets threads and children be made, but no namespaces', () => {
    expect(guarded('clone', 0x003d0f00)).toBe('allow');
    expect(guarded('clone', 0x01200011)).toBe('allow');
    for (const bit of [
      0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000,
    ])
      expect(guarded('clone', bit | 17), bit.toString(16)).toBe('EPERM');
  });

  test('lets sockets be made that a network namespace covers', () => {
    for (const family of [1, 2, 10]) expect(guarded('socket', family, 1, 0)).toBe('allow');
    expect(guarded('socket', 16, 3, 0)).toBe('allow');
    expect(guarded('socket', 16, 3, 12)).toBe('EAFNOSUPPORT');
    for (const family of [17, 38, 40, 44]) {
      expect(guarded('socket', family, 1, 0), String(family)).toBe('EAFNOSUPPORT');
      expect(guarded('socketpair', family, 1, 0), String(family)).toBe('EAFNOSUPPORT');
    }
    expect(guarded('socketpair', 1, 1, 0)).toBe('allow');
  });

  test('refuses other personalities and typing into a terminal', () => {
    expect(guarded('personality', 0)).toBe('allow');
    expect(guarded('personality', 0xffffffff)).toBe('allow');
    expect(guarded('personality', 0x0040000)).toBe('EPERM');
    expect(guarded('ioctl', 1, 0x5401)).toBe('allow');
    expect(guarded('ioctl', 1, 0x5412)).toBe('EPERM');
    expect(guarded('ioctl', 1, 0x541c)).toBe('EPERM');
    expect(guarded('ioctl', 1, 0x5423)).toBe('EPERM');
  });
});
