/** What a server removes from its data folder, and what it never does. */
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { clean, cleanDaily, type CleaningOptions } from '#adapters/disk/cleaning.ts';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/telemetry.ts';
import { scratch } from '../../scratch.ts';
import { silentLog } from '../../silent-log.ts';

const never = new AbortController().signal;
const now = Date.parse('2026-11-21T12:00:00Z');

let data: string;
let told: { facts: object; message: string }[];
beforeEach(() => {
  data = scratch();
  told = [];
});

const tell = (facts: object, message: string) => void told.push({ facts, message });
const log: Log = { ...silentLog, info: tell, warn: tell };
const clock: Clock = { now: () => new Date(now), sleep: () => Promise.resolve(), id: () => 'x' };

function options(more: Partial<CleaningOptions> = {}): CleaningOptions {
  const shelves = ['mirrors', 'layers', 'kept'].map((name) => join(data, name));
  const sockets = [join(data, 'npm')];
  return { shelves, sockets, days: 14, bytes: 1_000_000_000, clock, log, ...more };
}

/** Something kept, with a file deep inside, used so many days ago. */
function lay(path: string, days: number, bytes = 4_096): void {
  const folder = join(data, path);
  mkdirSync(join(folder, 'src', 'deep'), { recursive: true });
  writeFileSync(join(folder, 'src', 'deep', 'file'), Buffer.alloc(bytes, 1));
  use(path, days);
}

function use(path: string, days: number): void {
  const seconds = now / 1000 - days * 24 * 60 * 60;
  utimesSync(join(data, path), seconds, seconds);
}

const left = () =>
  ['mirrors', 'layers', 'kept', 'npm'].flatMap((name) =>
    existsSync(join(data, name))
      ? readdirSync(join(data, name)).map((one) => `${name}/${one}`)
      : [],
  );

test('what no run used for the set number of days goes, whatever it is; the rest stays', async () => {
  lay('mirrors/5@github.com', 14.1);
  lay('mirrors/6@github.com', 13.9);
  lay('layers/tree-a', 20);
  lay('layers/tree-b', 0);
  lay('kept/npm-a', 15);
  await clean(options(), never);
  expect(left()).toEqual(['mirrors/6@github.com', 'layers/tree-b']);
  expect(told).toMatchObject([
    { message: 'data folder cleaned', facts: { kept: { entries: 2 }, removed: { entries: 3 } } },
  ]);
});

test('above the limit what was used longest ago goes first, as far as need be', async () => {
  for (const days of [2, 9, 5, 3]) lay(`kept/npm-${String(days)}`, days, 1_000_000);
  lay('layers/tree-4', 4, 1_000_000);
  await clean(options({ bytes: 3_100_000 }), never);
  expect(left()).toEqual(['layers/tree-4', 'kept/npm-2', 'kept/npm-3']);
});

test('what was used within a day stays even above the limit, and that is told', async () => {
  lay('layers/tree-a', 0.9, 1_000_000);
  lay('kept/npm-a', 1.1, 1_000_000);
  await clean(options({ bytes: 100, days: 1 }), never);
  expect(left()).toEqual(['layers/tree-a']);
  expect(told.map(({ message }) => message)).toContain(
    'the data folder is above its limit by what is in use',
  );
});

test('what dies with its process is removed after a day, and what is being made is not', async () => {
  lay('layers/.half-7-old', 2);
  lay('layers/.half-7-new', 0);
  lay('layers/.probe', 100);
  mkdirSync(join(data, 'npm'));
  for (const [name, days] of [
    ['old.sock', 2],
    ['new.sock', 0],
  ] as const) {
    const server = createServer().listen(join(data, 'npm', name));
    await once(server, 'listening');
    use(`npm/${name}`, days);
    // Closing would take the socket away, as a process that is killed does not.
    server.unref();
  }
  writeFileSync(join(data, 'npm', 'no-socket'), '');
  use('npm/no-socket', 2);
  await clean(options(), never);
  expect(left()).toEqual(['layers/.half-7-new', 'layers/.probe', 'npm/new.sock', 'npm/no-socket']);
});

test('what a run begins to use while it is being chosen is put back', async () => {
  lay('kept/npm-a', 30);
  // It is asked after the time of the entry was read, and before the entry is taken.
  const asked = { throwIfAborted: () => use('kept/npm-a', 0) };
  await clean(options(), Object.assign(new AbortController().signal, asked));
  expect(left()).toEqual(['kept/npm-a']);
  expect(told).toMatchObject([{ facts: { removed: { entries: 0 } } }]);
});

test('two that clean at once remove everything once, and nothing breaks', async () => {
  for (let at = 0; at < 40; at += 1) lay(`layers/tree-${String(at)}`, 30);
  await Promise.all([clean(options(), never), clean(options(), never), clean(options(), never)]);
  expect(left()).toEqual([]);
  expect(told.map(({ message }) => message)).toEqual(Array(3).fill('data folder cleaned'));
});

test('a server cleans when it starts and then daily, until it stops', async () => {
  const stopping = new AbortController();
  const pauses: number[] = [];
  const sleep: Clock['sleep'] = (milliseconds) => {
    pauses.push(milliseconds);
    lay('layers/tree-a', 30);
    if (pauses.length === 3) stopping.abort();
    return Promise.resolve();
  };
  await cleanDaily(options({ clock: { ...clock, sleep } }), stopping.signal);
  expect(pauses).toEqual([86_400_000, 86_400_000, 86_400_000]);
  const removed = told.map(({ facts }) => 'removed' in facts && facts.removed);
  expect(removed).toMatchObject([{ entries: 0 }, { entries: 1 }, { entries: 1 }]);
});

test('a data folder of which nothing is there yet is clean', async () => {
  await clean(options(), never);
  expect(told).toMatchObject([{ facts: { kept: { entries: 0 }, removed: { entries: 0 } } }]);
});
