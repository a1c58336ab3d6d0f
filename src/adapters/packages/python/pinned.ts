/** Pinned: what a Python lockfile says of one package, and of the repository's own projects. */

/** A package at one version, known by its files' hashes. */
export interface Pinned {
  /** As indexes spell it: lower case, with hyphens. */
  readonly name: string;
  readonly version: string;
  /** SHA-256 of each of its files, in hexadecimal; at least one. */
  readonly hashes: readonly string[];
}

/** A project of the repository, which the packages are for. */
export interface LocalProject {
  /** Relative to the repository's root; empty for the root. */
  readonly path: string;
  /** Null where the lockfile does not tell. */
  readonly name: string | null;
  readonly version: string;
}

export interface PythonLock {
  readonly packages: readonly Pinned[];
  readonly local: readonly LocalProject[];
}

const projectName = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/iu;
const projectVersion = /^[a-z0-9][a-z0-9.!+_-]{0,100}$/iu;

/** The one spelling of a project's name; undefined for what is none. */
export function normalName(name: string): string | undefined {
  return projectName.test(name) ? name.toLowerCase().replace(/[-_.]+/gu, '-') : undefined;
}

export function isVersion(version: string): boolean {
  return projectVersion.test(version);
}

/** Whether it is a relative path that stays inside; empty and `.` are the root. */
export function isInside(path: string): boolean {
  const parts = path.split('/').filter((part) => part !== '.' && part !== '');
  return !path.startsWith('/') && !path.includes('\0') && !parts.includes('..');
}
