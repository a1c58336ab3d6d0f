/** The law of the house: who may import whom, which packages, no circles, every file captioned and well named. */
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { expect, test } from 'vitest';
import { mayImport, packages, pure, topFiles, walled } from './floors.js';
import { circles, files, imports, roomOf, textOf } from './imports.ts';

type Room = keyof typeof mayImport;
const isRoom = (name: string): name is Room => name in mayImport;
const ours = imports.filter(
  (each): each is typeof each & { file: string } => each.file !== undefined,
);

test('every room of src stands on the floor plan', () => {
  const rooms = new Set(files.map(roomOf));
  expect([...rooms].filter((room) => !isRoom(room) && !(room in topFiles))).toEqual([]);
});

test('a room imports only from the rooms that the floor plan allows', () => {
  const broken = ours.filter(({ from, file }) => {
    const room = roomOf(from);
    const below: readonly string[] = isRoom(room)
      ? mayImport[room]
      : topFiles[room as keyof typeof topFiles];
    if (roomOf(file) === room) return false;
    return !below.some(
      (allowed) =>
        (allowed === '*' && isRoom(roomOf(file))) ||
        file === allowed ||
        file.startsWith(`${allowed}/`),
    );
  });
  expect(broken.map(({ from, name }) => `${from} -> ${name}`)).toEqual([]);
});

test('a folder is left by its #room name and entered by a file that exists', () => {
  const known = new Set(files);
  const broken = imports.filter(
    ({ name, file }) =>
      name.startsWith('..') || (file?.endsWith('.ts') === true && !known.has(file)),
  );
  expect(broken.map(({ from, name }) => `${from} -> ${name}`)).toEqual([]);
});

test('vendors do not know one another, and neither do flows', () => {
  const folder = (file: string) => file.split('/').slice(0, 2).join('/');
  const broken = ours.filter(
    ({ from, file }) =>
      walled.includes(roomOf(from)) &&
      roomOf(from) === roomOf(file) &&
      folder(from) !== folder(file) &&
      basename(from) !== 'all.ts',
  );
  expect(broken.map(({ from, name }) => `${from} -> ${name}`)).toEqual([]);
});

test('a room uses only the packages that the floor plan names', () => {
  const broken = imports.filter(({ from, name, file }) => {
    if (file !== undefined) return false;
    const allowed: readonly string[] = packages[roomOf(from) as keyof typeof packages];
    return !allowed.some(
      (each) =>
        each === '*' ||
        name === each ||
        name.startsWith(`${each}/`) ||
        (each === 'node:' && name.startsWith('node:')),
    );
  });
  expect(broken.map(({ from, name }) => `${from} -> ${name}`)).toEqual([]);
});

test('pure rooms have no clock and no chance', () => {
  const impure = files
    .filter((file) => pure.includes(roomOf(file)))
    .filter((file) => /\bDate\.now\(|new Date\(\)|Math\.random\(|randomUUID\(/.test(textOf(file)));
  expect(impure).toEqual([]);
});

test('there is no circle, types counted', () => {
  const edges = new Map(
    files.map((file) => [file, ours.filter(({ from }) => from === file).map((each) => each.file)]),
  );
  expect(circles(edges)).toEqual([]);
});

test('every file opens with one sentence that says what it is for', () => {
  const bare = [...files.map((file) => `src/${file}`), ...globSync('test/**/*.ts')]
    .filter((file) => !file.includes('fixtures/') && !file.includes('demo/sample/'))
    .filter((file) => !/^(#!.*\n)?\/\*\*[ \n]/.test(readFileSync(file, 'utf8')));
  expect(bare).toEqual([]);
});

test('no file has a name that says nothing', () => {
  const vague = /^(types|utils?|helpers?|common|constants|index|misc|shared)\.(ts|js)$/;
  expect(files.filter((file) => vague.test(basename(file)))).toEqual([]);
});

test.each(globSync('src/**/all.ts'))('%s lists its whole folder', (register) => {
  const listed = readFileSync(register, 'utf8');
  const inside = [
    ...globSync(`${dirname(register)}/*.ts`),
    ...globSync(`${dirname(register)}/*/flow.ts`),
  ];
  const shape = (file: string) =>
    ['all', 'gate', 'tool', 'check', 'command', 'runner', 'route'].includes(basename(file, '.ts'));
  const missing = inside
    .filter((file) => !shape(file))
    .filter((file) => !listed.includes(`'./${file.slice(dirname(register).length + 1)}'`));
  expect(missing).toEqual([]);
});

test('rules are switched off in few places, each with its reason', () => {
  const lines = files.flatMap((file) =>
    textOf(file)
      .split('\n')
      .filter((line) => /\/[/*]\s*eslint-disable/.test(line)),
  );
  expect(lines.filter((line) => !/eslint-disable.* -- \w+/.test(line))).toEqual([]);
  expect(lines.length).toBeLessThanOrEqual(5);
});

test('nothing that is committed names a download address or a path of one machine', () => {
  expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/"resolved"/);
  const hosts = /registry\.(?:npmjs|yarnpkg)\.|files\.pythonhosted\.|\/(?:home|Users|work)\/\w+\//;
  const told = [...files.map((file) => `src/${file}`), 'README.md', 'package.json', '.npmrc'];
  expect(told.filter((file) => hosts.test(readFileSync(file, 'utf8')))).toEqual([]);
});
