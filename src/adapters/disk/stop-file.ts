/** The operator's stop file: while it lies in the data folder, nothing runs here; its lines name repositories, none means all. */
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scope } from '#core/stop.ts';
import type { Log } from '#ports/telemetry.ts';

/** Milliseconds between looks: well below the two seconds in which a stop has to be done. */
const pace = 250;
/** Characters that are read: what is longer names no repositories. */
const most = 100_000;

/** What a stop file with this text stops. A line that is no repository stops everything: it was meant to stop something. */
export function scopesIn(text: string): readonly Scope[] {
  const lines = text
    .slice(0, most)
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
  const isRepository = (line: string) => /^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(line);
  if (lines.length === 0 || !lines.every(isRepository)) return [{ kind: 'everything' }];
  return lines.map((repository) => ({ kind: 'repository', repository }));
}

export interface StopFileOptions {
  readonly path: string;
  /** What it stops from now on; nothing where there is none. Tried again when it fails. */
  readonly heed: (scopes: readonly Scope[]) => Promise<void>;
  readonly log: Log;
}

export interface StopFile {
  close(): Promise<void>;
}

/** Resolves when what the file says now is heeded. Throws what `heed` throws that first time. */
export async function watchStopFile({ path, heed, log }: StopFileOptions): Promise<StopFile> {
  let heeded = await readStopFile(path);
  await heed(heeded === undefined ? [] : scopesIn(heeded));
  const closing = new AbortController();
  async function look(): Promise<void> {
    const text = await readStopFile(path);
    if (text === heeded) return;
    await heed(text === undefined ? [] : scopesIn(text));
    heeded = text;
  }
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look).catch((error: unknown) => {
      log.error({ error }, 'the stop file could not be heeded; it is tried again');
    });
  }, pace);
  closing.signal.addEventListener('abort', () => clearInterval(timer));
  return {
    async close() {
      closing.abort();
      await looking;
    },
  };
}

/** Undefined where there is none. What is there and cannot be read counts as an empty one, which stops everything. */
async function readStopFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    const isAbsent = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
    return isAbsent ? undefined : '';
  }
}

/** Tells data folders of several hosts apart, also when a host has another name the next time. */
export async function idOfFolder(folder: string): Promise<string> {
  const path = join(folder, 'folder-id');
  // Two processes may begin at once: whoever is first has named it.
  await writeFile(path, randomUUID(), { flag: 'wx', mode: 0o600 }).catch(ifThere);
  return (await readFile(path, 'utf8')).slice(0, 36);
}

function ifThere(thrown: unknown): void {
  if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
}
