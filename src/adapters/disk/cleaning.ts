/**
 * Cleaning of the data folder: what no run has used for a while goes, so that a server's disk does not fill up. Several
 * processes may clean one folder and work in it: an entry's own time says when it was last used, whoever used it, and
 * nothing goes that was used within a day, which is longer than any run may take.
 */
import { randomUUID } from 'node:crypto';
import { lstat, opendir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/telemetry.ts';

export interface CleaningOptions {
  /** Their entries are kept things: mirrors, trees, installed packages. Names with a dot in front are drafts. */
  readonly shelves: readonly string[];
  /** Folders of sockets. */
  readonly sockets: readonly string[];
  /** Days after which what was not used goes. */
  readonly days: number;
  /** Bytes that all shelves may hold together; what was used longest ago goes first. */
  readonly bytes: number;
  readonly clock: Clock;
  readonly log: Log;
}

interface Entry {
  readonly shelf: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly usedAt: number;
  readonly bytes: number;
}

const day = 24 * 60 * 60 * 1000;
/** What was taken from a shelf and waits for being removed. */
const goneMark = '.gone-';

/** Cleans now and then daily, until the signal is aborted. Never throws: a server works without it for long. */
export async function cleanDaily(options: CleaningOptions, signal: AbortSignal): Promise<void> {
  const { clock, log } = options;
  while (!signal.aborted) {
    try {
      await clean(options, signal);
    } catch (error) {
      log.warn({ error }, 'the data folder could not be cleaned');
    }
    await clock.sleep(day, signal).catch(ended);
  }
}

/** The sleep was broken off: the loop's condition sees it. */
function ended(): void {
  return undefined;
}

/** One round. What cannot be removed is told and left; the bytes are those of the disk. */
export async function clean(options: CleaningOptions, signal: AbortSignal): Promise<void> {
  const { shelves, sockets, clock, log } = options;
  const now = clock.now().getTime();
  for (const folder of shelves) await removeDrafts(folder, now);
  for (const folder of sockets) await removeSockets(folder, now);
  const entries: Entry[] = [];
  for (const shelf of shelves) entries.push(...(await entriesOf(shelf, signal)));
  signal.throwIfAborted();
  const before = sum(entries);
  const doomed = choose(entries, options, now);
  const gone: Entry[] = [];
  for (const entry of doomed) if (await take(entry, now - day, log)) gone.push(entry);
  const kept = { entries: entries.length - gone.length, bytes: before - sum(gone) };
  log.info({ kept, removed: { entries: gone.length, bytes: sum(gone) } }, 'data folder cleaned');
  if (kept.bytes > options.bytes)
    log.warn(
      { kept, limit: options.bytes },
      'the data folder is above its limit by what is in use',
    );
}

function choose(
  entries: readonly Entry[],
  { days, bytes }: CleaningOptions,
  now: number,
): readonly Entry[] {
  const idle = entries
    .filter(({ usedAt }) => usedAt < now - day)
    .toSorted((one, other) => one.usedAt - other.usedAt);
  let held = sum(entries);
  return idle.filter((entry) => {
    if (entry.usedAt >= now - days * day && held <= bytes) return false;
    held -= entry.bytes;
    return true;
  });
}

function sum(entries: readonly Entry[]): number {
  return entries.reduce((total, { bytes }) => total + bytes, 0);
}

/**
 * Takes an entry from its shelf in one step, so that nobody finds half of it, and removes it. A run that began to use it
 * meanwhile has set its time: then it is put back.
 */
async function take({ shelf, name }: Entry, before: number, log: Log): Promise<boolean> {
  const path = join(shelf, name);
  const away = join(shelf, `${goneMark}${randomUUID()}`);
  try {
    await rename(path, away);
    if ((await lstat(away)).mtimeMs >= before) {
      await rename(away, path);
      return false;
    }
    await rm(away, { recursive: true, force: true });
    return true;
  } catch (error) {
    // Without it there, another process that cleans was faster; whatever else it is, it is tried again tomorrow.
    if (!isGone(error))
      log.warn({ path, error }, 'an entry of the data folder could not be removed');
    return false;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** What processes that died have left: halves and copies that were never finished, and what was taken from a shelf. */
async function removeDrafts(folder: string, now: number): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (!name.startsWith('.') || name === '.probe') continue;
    const found = await lstat(join(folder, name)).catch(absent);
    // Taking changes the time of the change only: what was taken lies there for moments.
    const since = name.startsWith(goneMark) ? found?.ctimeMs : found?.mtimeMs;
    if (since !== undefined && since < now - day)
      await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function removeSockets(folder: string, now: number): Promise<void> {
  for (const name of await namesIn(folder)) {
    const found = await lstat(join(folder, name)).catch(absent);
    if (found?.isSocket() && found.mtimeMs < now - day)
      await rm(join(folder, name), { force: true });
  }
}

async function entriesOf(shelf: string, signal: AbortSignal): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const name of await namesIn(shelf)) {
    if (name.startsWith('.')) continue;
    const found = await lstat(join(shelf, name)).catch(absent);
    if (!found?.isDirectory()) continue;
    const bytes = await bytesIn(join(shelf, name), signal);
    entries.push({ shelf, name, usedAt: found.mtimeMs, bytes });
  }
  return entries;
}

/** Bytes on the disk. One file after the other: there is a day's time, and runs need the disk. */
async function bytesIn(top: string, signal: AbortSignal): Promise<number> {
  const waiting = [top];
  let bytes = 0;
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    signal.throwIfAborted();
    const listing = await opendir(folder).catch(absent);
    if (listing === undefined) continue;
    for await (const entry of listing) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) waiting.push(path);
      else bytes += ((await lstat(path).catch(absent))?.blocks ?? 0) * 512;
    }
  }
  return bytes;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(absent)) ?? [];
}

/** Not there, or not any more: others work in the same folder. */
function absent(): undefined {
  return undefined;
}
