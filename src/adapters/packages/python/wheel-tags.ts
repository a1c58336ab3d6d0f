/** Which wheels an interpreter can use, and which of them fits best, as their names tell. */
import type { Interpreter } from './interpreter.ts';

const wheel = /^[^-]+-[^-]+(?:-\d[^-]*)?-(?<python>[^-]+)-(?<abi>[^-]+)-(?<platform>[^-]+)\.whl$/u;

/** The C library's version that the old names stand for. */
const named: Readonly<Record<string, number>> = {
  manylinux1: 5,
  manylinux2010: 12,
  manylinux2014: 17,
};

/** Smaller fits better; undefined does not fit at all. */
function platformRank(platform: string, { platform_machine: machine, glibc }: Interpreter) {
  if (platform === 'any') return 900;
  if (platform === `linux_${machine}`) return 800;
  if (!platform.endsWith(`_${machine}`) || glibc === null) return undefined;
  const name = platform.slice(0, -machine.length - 1);
  const minor = named[name] ?? Number(/^manylinux_2_(\d+)$/u.exec(name)?.[1] ?? Infinity);
  return minor <= Number(glibc.slice(2)) ? 500 - minor : undefined;
}

/** `behind`: how many minor versions older than the interpreter; 0 where none is named. */
function ofAnyPython(abi: string, behind: number): number | undefined {
  return abi === 'none' ? 300 + behind : undefined;
}

function ofCPython(abi: string, behind: number, minor: number): number | undefined {
  if (abi === 'abi3') return 100 + behind;
  if (behind !== 0) return undefined;
  if (abi === 'none') return 200;
  return abi === `cp3${String(minor)}` ? 0 : undefined;
}

function pythonRank(python: string, abi: string, minor: number): number | undefined {
  const { kind, version } = /^(?<kind>cp|py)3(?<version>\d*)$/u.exec(python)?.groups ?? {};
  if (version === undefined) return undefined;
  const behind = version === '' ? 0 : minor - Number(version);
  if (behind < 0) return undefined;
  if (kind === 'py') return ofAnyPython(abi, behind);
  return version === '' ? undefined : ofCPython(abi, behind, minor);
}

/** How well a wheel fits, smaller better; undefined when it cannot be used, or is no wheel. */
export function wheelRank(filename: string, interpreter: Interpreter): number | undefined {
  const { python = '', abi = '', platform = '' } = wheel.exec(filename)?.groups ?? {};
  const minor = Number(interpreter.python_version.slice(2));
  const platforms = platform.split('.').map((one) => platformRank(one, interpreter));
  const pythons = python
    .split('.')
    .flatMap((one) => abi.split('.').map((its) => pythonRank(one, its, minor)));
  const best = (ranks: readonly (number | undefined)[]) =>
    Math.min(...ranks.filter((rank) => rank !== undefined));
  const rank = best(pythons) * 1000 + best(platforms);
  return Number.isFinite(rank) ? rank : undefined;
}
