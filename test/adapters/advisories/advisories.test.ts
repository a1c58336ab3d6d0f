/** Advisories from folders, zips and addresses are found again by package, and a broken source takes nothing away. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { advisoriesOf } from '#adapters/advisories/database.ts';
import { updateAdvisories } from '#adapters/advisories/update.ts';
import { scratch } from '../../scratch.ts';

const now = new Date('2026-06-01T00:00:00Z');

function osv(id: string, name: string, more: object = {}): string {
  return JSON.stringify({
    id,
    summary: 'Reads too far.',
    database_specific: { severity: 'HIGH' },
    affected: [
      {
        package: { ecosystem: 'npm', name },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.2.0' }] }],
        versions: ['1.0.0', '9.0.0'],
      },
    ],
    ...more,
  });
}

/** A zip of one way to pack: what the reader is told of in the format's own words. */
function zip(files: Readonly<Record<string, string>>): Buffer {
  const bodies: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const packed = deflateRawSync(text);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(Buffer.byteLength(text), 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    bodies.push(head, Buffer.from(name), packed);
    list.push(entry, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(Buffer.concat(list).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, ...list, end]);
}

const update = (folder: string, ...sources: readonly string[]) =>
  updateAdvisories(folder, { sources, now });

test('a folder of advisories is known by package, twins once, withdrawn ones not at all', async () => {
  const [source, folder] = [scratch(), scratch()];
  mkdirSync(join(source, 'inner'));
  writeFileSync(join(source, 'a.json'), osv('GHSA-1', 'flawed'));
  writeFileSync(join(source, 'inner/b.json'), osv('OTHER-1', 'flawed', { aliases: ['GHSA-1'] }));
  writeFileSync(
    join(source, 'c.json'),
    osv('GHSA-2', 'flawed', { withdrawn: '2026-01-01T00:00:00Z' }),
  );
  writeFileSync(join(source, 'd.json'), '{"what": "is this"}');
  expect(await update(folder, source)).toMatchObject({ strange: 1 });
  const known = advisoriesOf(folder);
  expect(known.updated('npm')).toEqual(now);
  expect(known.updated('PyPI')).toBeUndefined();
  const about = await known.about('npm', ['flawed', 'fine']);
  expect([...about]).toEqual([
    [
      'flawed',
      [
        {
          ...{ id: 'GHSA-1', summary: 'Reads too far', severity: 'high' },
          ranges: [[{ introduced: '0' }, { fixed: '1.2.0' }]],
          versions: ['9.0.0'],
        },
      ],
    ],
  ]);
});

test('a zip, also from an address, takes the place of what was known', async () => {
  const folder = scratch();
  const file = join(scratch(), 'all.zip');
  writeFileSync(file, zip({ 'GHSA-1.json': osv('GHSA-1', 'old') }));
  await update(folder, file);
  const body = zip({ 'GHSA-2.json': osv('GHSA-2', 'new'), 'GHSA-3.json': osv('GHSA-3', 'new') });
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/all.zip' ? 200 : 404).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  await expect(update(folder, `${address}/other`)).rejects.toThrow('answers 404');
  await update(folder, `${address}/all.zip`);
  server.close();
  const about = await advisoriesOf(folder).about('npm', ['old', 'new']);
  expect([...about].map(([name, all]) => [name, all.length])).toEqual([['new', 2]]);
});

test.each([
  ['there is nothing', 'missing', undefined],
  ['none of an ecosystem', 'a.json', '{}'],
  [
    'list of files is broken',
    'a.zip',
    zip({ 'a.json': '{}' }).toString('latin1').replace('PK\x01\x02', 'PK\x01\x03'),
  ],
  ['it is no zip', 'a.zip', 'PK nothing'],
])('%s: what was known stays', async (problem, name, content) => {
  const folder = scratch();
  const good = join(scratch(), 'good.json');
  writeFileSync(good, osv('GHSA-1', 'flawed'));
  await update(folder, good);
  const source = join(scratch(), name);
  if (content !== undefined) writeFileSync(source, content, 'latin1');
  await expect(update(folder, source)).rejects.toThrow(problem);
  expect((await advisoriesOf(folder).about('npm', ['flawed'])).size).toBe(1);
});

test('an address in the clear is refused', async () => {
  await expect(update(scratch(), 'http://192.0.2.1/all.zip')).rejects.toThrow('not https');
});
