/** Packages of every ecosystem that a repository uses, each installed from its own lockfile into a layer of its own. */
import type { Installed, Packages } from '#ports/packages.ts';
import { installNpm } from './npm/install.ts';
import { configuredRegistry } from './npm/registry.ts';
import { LockfileRefused, type PhaseOptions } from './phases.ts';
import { configuredIndex } from './python/index-address.ts';
import { installPython } from './python/install.ts';

export interface PackagesOptions extends PhaseOptions {
  /** Addresses of the registries; what the host's own npm and pip are configured with where they are undefined. */
  readonly npmRegistry: string | undefined;
  readonly pythonIndex: string | undefined;
  /** Packages that the operator lets run their build: in the sandbox, without network. */
  readonly buildScripts: readonly string[];
}

type Done = Extract<Installed, { state: 'installed' }>;

function isDone(installed: Installed): installed is Done {
  return installed.state === 'installed';
}

/** One answer for all: what is there, and why the rest is not. */
function combine(all: readonly Installed[]): Installed {
  const done = all.filter(isDone);
  const failed = all.flatMap((one) => (one.state === 'failed' ? [one.reason] : []));
  const reasons = all.flatMap((one) => (one.state === 'none' ? [one.reason] : []));
  if (done.length === 0) {
    return failed.length > 0
      ? { state: 'failed', reason: failed.join(' ') }
      : { state: 'none', reason: reasons.join(' ') };
  }
  return {
    state: 'installed',
    layers: done.flatMap(({ layers }) => layers),
    packages: done.reduce((sum, { packages }) => sum + packages, 0),
    cached: done.every(({ cached }) => cached),
    ...(failed.length > 0 && { missing: failed.join(' ') }),
  };
}

/** An address with a slash at its end. What the host says is asked when it is first needed, and again when it failed. */
function addressOf(given: string | undefined, ask: () => Promise<string>): () => Promise<string> {
  let asked = given === undefined ? undefined : Promise.resolve(given);
  return async () => {
    asked ??= ask();
    try {
      return (await asked).replace(/\/*$/u, '/');
    } catch (error) {
      asked = undefined;
      throw error;
    }
  };
}

/** Throws unavailable while a registry cannot be reached; the abort's reason; and what the sandbox throws. */
export function lockedPackages(options: PackagesOptions): Packages {
  const npm = { ...options, registry: addressOf(options.npmRegistry, configuredRegistry) };
  const python = { ...options, index: addressOf(options.pythonIndex, configuredIndex) };
  const refused = (error: unknown): Installed => {
    if (error instanceof LockfileRefused) return { state: 'failed', reason: error.message };
    throw error;
  };
  return {
    install: async (tree, signal, trust = 'writers') => {
      const order = { tree, signal, trust };
      const all = [
        await installNpm(npm, order).catch(refused),
        await installPython(python, order).catch(refused),
      ];
      return combine(all);
    },
  };
}
