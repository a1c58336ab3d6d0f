/** Fetches one locked tarball from the registry: no redirect, no credentials, bounded, and only the locked bytes. */
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { hasIntegrity } from './integrity.ts';
import { tarballPath } from './lockfile.ts';
import type { LockedPackage } from './lockfile.ts';

/** Bytes of one tarball. */
const usualCap = 200_000_000;
const timeout = 120_000;

/** What came of it: the bytes, why they are refused for good, or why the registry could not give them now. */
export type Fetched =
  | { readonly state: 'fetched'; readonly bytes: Buffer }
  | { readonly state: 'refused' | 'unavailable'; readonly reason: string };

function addressOf(locked: LockedPackage, registry: string): string {
  // Another host that a lockfile names is never asked: the same path on our registry is, and integrity decides.
  if (locked.resolved?.startsWith(registry)) return locked.resolved;
  return new URL(tarballPath(locked.name, locked.version), registry).href;
}

async function readCapped(response: Response, cap: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> = response.body ?? Readable.from([]);
  for await (const chunk of body) {
    size += chunk.length;
    if (size > cap) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function attempt(address: string, signal: AbortSignal, cap: number): Promise<Fetched> {
  const response = await fetch(address, {
    redirect: 'manual',
    headers: { accept: 'application/octet-stream', 'accept-encoding': 'identity' },
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
  });
  if (response.status === 429 || response.status >= 500) {
    return { state: 'unavailable', reason: `the registry answered ${String(response.status)}` };
  }
  if (response.status !== 200) {
    const words = response.status >= 300 && response.status < 400 ? ' (a redirect)' : '';
    return { state: 'refused', reason: `the registry answered ${String(response.status)}${words}` };
  }
  const bytes = await readCapped(response, cap);
  if (bytes) return { state: 'fetched', bytes };
  return { state: 'refused', reason: `it is larger than ${String(cap)} bytes` };
}

interface Limits {
  readonly signal: AbortSignal;
  /** Bytes; 200 MB when absent. */
  readonly cap?: number;
}

async function tryOnce(locked: LockedPackage, registry: string, limits: Limits): Promise<Fetched> {
  try {
    const address = addressOf(locked, registry);
    const fetched = await attempt(address, limits.signal, limits.cap ?? usualCap);
    if (fetched.state === 'fetched' && !hasIntegrity(fetched.bytes, locked.integrity)) {
      return { state: 'refused', reason: "its bytes are not those of the lockfile's integrity" };
    }
    return fetched;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const words = cause instanceof Error ? cause.message : String(cause);
    return { state: 'unavailable', reason: `the registry cannot be reached: ${words}` };
  }
}

/** Tries again, up to three times in all, while the registry cannot be reached. Never throws. */
export async function fetchTarball(
  locked: LockedPackage,
  registry: string,
  limits: Limits,
): Promise<Fetched> {
  let fetched = await tryOnce(locked, registry, limits);
  for (const pause of [200, 1000]) {
    if (fetched.state !== 'unavailable' || limits.signal.aborted) break;
    await wait(pause);
    fetched = await tryOnce(locked, registry, limits);
  }
  return fetched;
}
