/** What a change does to files, as rules of owners see it: links and modes count too. */
import { expect, test } from 'vitest';
import { filesBetween, type Side } from '#checks/files-between.ts';

function side(
  texts: Readonly<Record<string, string>>,
  others: Readonly<Record<string, string>> = {},
  runnable = '',
): Side {
  return {
    entries: Object.entries(texts).map(([path, text]) => {
      const mode = path === runnable ? '100755' : '100644';
      return { path, mode, size: text.length, id: text };
    }),
    others: Object.entries(others).map(([path, id]) => ({ path, id })),
    // What begins so is no text.
    texts: (paths) =>
      Promise.resolve(
        new Map(
          paths.flatMap((path) => {
            const text = texts[path];
            return text === undefined || text.startsWith('\0') ? [] : [[path, text] as const];
          }),
        ),
      ),
  };
}

test('what comes, goes and changes, in the order of paths; what is the same is left out', async () => {
  const base = side({ same: 's', gone: 'g', changed: 'old', picture: '\0a' });
  const head = side({ same: 's', new: 'n', changed: 'now', picture: '\0b' });
  const { files, originals } = await filesBetween(base, head);
  const mode = '100644';
  expect(files).toEqual([
    { path: 'changed', mode, content: { encoding: 'utf-8', text: 'now' } },
    { path: 'gone', mode, content: null },
    { path: 'new', mode, content: { encoding: 'utf-8', text: 'n' } },
    { path: 'picture', mode, content: { encoding: 'base64', text: '' } },
  ]);
  expect(Object.fromEntries(originals)).toEqual({ changed: 'old', gone: 'g', picture: null });
});

test('a file that can be run now, and one that became a link, are changes', async () => {
  const base = side({ tool: 't', safe: 's' }, { module: '1' });
  const head = side({ tool: 't' }, { safe: 'link', module: '2' }, 'tool');
  const { files } = await filesBetween(base, head);
  expect(files.map(({ path, mode, content }) => [path, mode, content?.encoding])).toEqual([
    ['module', '100644', 'base64'],
    ['safe', '100644', 'base64'],
    ['tool', '100755', 'utf-8'],
  ]);
});
