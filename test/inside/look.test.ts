/** Searching, reading and listing: what a model sees, how it is cut, and how a wrong question is answered. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, folderOf } from './ask.ts';

const folder = folderOf({
  'README.md': '# Engine\n',
  'src/engine.ts': 'export function start() {\n  return speed(1);\n}\n\n// Speed\nstart();\n',
  'src/deep/er/speed.ts': 'export const speed = (n: number) => n;\r\n',
  '.github/workflows/ci.yml': 'on: push\n# speed\n',
  '.gitignore': 'src/deep\n',
  'node_modules/x/speed.js': 'speed\n',
  '.git/speed': 'speed\n',
  'image.png': Buffer.from([137, 80, 78, 71, 0, 1]),
  'empty.txt': '',
});
symlinkSync('/etc/passwd', join(folder, 'leak'));
symlinkSync('/etc', join(folder, 'src', 'outside'));

async function found(question: object): Promise<string> {
  const { exitCode, text } = await ask('search', question, folder);
  expect(exitCode).toBe(0);
  return text;
}

test('a search shows lines under their files, in the order of paths, also ignored and hidden ones', async () => {
  expect(await found({ text: 'speed' })).toBe(`.github/workflows/ci.yml
2: # speed

src/deep/er/speed.ts
1: export const speed = (n: number) => n;

src/engine.ts
2:   return speed(1);
[3 matching lines in 3 files.]`);
});

test('a search can be a pattern, ignore case, show lines around and keep to a path', async () => {
  const question = { text: '^.. s.*d$', regex: true, ignoreCase: true, context: 1, path: 'src' };
  expect(await found(question)).toBe(`src/engine.ts
4- 
5: // Speed
6- start();
[1 matching lines in 1 files.]`);
  expect(await found({ text: 'speed', path: '**/er/*.ts' })).toContain(
    '[1 matching lines in 1 files.]',
  );
  expect(await found({ text: 'start', path: 'src/engine.ts', context: 0 })).toContain(
    '[2 matching',
  );
});

test('text is taken literally unless it is said to be a pattern', async () => {
  expect(await found({ text: 'speed(1)' })).toContain('2:   return speed(1);');
  expect(await found({ text: '--files' })).toMatch(/^\[Nothing found/u);
  expect(await found({ text: 'sp.*d' })).toContain('set regex if it is one');
});

test('a search with too many matches is cut, and says how to ask better', async () => {
  const at = folderOf({ 'a.txt': 'word\n'.repeat(500), 'b.txt': 'word\n' });
  const { text } = await ask('search', { text: 'word' }, at);
  expect(text.split('\n').at(-1)).toBe(
    '[Cut after 100 matching lines in 1 files: give a path, a longer text or less context.]',
  );
  const long = (await ask('search', { text: 'x' }, folderOf({ 'a.txt': 'x'.repeat(100_000) })))
    .text;
  expect(long.length).toBeLessThan(500);
  expect(long).toContain('[cut]');
});

test.each([
  ['an empty text', { text: '' }, 'must not be empty'],
  ['a broken pattern', { text: '(', regex: true }, 'unclosed group'],
  ['several lines', { text: 'a\nb' }, 'within one line'],
  ['a path that is not there', { text: 'a', path: 'src/engin.ts' }, 'Did you mean src/engine.ts?'],
  ['a path outside', { text: 'root', path: '../..' }, 'outside of the repository'],
  ['a link outside', { text: 'root', path: 'leak' }, 'outside of the repository'],
  ['an unknown name', { text: 'a', glob: '*' }, 'There is no "glob" here, only text, regex'],
  ['a missing name', { path: 'src' }, '"text" must be text of at most 1000 characters'],
  ['another kind', { text: 'a', regex: 'yes' }, '"regex" must be true or false'],
  ['too much context', { text: 'a', context: 99 }, '"context" must be a whole number from 0 to 10'],
  ['no object', [1], 'no "0" here'],
  ['no JSON', '{', 'no JSON'],
])('a search with %s is told what to do better', async (_, question, hint) => {
  const told = await ask('search', question, folder);
  expect(told.exitCode).toBe(2);
  expect(told.text).toContain(hint);
});

test('links are not followed by a search of everything', async () => {
  expect(await found({ text: 'root:' })).toMatch(/^\[Nothing found/u);
});

test('a file is read with numbered lines, whole or in part', async () => {
  expect((await ask('read', { path: 'src/deep/er/speed.ts' }, folder)).text).toBe(
    '1: export const speed = (n: number) => n;\n[Lines 1 to 1 of 1 in src/deep/er/speed.ts.]',
  );
  expect((await ask('read', { path: './src/engine.ts', from: 2, to: 3 }, folder)).text).toBe(
    '2:   return speed(1);\n3: }\n[Lines 2 to 3 of 6 in src/engine.ts.]',
  );
  expect((await ask('read', { path: join(folder, 'README.md') }, folder)).text).toContain(
    '1: # Engine',
  );
  expect((await ask('read', { path: 'empty.txt' }, folder)).text).toBe('[empty.txt is empty.]');
});

test('a long file is read piece by piece', async () => {
  const at = folderOf({ 'long.txt': 'line\n'.repeat(1000), 'wide.txt': 'x'.repeat(5000) });
  const first = (await ask('read', { path: 'long.txt' }, at)).text.split('\n');
  expect(first).toHaveLength(401);
  expect(first.at(-1)).toBe(
    '[Lines 1 to 400 of 1000 in long.txt. Cut here: read on with from=401.]',
  );
  const last = (await ask('read', { path: 'long.txt', from: 801 }, at)).text.split('\n');
  expect(last.at(-1)).toBe('[Lines 801 to 1000 of 1000 in long.txt.]');
  expect((await ask('read', { path: 'wide.txt' }, at)).text).toContain(
    '[cut: the line has 5000 characters]',
  );
});

test.each([
  ['a name spelled wrong', { path: 'src/engnie.ts' }, 'Did you mean src/engine.ts?'],
  ['a wrong folder', { path: 'lib/speed.ts' }, 'Did you mean src/deep/er/speed.ts?'],
  ['nothing like it', { path: 'src/deep/zebra.rs' }, 'List "src/deep" to see what is there.'],
  ['a folder', { path: 'src' }, 'is a folder: list it instead'],
  ['an image', { path: 'image.png' }, 'is no text'],
  ['a line behind the end', { path: 'src/engine.ts', from: 100 }, 'has only 6 lines'],
  ['an end before the start', { path: 'src/engine.ts', from: 3, to: 2 }, 'must not be before'],
  ['a way out', { path: '../../etc/passwd' }, 'outside of the repository'],
  ['an absolute path', { path: '/etc/passwd' }, 'outside of the repository'],
  ['a link out', { path: 'leak' }, 'outside of the repository'],
  ['a folder that leads out', { path: 'src/outside/passwd' }, 'outside of the repository'],
])('reading %s is told what to do better', async (_, question, hint) => {
  const told = await ask('read', question, folder);
  expect(told).toMatchObject({ exitCode: 2 });
  expect(told.text).toContain(hint);
});

test('a folder is listed as a tree', async () => {
  expect((await ask('list', {}, folder)).text).toBe(`./
.gitignore  9 B
README.md  9 B
empty.txt  0 B
image.png  6 B
leak  (link)
.git/  (not shown)
.github/
  workflows/  (1 files)
node_modules/  (not shown)
src/
  engine.ts  66 B
  outside  (link)
  deep/  (1 files)`);
  expect((await ask('list', { path: 'src/deep', depth: 3 }, folder)).text).toBe(
    'src/deep/\ner/\n  speed.ts  40 B',
  );
});

test('a long list is cut, and says so', async () => {
  const at = folderOf({});
  mkdirSync(join(at, 'many'));
  for (let n = 0; n < 400; n += 1) writeFileSync(join(at, 'many', `${String(n)}.txt`), '');
  const lines = (await ask('list', { path: 'many' }, at)).text.split('\n');
  expect(lines).toHaveLength(302);
  expect(lines.at(-1)).toBe('[Cut after 300 entries: list a folder below, or less deep.]');
});

test.each([
  [{ path: 'README.md' }, 'is a file: read it instead'],
  [{ path: 'scr' }, 'There is no "scr"'],
  [{ path: 'src/outside' }, 'outside of the repository'],
  [{ depth: 0 }, 'from 1 to 8'],
])('listing %j is told what to do better', async (question, hint) => {
  expect((await ask('list', question, folder)).text).toContain(hint);
});
