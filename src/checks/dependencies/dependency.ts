/**
 * Dependency: one fact of a manifest or a lockfile. To add an ecosystem's file: a reader of one of these two types in
 * `lockfiles/` or `manifests/`, and its line in `read-all.ts`.
 */
import type { Ecosystem } from '#core/package-version.ts';

/** From where the bytes come. */
export type Origin = 'registry' | 'git' | 'address' | 'path';

/** A package as a lockfile pins it. */
export interface Dependency {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  /** Null where the file names none. */
  readonly version: string | null;
  readonly line: number;
  readonly origin: Origin;
  /** The whole address, where the file names one. */
  readonly address: string | null;
  /** Whether a hash of its bytes stands there; null where this form of lockfile has none, or keeps them elsewhere. */
  readonly hasHash: boolean | null;
  /** Whether the lockfile says that it runs a script when it is installed. */
  readonly runsScript: boolean;
  /** SPDX expression, where the lockfile carries it. */
  readonly licence: string | null;
}

/** A package as a manifest asks for it. */
export interface Asked {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  /** As it is written: a range, an address, or nothing. */
  readonly spec: string;
  readonly line: number;
  readonly origin: Origin;
}

export interface Lockfile {
  readonly dependencies: readonly Dependency[];
  /** Whether it was made for a manifest that asks so. */
  holds(asked: Asked): boolean;
}

/** Answers undefined where the text is not what the file's name says. */
export type LockfileReader = (text: string) => Lockfile | undefined;
export type ManifestReader = (text: string) => readonly Asked[] | undefined;

/** A dependency of which only this much is said. */
export function dependency(
  known: Pick<Dependency, 'ecosystem' | 'name' | 'line'> & Partial<Dependency>,
): Dependency {
  const origin = known.origin ?? originOf(known.address ?? '');
  return {
    version: null,
    address: null,
    hasHash: null,
    runsScript: false,
    licence: null,
    ...known,
    origin,
  };
}

/** What an address or a range says of where the bytes come from; what is neither comes from the registry. */
export function originOf(spec: string): Origin {
  if (/^(?:git[+:@]|ssh:|github:|gitlab:|bitbucket:|gist:)|\.git(?:[#?]|$)/.test(spec))
    return 'git';
  if (/^[\w-]+\/[\w.-]+(?:#.*)?$/.test(spec)) return 'git';
  if (/^https?:/.test(spec)) return 'address';
  return /^(?:file:|link:|portal:|workspace:|\.{0,2}\/)/.test(spec) ? 'path' : 'registry';
}

/**
 * The same for an address that a lockfile of npm or Yarn keeps: packages of a registry have one too, in which the
 * archive stands behind `/-/`.
 */
export function originOfArchive(address: string | null): Origin {
  if (address === null || /\/-\/[^?#]+\.tgz(?:[?#]|$)|\/download\/@/.test(address))
    return 'registry';
  return /^https?:\/\/codeload\./.test(address) ? 'git' : originOf(address);
}

/** Whether one of these packages has the name; what is not of a registry is not looked for. */
export function holdsName(dependencies: readonly Dependency[]): (asked: Asked) => boolean {
  const names = new Set(dependencies.map(({ ecosystem, name }) => `${ecosystem} ${name}`));
  return ({ ecosystem, name, origin }) => origin === 'path' || names.has(`${ecosystem} ${name}`);
}

/** PEP 503: one name for all ways in which it may be written. */
export function pythonName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
