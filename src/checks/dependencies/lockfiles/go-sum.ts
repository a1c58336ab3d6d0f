/** Reads go.sum: the hashes of what go.mod pins. The versions that count stand in go.mod. */
import type { LockfileReader } from '#checks/dependencies/dependency.ts';

export const goSum: LockfileReader = (text) => {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (!lines.every((line) => /^\S+ v\S+ h1:\S+$/.test(line.trim()))) return undefined;
  const known = new Set(lines.map((line) => line.trim().split(' ').slice(0, 2).join(' ')));
  return {
    dependencies: [],
    holds: ({ name, spec, origin }) => origin === 'path' || known.has(`${name} ${spec}/go.mod`),
  };
};
