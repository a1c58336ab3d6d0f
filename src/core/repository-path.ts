/** Paths inside a repository: what a change may name, so that no writer downstream can be led elsewhere. */
import { isGitName } from './git-name.ts';

/** Control, zero-width, direction and tag characters: a path that does not read as it is. */
const unreadable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Why a change may not name this path, or undefined. */
export function pathProblem(path: string): string | undefined {
  if (path === '') return 'The path is empty.';
  if (unreadable.test(path)) return 'The path holds control or invisible characters.';
  if (path.includes('\\')) return 'Write the path with forward slashes.';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path) || path.startsWith('~'))
    return "Write the path relative to the repository's root.";
  return partProblem(path.split('/'), path.length);
}

function partProblem(parts: readonly string[], length: number): string | undefined {
  if (parts.includes('')) return 'The path has an empty part (a double or trailing slash).';
  if (parts.includes('.') || parts.includes('..'))
    return 'The path may not hold `.` or `..` parts.';
  if (parts.some((part) => isGitName(part))) return 'Nothing inside `.git` may be changed.';
  if (length > 1024 || parts.some((part) => part.length > 255)) return 'The path is too long.';
  return undefined;
}
