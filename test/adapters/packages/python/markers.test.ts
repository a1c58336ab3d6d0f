/** Which packages of a Python lockfile this machine needs, and which files of them it can use. */
import { expect, test } from 'vitest';
import type { Interpreter } from '#adapters/packages/python/interpreter.ts';
import { markerHolds } from '#adapters/packages/python/markers.ts';
import { wheelRank } from '#adapters/packages/python/wheel-tags.ts';

const interpreter: Interpreter = {
  os_name: 'posix',
  sys_platform: 'linux',
  platform_machine: 'x86_64',
  platform_python_implementation: 'CPython',
  platform_release: '',
  platform_system: 'Linux',
  platform_version: '',
  python_version: '3.11',
  python_full_version: '3.11.2',
  implementation_name: 'cpython',
  implementation_version: '3.11.2',
  glibc: '2.36',
};

test.each([
  ["sys_platform == 'win32'", false],
  ["sys_platform != 'win32'", true],
  ["python_version < '3.9'", false],
  ["python_version >= '3.9'", true],
  ["python_full_version <= '3.11.0a6'", false],
  ["python_version == '3.*'", true],
  ["python_version ~= '3.9'", true],
  ["'linux' in sys_platform", true],
  ["sys_platform not in 'win32 cygwin'", true],
  ["(os_name == 'nt' or sys_platform == 'linux') and platform_machine == 'x86_64'", true],
  ["os_name == 'nt' and os_name == 'nt' or python_version > '3'", true],
  ["extra == 'socks'", false],
])('the marker %s', (marker, holds) => {
  expect(markerHolds(marker, interpreter)).toBe(holds);
});

test.each([
  'python_version <',
  'nonsense == 1',
  "(os_name == 'nt'",
  "os_name == 'nt')",
  '__import__("os")',
  '',
])('what is no marker, as %s, is refused', (marker) => {
  expect(() => markerHolds(marker, interpreter)).toThrow('A marker is not understood');
});

test('of the wheels that can be used, the one made for this interpreter comes first', () => {
  const names = [
    'a-1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    'a-1-cp311-cp311-manylinux_2_5_x86_64.whl',
    'a-1-cp39-abi3-manylinux_2_28_x86_64.whl',
    'a-1-cp311-none-any.whl',
    'a-1-py3-none-any.whl',
    'a-1-1build-py2.py3-none-any.whl',
  ];
  const ranks = names.map((name) => wheelRank(name, interpreter) ?? Infinity);
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  expect(ranks.every(Number.isFinite)).toBe(true);
});

test.each([
  'a-1-cp312-cp312-manylinux_2_17_x86_64.whl',
  'a-1-cp311-cp311-manylinux_2_17_aarch64.whl',
  'a-1-cp311-cp311-manylinux_2_39_x86_64.whl',
  'a-1-cp311-cp311-musllinux_1_2_x86_64.whl',
  'a-1-cp311-cp311-win_amd64.whl',
  'a-1-cp313t-cp313t-manylinux_2_17_x86_64.whl',
  'a-1-py2-none-any.whl',
  'a-1.tar.gz',
])('%s cannot be used', (name) => {
  expect(wheelRank(name, interpreter)).toBeUndefined();
});
