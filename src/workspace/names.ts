/** Which names may come out of a workspace or go into one: what strange code calls its files is not to be trusted. */
import { isGitName } from '#core/git-name.ts';

const maxDepth = 50;
const maxBytes = 1024;

const control = /[\p{Cc}\u2028\u2029]/u;
const invisible = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u;

/** Why a path relative to the repository's root may not be used, or undefined when it may. */
export function pathProblem(path: string): string | undefined {
  if (path.startsWith('/')) return 'its path is absolute';
  const segments = path.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    return 'its path leaves the repository';
  }
  if (segments.length > maxDepth || Buffer.byteLength(path) > maxBytes)
    return 'its path is too long';
  if (segments.some((segment) => Buffer.byteLength(segment) > 255)) return 'its name is too long';
  return segments.map(nameProblem).find((problem) => problem !== undefined);
}

/** Why one file's or folder's name may not be used, or undefined when it may. */
export function nameProblem(name: string): string | undefined {
  if (name.includes('\ufffd')) return 'its name is not UTF-8';
  if (control.test(name)) return 'its name has control characters';
  if (invisible.test(name)) return 'its name has invisible characters';
  if (name.includes('\\')) return 'its name has a backslash';
  return isGitName(name) ? "its name is git's own" : undefined;
}

/** A name that may be shown to people: what cannot be seen is spelled out. */
export function shownName(name: string): string {
  return name.replace(
    /[^\x20-\x7e\u00a0-\u{dffff}]|[\u200b-\u206f\ufeff]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Folders into which packages are installed: no part of a change, unless the repository keeps them itself. */
const installed: readonly string[] = ['node_modules', '.venv'];

/** Whether the last name of the path is that of such a folder. */
export function isPackageFolder(path: string): boolean {
  return installed.includes(path.slice(path.lastIndexOf('/') + 1));
}
