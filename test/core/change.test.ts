/** Change: bytes survive, and the same files have the same name. */
import { describe, expect, test } from 'vitest';
import { blobOf, bytesOf, hashFiles, mergeFiles, textBlob, type FileChange } from '#core/change.ts';

const file = (path: string, text: string | null): FileChange => ({
  path,
  mode: '100644',
  content: text === null ? null : textBlob(text),
});

describe('bytes come back as they were', () => {
  test.each<[string, readonly number[], 'utf-8' | 'base64']>([
    ['text', [0x61, 0xc3, 0xa9, 0x0a], 'utf-8'],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x61], 'utf-8'],
    ['nothing', [], 'utf-8'],
    ['zero bytes', [0x61, 0x00], 'base64'],
    ['Latin-1', [0xe9], 'base64'],
    ['half a surrogate', [0xed, 0xa0, 0x80], 'base64'],
  ])('%s', (_what, bytes, encoding) => {
    const blob = blobOf(Uint8Array.from(bytes));
    expect(blob.encoding).toBe(encoding);
    expect([...bytesOf(blob)]).toEqual(bytes);
  });
});

test('of two changes of one file the later wins, and paths are in order', () => {
  const merged = mergeFiles([file('b', '1'), file('a', '1')], [file('b', null)]);
  expect(merged).toEqual([file('a', '1'), file('b', null)]);
});

test('the order of files does not matter to their name, everything else does', () => {
  const name = hashFiles([file('a', '1'), file('b', '2')]);
  expect(hashFiles([file('b', '2'), file('a', '1')])).toBe(name);
  const others: readonly FileChange[][] = [
    [file('a', '1')],
    [file('a', '1'), file('b', '')],
    [file('a', '1'), file('b', null)],
    [file('a', '1'), { ...file('b', '2'), mode: '100755' }],
    [file('a', '1'), { ...file('b', '2'), content: { encoding: 'base64', text: '2' } }],
    [file('a', '12'), file('b', '')],
  ];
  expect(new Set([name, ...others.map((files) => hashFiles(files))]).size).toBe(7);
});
