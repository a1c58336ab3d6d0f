/** Downloads one locked file to a folder of ours: no redirect, no credentials, bounded, and only the locked bytes. */
import { open, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { watchIntegrity } from './integrity.ts';

/** Bytes of one file. */
const usualCap = 200_000_000;
/** Milliseconds. */
const timeout = 120_000;

/** A file that a lockfile names, and where our registry has it. */
export interface Artifact {
  /** For people: name and version. */
  readonly label: string;
  /** On the registry that the operator chose: what a lockfile says of hosts is never asked. */
  readonly address: string;
  /** Subresource integrity: at least one hash. */
  readonly integrity: string;
}

/** What came of it: its bytes lie in the file, why they are refused for good, or why they could not be had now. */
export type Downloaded =
  | { readonly state: 'here'; readonly file: string; readonly size: number }
  | { readonly state: 'refused' | 'unavailable'; readonly reason: string };

interface Limits {
  readonly signal: AbortSignal;
  /** Bytes; 200 MB when absent. */
  readonly cap?: number | undefined;
}

/** The file appears under its name only when all of it is there and fits. */
async function store(
  response: Response,
  { integrity }: Artifact,
  { file, cap }: { file: string; cap: number },
): Promise<Downloaded> {
  const watch = watchIntegrity(integrity);
  const handle = await open(file, 'wx', 0o600);
  let size = 0;
  try {
    const body: AsyncIterable<Uint8Array> = response.body ?? Readable.from([]);
    for await (const chunk of body) {
      size += chunk.length;
      if (size > cap) return { state: 'refused', reason: `it is larger than ${String(cap)} bytes` };
      watch.see(chunk);
      await handle.write(chunk);
    }
  } finally {
    await handle.close();
  }
  if (watch.fits()) return { state: 'here', file, size };
  return { state: 'refused', reason: "its bytes are not those of the lockfile's integrity" };
}

function refusalOf({ status }: Response): Downloaded | undefined {
  if (status === 200) return undefined;
  const redirect = status >= 300 && status < 400 ? ' (a redirect)' : '';
  const reason = `the registry answered ${String(status)}${redirect}`;
  return { state: status === 429 || status >= 500 ? 'unavailable' : 'refused', reason };
}

async function tryOnce(artifact: Artifact, file: string, limits: Limits): Promise<Downloaded> {
  try {
    const response = await fetch(artifact.address, {
      redirect: 'manual',
      headers: { accept: 'application/octet-stream', 'accept-encoding': 'identity' },
      signal: AbortSignal.any([limits.signal, AbortSignal.timeout(timeout)]),
    });
    const refusal = refusalOf(response);
    if (!refusal) return await store(response, artifact, { file, cap: limits.cap ?? usualCap });
    await response.body?.cancel();
    return refusal;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const words = cause instanceof Error ? cause.message : String(cause);
    return { state: 'unavailable', reason: `the registry cannot be reached: ${words}` };
  }
}

/** Tries again, up to three times in all, while the registry cannot be reached. Never throws for what it says. */
export async function download(
  artifact: Artifact,
  file: string,
  limits: Limits,
): Promise<Downloaded> {
  const attempt = async () => {
    const done = await tryOnce(artifact, file, limits);
    if (done.state !== 'here') await rm(file, { force: true });
    return done;
  };
  let downloaded = await attempt();
  for (const pause of [200, 1000]) {
    if (downloaded.state !== 'unavailable' || limits.signal.aborted) break;
    await wait(pause);
    downloaded = await attempt();
  }
  return downloaded;
}
