/**
 * Pins what a lockfile left open: npm itself writes entries without address and integrity now and then
 * (npm/cli issue 4460), and one of them would keep a whole repository's tests from running. For exactly such an entry
 * the registry is asked what it states for that very version, as npm would, and the bytes are held to that.
 */
import { z } from 'zod';
import { errors } from '#core/errors.ts';
import type { LockedPackage } from './lockfile.ts';

const Manifest = z.object({ version: z.string(), dist: z.object({ integrity: z.string() }) });

/** Milliseconds for one question. */
const timeout = 30_000;
/** Questions at once. */
const lanes = 8;

async function statedBy(
  registry: string,
  locked: LockedPackage,
  signal: AbortSignal,
): Promise<string> {
  const address = new URL(`${locked.name.replace('/', '%2f')}/${locked.version}`, registry);
  const problem = (reason: string) =>
    errors.registryUnavailable(
      `${locked.name}@${locked.version} has no integrity in the lockfile, and ${reason}.`,
    );
  const response = await fetch(address, {
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
  }).catch(() => {
    signal.throwIfAborted();
    throw problem('the registry cannot be asked for it');
  });
  if (!response.ok) throw problem(`the registry answered ${String(response.status)}`);
  const read = Manifest.safeParse(await response.json().catch(() => null));
  if (!read.success || read.data.version !== locked.version)
    throw problem('the registry states none');
  return read.data.dist.integrity;
}

/** The same packages, each with an integrity. Throws unavailable when the registry states none. */
export async function pin(
  packages: readonly LockedPackage[],
  registry: string,
  signal: AbortSignal,
): Promise<readonly LockedPackage[]> {
  const open = packages.filter(({ integrity, elsewhere }) => integrity === '' && !elsewhere);
  const stated = new Map<LockedPackage, string>();
  for (let from = 0; from < open.length; from += lanes) {
    const some = open.slice(from, from + lanes);
    await Promise.all(
      some.map(async (locked) => stated.set(locked, await statedBy(registry, locked, signal))),
    );
  }
  return packages.map((locked) => ({
    ...locked,
    integrity: stated.get(locked) ?? locked.integrity,
  }));
}
