/** Edits: what models write, and what files become of it. */
import { describe, expect, test } from 'vitest';
import type { FileChange } from '#core/change.ts';
import { applyEdits, parseEdits, type Edit } from '#core/edits.ts';

type Files = Readonly<Record<string, string | null>>;

function block(path: string, search: string, replace: string): string {
  const part = (text: string) => (text === '' ? '' : `${text}\n`);
  return `${path}\n<<<<<<< SEARCH\n${part(search)}=======\n${part(replace)}>>>>>>> REPLACE\n`;
}

function apply(answer: string, files: Files) {
  return applyEdits(parseEdits(answer), (path) => files[path]);
}

/** The texts after the edits; null is deleted. Fails when there were problems. */
function after(answer: string, files: Files): Record<string, string | null> {
  const done = apply(answer, files);
  if ('problems' in done) throw new Error(done.problems.join('\n'));
  return texts(done.files);
}

function texts(files: readonly FileChange[]): Record<string, string | null> {
  return Object.fromEntries(files.map(({ path, content }) => [path, content?.text ?? null]));
}

function problems(answer: string, files: Files): string {
  const done = apply(answer, files);
  return 'problems' in done ? done.problems.join('\n\n') : 'no problem';
}

describe('an answer is read however a model dresses it', () => {
  const wanted = [{ kind: 'replace', path: 'src/a.ts', search: 'a\n', replace: 'b\n' }];
  const body = '<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE';
  test.each([
    ['plain', `src/a.ts\n${body}\n`],
    ['without a last line end', `src/a.ts\n${body}`],
    ['with Windows line ends', `src/a.ts\n${body}\n`.replaceAll('\n', '\r\n')],
    ['with prose around it', `I will fix it.\n\nsrc/a.ts\n${body}\n\nThat is all.`],
    ['in a fence below the path', `src/a.ts\n\`\`\`ts\n${body}\n\`\`\``],
    ['in a fence that holds the path', `\`\`\`ts\nsrc/a.ts\n${body}\n\`\`\``],
    ['in a fence whose info is the path', `\`\`\`ts src/a.ts\n${body}\n\`\`\``],
    ['with a quoted path', `\`src/a.ts\`\n${body}`],
    ['with a bold path', `**src/a.ts**\n${body}`],
    ['with a bold and quoted path', `**\`src/a.ts\`**:\n${body}`],
    ['with a path as a heading', `### src/a.ts\n\n${body}`],
    ['with a path as a list item', `1. src/a.ts\n${body}`],
    ['with a labelled path', `File: src/a.ts\n${body}`],
    ['with a path in a comment', `// src/a.ts\n${body}`],
    ['with a dotted path', `./src/a.ts\n${body}`],
    ['with a path named in prose', `In \`src/a.ts\`, the name changes:\n${body}`],
    ['with a path in the marker', body.replace('SEARCH', 'SEARCH src/a.ts')],
    [
      'with fences inside the markers',
      'src/a.ts\n<<<<<<< SEARCH\n```ts\na\n```\n=======\n```ts\nb\n```\n>>>>>>> REPLACE',
    ],
    ['with longer markers', 'src/a.ts\n<<<<<<<<< SEARCH\na\n=========\nb\n>>>>>>>>> REPLACE'],
    ['with markers of unequal length', 'src/a.ts\n<<<<<<< SEARCH\na\n========\nb\n>>>>>> REPLACE'],
    ['with a conflict marker before it', `<<<<<<< HEAD\nsrc/a.ts\n${body}`],
  ])('%s', (_how, answer) => {
    expect(parseEdits(answer)).toMatchObject(wanted);
  });

  test('several blocks of several files, the path given once per file', () => {
    const answer = `${block('a.ts', '1', '2')}\nand also\n${block('', '3', '4').trimStart()}${block('b.ts', '5', '6')}`;
    expect(parseEdits(answer).map(({ path, block: number }) => `${number} ${path}`)).toEqual([
      '1 a.ts',
      '2 a.ts',
      '3 b.ts',
    ]);
  });

  test('fences in the lines themselves stay', () => {
    const answer = block('README.md', '```sh\nnpm i\n```', '```sh\nnpm ci\n```');
    expect(parseEdits(answer)).toMatchObject([
      { search: '```sh\nnpm i\n```\n', replace: '```sh\nnpm ci\n```\n' },
    ]);
  });

  test('a path with spaces is read where it is quoted', () => {
    expect(parseEdits(block('`docs/my page.md`', 'a', 'b'))).toMatchObject([
      { path: 'docs/my page.md' },
    ]);
  });

  test('files are created, written whole and deleted', () => {
    const answer =
      'new.ts\n<<<<<<< FILE\nconst a = 1;\n>>>>>>> FILE\n\nold.ts\n<<<<<<< DELETE\n\nolder.ts\n<<<<<<< DELETE\n>>>>>>> DELETE\n';
    expect(parseEdits(answer)).toEqual([
      { kind: 'write', block: 1, path: 'new.ts', content: 'const a = 1;\n' },
      { kind: 'delete', block: 2, path: 'old.ts' },
      { kind: 'delete', block: 3, path: 'older.ts' },
    ]);
  });

  test('lines that look like markers stay within longer markers', () => {
    const conflict = '<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE';
    const answer = `doc.md\n<<<<<<<<< SEARCH\n${conflict}\n=========\nnone\n>>>>>>>>> REPLACE`;
    expect(parseEdits(answer)).toMatchObject([{ search: `${conflict}\n`, replace: 'none\n' }]);
  });

  test('an underline of another length is not the divider', () => {
    expect(parseEdits(block('a.md', 'Title\n=====', 'Name\n====='))).toMatchObject([
      { search: 'Title\n=====\n', replace: 'Name\n=====\n' },
    ]);
  });

  test('an answer without blocks has no edits', () => {
    expect(parseEdits('Nothing has to change.\n=======\n')).toEqual([]);
  });
});

describe('a malformed block is told to the model with what to mend', () => {
  test.each([
    [
      'no path',
      '<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE',
      /Block 1: write the file's path alone on the line above `<<<<<<< SEARCH`/,
    ],
    [
      'prose for a path',
      'It says that here:\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE',
      /Block 1: write the file's path/,
    ],
    [
      'no divider',
      'a.ts\n<<<<<<< SEARCH\na\n>>>>>>> REPLACE',
      /Block 1 \(a\.ts\): A line `=======` must stand between/,
    ],
    [
      'two dividers',
      'a.ts\n<<<<<<< SEARCH\na\n=======\nb\n=======\nc\n>>>>>>> REPLACE',
      /Several `=======` lines.*nine signs/s,
    ],
    [
      'no end',
      'a.ts\n<<<<<<< SEARCH\na\n=======\nb\n',
      /no `>>>>>>> REPLACE` before the end of the answer/,
    ],
    [
      'no end before the next',
      `a.ts\n<<<<<<< SEARCH\na\n=======\nb\n${block('b.ts', 'x', 'y')}`,
      /Block 1 \(a\.ts\).*before the next block/,
    ],
    [
      'an end alone',
      'a.ts\na\n=======\nb\n>>>>>>> REPLACE',
      /`>>>>>>> REPLACE` closes a block that was never opened/,
    ],
    ['a file without end', 'a.ts\n<<<<<<< FILE\na', /no `>>>>>>> FILE`/],
  ])('%s', (_what, answer, told) => {
    expect(() => parseEdits(answer)).toThrow(told);
  });

  test('all malformed blocks are told at once, as an unusable answer', () => {
    const broken = 'a.ts\n<<<<<<< SEARCH\na\n>>>>>>> REPLACE\n';
    expect(() => parseEdits(broken + block('ok.ts', 'a', 'b') + broken)).toThrow(
      expect.objectContaining({
        kind: 'unusable',
        message: expect.stringMatching(/Block 1 .*Block 3 /s),
      }),
    );
  });
});

describe('a block finds its lines at the first level that fits', () => {
  const file = 'class A {\n  run() {\n    return "one";\n  }\n}\n';
  test.each([
    ['exactly', '    return "one";', '    return 2;', '    return 2;'],
    ['with trailing spaces', '    return "one";  ', '    return 2;', '    return 2;'],
    ['dedented', 'return "one";', 'return 2;', '    return 2;'],
    ['indented too far', '      return "one";', '      return 2;', '    return 2;'],
    [
      'with tabs for spaces',
      '\trun() {\n\t\treturn "one";',
      '\trun() {\n\t\tgo();\n\t\treturn 2;',
      '  run() {\n    go();\n    return 2;',
    ],
    [
      'dedented as a block',
      'run() {\n  return "one";',
      'run() {\n  if (x)\n    return 2;',
      '  run() {\n    if (x)\n      return 2;',
    ],
    ['with typographic quotes', '    return “one”;', '    return 2;', '    return 2;'],
    ['with other quotes', "    return 'one';", '    return 2;', '    return 2;'],
  ])('%s', (_how, search, replace, expected) => {
    const text = after(block('a.ts', search, replace), { 'a.ts': file })['a.ts'];
    expect(text).toContain(`${expected}\n`);
    expect(text?.startsWith('class A {\n  run() {\n')).toBe(true);
    expect(text?.endsWith('\n  }\n}\n')).toBe(true);
  });

  test('spaces for tabs are written as tabs', () => {
    const text = '\tif (a) {\n\t\tb();\n\t}\n';
    const answer = block(
      'a.go',
      '    if (a) {\n        b();\n    }',
      '    if (a) {\n        if (c) {\n            b();\n        }\n    }',
    );
    expect(after(answer, { 'a.go': text })).toEqual({
      'a.go': '\tif (a) {\n\t\tif (c) {\n\t\t\tb();\n\t\t}\n\t}\n',
    });
  });

  test('lines that the model only copied stay as they are in the file', () => {
    const text = 'const a = “x”;  \nconst b = 1;\nconst c = “y”;\t\n';
    const answer = block(
      'a.ts',
      'const a = "x";\nconst b = 1;\nconst c = "y";',
      'const a = "x";\nconst b = 2;\nconst c = "y";',
    );
    expect(after(answer, { 'a.ts': text })).toEqual({ 'a.ts': text.replace('1', '2') });
  });

  test('a slip in a block that is long enough is read over, and nothing else of it is written', () => {
    const text =
      'export function total(items: Item[]): number {\n  let sum = 0;\n  return sum;\n}\n';
    const answer = block(
      'a.ts',
      'export functoin total(items: Item[]): number {\n  let sum = 0;\n  return sum;',
      'export functoin total(items: Item[]): number {\n  let sum = 1;\n  return sum;',
    );
    expect(after(answer, { 'a.ts': text })).toEqual({ 'a.ts': text.replace('0', '1') });
  });

  test('an indentation that cannot be derived is refused', () => {
    const answer = block('a.py', '\tif a:\n\t\tb()', '\tif a:\n \t c()');
    expect(problems(answer, { 'a.py': '  if a:\n    b()\n' })).toMatch(/another indentation/);
  });

  test('indentations that follow no rule are taken one by one', () => {
    const text = '  if a:\n      b()\n';
    const answer = block('a.py', 'if a:\n  b()', 'if a:\n  b()\n  c()\nd()');
    expect(after(answer, { 'a.py': text })).toEqual({
      'a.py': '  if a:\n      b()\n      c()\n  d()\n',
    });
  });

  test('a written indentation that would mean two is no match', () => {
    const answer = block('a.py', 'if a:\nb()', 'if a:\nc()');
    expect(problems(answer, { 'a.py': '  if a:\n    b()\n' })).toMatch(/not found/);
  });
});

describe('in doubt a block is refused, never put in a wrong place', () => {
  test('a line that stands elsewhere in the file is no slip of its neighbour', () => {
    const text =
      "const flow = require('../compose/resolve-flow.js');\nconst blow = require('../compose/resolve-blow.js');\nend();\n";
    const answer = block(
      'a.js',
      "const blow = require('../compose/resolve-blow.js');\nconst flow = require('../compose/resolve-flow.js');",
      'x',
    );
    expect(problems(answer, { 'a.js': text })).toMatch(/not found/);
  });

  test('first and last line alone do not hold a block whose middle is another', () => {
    const text = 'function total(items) {\n  let sum = 0;\n  return sum;\n}\n';
    const answer = block(
      'a.ts',
      'function total(items) {\n  return items.map(price).reduce(add);\n  done();\n}',
      'x',
    );
    expect(problems(answer, { 'a.ts': text })).toMatch(/not found/);
  });

  test('blank lines are everywhere and name no place', () => {
    expect(problems(block('a.ts', '  \n\t\nx', 'y'), { 'a.ts': '\n\n\n' })).toMatch(/not found/);
  });
});

describe('in doubt a block is refused with the real text', () => {
  test('several places are all shown with what stands around them', () => {
    const text = 'f(1);\nlog();\ng(2);\nlog();\nh(3);\n';
    expect(problems(block('a.ts', 'log();', 'log(1);'), { 'a.ts': text })).toBe(
      'Block 1 (a.ts): SEARCH fits 2 places. Add lines before or after it until it fits only the one that you mean.\n' +
        'Lines 2 to 2, shown with what stands around them:\n```\nf(1);\nlog();\ng(2);\nlog();\n```\n' +
        'Lines 4 to 4, shown with what stands around them:\n```\nlog();\ng(2);\nlog();\nh(3);\n```',
    );
  });

  test('of very many places some are shown', () => {
    expect(problems(block('a.ts', 'x', 'y'), { 'a.ts': 'x\n'.repeat(30) })).toMatch(
      /fits 30 places[\s\S]*\(25 more places\)$/,
    );
  });

  test('what is not there is answered with the nearest lines and the first difference', () => {
    const text = 'a\nfunction total(items) {\n  return items.length;\n}\n';
    expect(
      problems(block('a.ts', 'function total(items) {\n  return items.size;', 'x'), {
        'a.ts': text,
      }),
    ).toBe(
      'Block 1 (a.ts): SEARCH was not found. The nearest lines of the file are 2 to 3; copy them exactly:\n' +
        '```\nfunction total(items) {\n  return items.length;\n```\n' +
        'They differ first in line 2 of SEARCH: you wrote "  return items.size;", the file has "  return items.length;".',
    );
  });

  test('real text that holds fences is shown in a longer one', () => {
    expect(
      problems(block('a.md', '```sh\nnpm install', 'x'), { 'a.md': '```sh\nnpm ci\n```\n' }),
    ).toContain('````\n```sh\nnpm ci\n````');
  });

  test('nothing alike is said to be nowhere', () => {
    expect(
      problems(block('a.ts', 'completely different words', 'x'), { 'a.ts': 'a\nb\n' }),
    ).toMatch(/nor anything like it\. Read the file again/);
  });

  test('a block longer than the file is told where the file ends', () => {
    expect(problems(block('a.ts', 'a b c\nd', 'x'), { 'a.ts': 'a b c\n' })).toMatch(
      /the file has no more line/,
    );
  });

  test('a short line that is nearly another is not taken for it', () => {
    expect(problems(block('a.ts', 'return a;', 'return 1;'), { 'a.ts': 'return b;\n' })).toMatch(
      /not found/,
    );
  });

  test('a block with one line dropped is refused', () => {
    const lines = [
      'const first = read(input);',
      'check(first);',
      'const second = parse(first);',
      'return second;',
    ];
    const search = lines.filter((_, index) => index !== 1).join('\n');
    expect(problems(block('a.ts', search, 'x'), { 'a.ts': `${lines.join('\n')}\n` })).toMatch(
      /not found/,
    );
  });

  test('two windows that are nearly as alike are ambiguous', () => {
    const one = 'export function readFirst(input: string): number {\n  return 1;\n}\n';
    const answer = block(
      'a.ts',
      'export function readThird(input: string): number {\n  return 1;\n}',
      'x',
    );
    const two = one.replace('First', 'Thirt') + one.replace('First', 'Thirs');
    expect(problems(answer, { 'a.ts': two })).toMatch(/fits 2 places/);
  });

  test('two places that differ only in indentation are ambiguous', () => {
    const text = 'if (a) {\n  stop();\n}\nwhile (b) {\n    stop();\n}\n';
    expect(problems(block('a.ts', 'stop();', 'go();'), { 'a.ts': text })).toMatch(/fits 2 places/);
  });

  test('the exact place wins over places that are nearly alike', () => {
    const text = 'stop();\n  stop();\n';
    expect(after(block('a.ts', 'stop();', 'go();'), { 'a.ts': text })).toEqual({
      'a.ts': 'go();\n  stop();\n',
    });
  });

  test('comparing gives up on endless lines instead of taking minutes', () => {
    const long = (letter: string) => `${'ab'.repeat(40_000)}${letter}`;
    const started = performance.now();
    expect(
      problems(block('a.ts', long('c'), 'x'), { 'a.ts': `${long('d')}\n${long('e')}\n` }),
    ).toMatch(/not found/);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test.each([
    ['// ...', 'a.ts'],
    ['  // ... existing code ...', 'a.ts'],
    ['# ... rest of the file unchanged', 'a.py'],
    ['/* ... */', 'a.c'],
    ['<!-- ... -->', 'a.html'],
    ['{/* ... */}', 'a.tsx'],
    ['// rest of the code stays the same', 'a.ts'],
    ['// the remaining methods ...', 'a.ts'],
    ['...', 'a.ts'],
    ['-- …', 'a.sql'],
  ])('"%s" in %s stands for code that was left out', (line, path) => {
    const told = /stands for code that you left out/;
    expect(problems(block(path, 'a', `a\n${line}`), { [path]: 'a\n' })).toMatch(told);
    expect(problems(`${path}\n<<<<<<< FILE\na\n${line}\n>>>>>>> FILE`, {})).toMatch(told);
  });

  test.each([
    ['    ...', 'a.py'],
    ['...', 'a.md'],
    ['// wait... then go on', 'a.ts'],
    ['f(...args);', 'a.ts'],
    ['// ... and so it ends', 'a.ts'],
    ['# keeps the rest of the list', 'a.py'],
  ])('"%s" in %s is a line like any other', (line, path) => {
    expect(after(block(path, 'a', `a\n${line}`), { [path]: 'a\n' })).toEqual({
      [path]: `a\n${line}\n`,
    });
  });

  test('an elision that the file itself has may stay', () => {
    expect(after(block('a.ts', 'a\n// ...', 'b\n// ...'), { 'a.ts': 'a\n// ...\n' })).toEqual({
      'a.ts': 'b\n// ...\n',
    });
  });

  test('an elision in SEARCH is named as the reason', () => {
    expect(problems(block('a.ts', 'a\n// ...\nd', 'x'), { 'a.ts': 'a\nb\nc\nd\n' })).toMatch(
      /`\/\/ \.\.\.` does not stand for others/,
    );
  });
});

describe('everything is applied or nothing', () => {
  test('each failed block is told, also those behind good ones', () => {
    const answer =
      block('a.ts', 'a', 'b') +
      block('a.ts', 'nowhere to be found', 'c') +
      block('no.ts', 'x', 'y');
    expect(apply(answer, { 'a.ts': 'a\n' })).toEqual({
      problems: [
        expect.stringMatching(/^Block 2 \(a\.ts\): SEARCH was not found/),
        expect.stringMatching(/^Block 3 \(no\.ts\): There is no such file/),
      ],
    });
  });

  test('edits of one file are applied one after another', () => {
    const answer = block('a.ts', 'a', 'b') + block('a.ts', 'b', 'c');
    expect(after(answer, { 'a.ts': 'a\n' })).toEqual({ 'a.ts': 'c\n' });
  });

  test('a block looks only into its own file', () => {
    expect(
      problems(block('a.ts', 'here it is', 'x'), { 'a.ts': 'a\n', 'b.ts': 'here it is\n' }),
    ).toMatch(/not found/);
  });

  test('equal search and replace change nothing, found or not', () => {
    expect(
      apply(block('a.ts', 'same', 'same') + block('a.ts', 'zzz', 'zzz'), { 'a.ts': 'same\n' }),
    ).toEqual({ files: [] });
  });

  test('files that end as they were are left out', () => {
    const answer = block('a.ts', 'a', 'b') + block('a.ts', 'b', 'a');
    expect(apply(answer, { 'a.ts': 'a\n' })).toEqual({ files: [] });
    expect(apply(`${block('n.ts', '', 'x')}n.ts\n<<<<<<< DELETE\n`, {})).toEqual({ files: [] });
  });

  test('the mode of a file is kept, a new file is a plain one', () => {
    const edits = parseEdits(block('run.sh', 'a', 'b') + block('new.sh', '', 'c'));
    const done = applyEdits(
      edits,
      (path) => (path === 'run.sh' ? 'a\n' : undefined),
      () => '100755',
    );
    expect(done).toMatchObject({
      files: [
        { path: 'new.sh', mode: '100644' },
        { path: 'run.sh', mode: '100755' },
      ],
    });
  });
});

describe('whole files', () => {
  test('an empty SEARCH creates a file', () => {
    expect(after(block('new.ts', '', 'a\nb'), {})).toEqual({ 'new.ts': 'a\nb\n' });
  });

  test('an empty file is created and kept apart from none', () => {
    expect(after('empty.ts\n<<<<<<< FILE\n>>>>>>> FILE', {})).toEqual({ 'empty.ts': '' });
    expect(after('empty.ts\n<<<<<<< DELETE', { 'empty.ts': '' })).toEqual({ 'empty.ts': null });
  });

  test('an empty SEARCH fills an empty file and never replaces another', () => {
    expect(after(block('a.ts', '', 'a'), { 'a.ts': '' })).toEqual({ 'a.ts': 'a\n' });
    expect(problems(block('a.ts', '', 'a'), { 'a.ts': 'b\n' })).toMatch(/this file exists/);
  });

  test('a short file may be written anew; its mark, line ends and missing last line end are kept', () => {
    const answer = 'a.ts\n<<<<<<< FILE\nx\ny\n>>>>>>> FILE';
    expect(after(answer, { 'a.ts': '\uFEFFa\r\nb' })).toEqual({ 'a.ts': '\uFEFFx\r\ny' });
    expect(after(answer, { 'a.ts': 'a\n' })).toEqual({ 'a.ts': 'x\ny\n' });
  });

  test('a long file may not', () => {
    expect(problems('a.ts\n<<<<<<< FILE\nx\n>>>>>>> FILE', { 'a.ts': 'a\n'.repeat(151) })).toMatch(
      /more than 150 lines/,
    );
  });

  test('what is not there cannot be deleted, what was deleted cannot be edited', () => {
    expect(problems('a.ts\n<<<<<<< DELETE', {})).toMatch(/no such file to delete/);
    expect(problems(`a.ts\n<<<<<<< DELETE\n${block('a.ts', 'a', 'b')}`, { 'a.ts': 'a\n' })).toMatch(
      /Block 2 .*no such file/,
    );
    expect(after(`a.ts\n<<<<<<< DELETE\n${block('a.ts', '', 'b')}`, { 'a.ts': 'a\n' })).toEqual({
      'a.ts': 'b\n',
    });
  });

  test('a file that is not text is not edited', () => {
    expect(problems(block('a.png', 'a', 'b'), { 'a.png': null })).toMatch(/not text/);
  });

  test('a file cannot be a folder too, nor two files differ only in case', () => {
    expect(problems(block('a', '', 'x') + block('a/b.ts', '', 'y'), {})).toMatch(
      /a cannot be a file and a folder/,
    );
    expect(problems(block('src/A.ts', '', 'x') + block('src/a.ts', '', 'y'), {})).toMatch(
      /differ only in case/,
    );
  });
});

describe('bytes outside the replaced lines stay', () => {
  test.each([
    ['Windows line ends', 'a\r\nb\r\nc\r\n', 'a\r\nB\r\nB2\r\nc\r\n'],
    ['mixed line ends', 'a\nb\r\nc\n', 'a\nB\r\nB2\r\nc\n'],
    ['a byte order mark', '\uFEFFb\nc\n', '\uFEFFB\nB2\nc\n'],
    ['no final line end', 'a\nb', 'a\nB\nB2'],
    ['a lone carriage return', 'x\ry\nb\n', 'x\ry\nB\nB2\n'],
    ['line separators of Unicode', 'x\u2028y\nb\n', 'x\u2028y\nB\nB2\n'],
    ['trailing spaces elsewhere', 'a  \nb\n\t\n', 'a  \nB\nB2\n\t\n'],
    ['typographic quotes elsewhere', '“a”\nb\n', '“a”\nB\nB2\n'],
  ])('%s', (_what, before, expected) => {
    expect(after(block('a.ts', 'b', 'B\nB2'), { 'a.ts': before })).toEqual({ 'a.ts': expected });
  });

  test('removed lines leave no blank one', () => {
    expect(after(block('a.ts', 'b', ''), { 'a.ts': 'a\nb\nc\n' })).toEqual({ 'a.ts': 'a\nc\n' });
  });

  test('dollar signs and backslashes are only characters', () => {
    const odd = String.raw`s.replace(/\d+\./g, "$&$1\n");`;
    expect(after(block('a.ts', 'b', odd), { 'a.ts': 'b\n' })).toEqual({ 'a.ts': `${odd}\n` });
  });

  /** A small generator with a seed: the same cases on every machine. */
  function chance(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
  }

  test('whatever the file, an edit changes its lines only and can be taken back', () => {
    const ends = ['\n', '\r\n'];
    for (let seed = 1; seed <= 400; seed += 1) {
      const pick = chance(seed);
      const end = ends[pick(2)]!;
      const lines = Array.from(
        { length: 1 + pick(30) },
        (_, index) => `${' '.repeat(pick(6))}line ${index}${pick(3) === 0 ? '  ' : ''}`,
      );
      const last = pick(3) === 0 ? '' : end;
      const text = (pick(4) === 0 ? '\uFEFF' : '') + lines.join(end) + last;
      const from = pick(lines.length);
      const to = from + 1 + pick(Math.min(4, lines.length - from));
      const search = lines.slice(from, to);
      const replace = search.flatMap((line) =>
        pick(2) === 0 ? [line] : [`new ${seed}`, `${line}!`],
      );
      const edits = (a: readonly string[], b: readonly string[]): Edit[] => [
        {
          kind: 'replace',
          block: 1,
          path: 'a.ts',
          search: `${a.join('\n')}\n`,
          replace: `${b.join('\n')}\n`,
        },
      ];
      const there = applyEdits(edits(search, replace), () => text);
      if ('problems' in there) throw new Error(there.problems.join());
      const changed = texts(there.files)['a.ts'] ?? text;
      const head = text.slice(0, text.indexOf(lines[from]!));
      expect(changed.startsWith(head)).toBe(true);
      expect(
        changed.endsWith(
          lines
            .slice(to)
            .map((line) => end + line)
            .join('') + last,
        ),
      ).toBe(true);
      const back = applyEdits(edits(replace, search), () => changed);
      if ('problems' in back) throw new Error(back.problems.join());
      expect(texts(back.files)['a.ts'] ?? changed).toBe(text);
    }
  });
});

describe('a path leads nowhere else', () => {
  test.each([
    ['/etc/passwd', /relative/],
    ['C:/x.ts', /relative/],
    ['~/x.ts', /relative/],
    ['../x.ts', /`\.\.`/],
    ['a/../../x.ts', /`\.\.`/],
    ['a/./x.ts', /`\.`/],
    ['a//x.ts', /empty part/],
    ['a/', /empty part/],
    ['.git/config', /\.git/],
    ['a/.GIT/hooks/x', /\.git/],
    ['.git. /x', /\.git/],
    ['GIT~1/x', /\.git/],
    ['a\\x.ts', /forward slashes/],
    ['a\tb.ts', /invisible/],
    ['a\u202Eb.ts', /invisible/],
    ['a\u200Bb.ts', /invisible/],
    ['', /empty/],
    [`${'a'.repeat(256)}.ts`, /too long/],
  ])('%j is refused', (path, told) => {
    const done = applyEdits([{ kind: 'write', block: 1, path, content: 'x' }], () => undefined);
    expect(done).toEqual({ problems: [expect.stringMatching(told)] });
  });

  test.each([
    '.github/sluice.yml',
    '.gitignore',
    'a b/ü.ts',
    'src/[id].tsx',
    '@x/y.ts',
    '..a/b.ts',
  ])('%s is fine', (path) => {
    expect(after(`\`${path}\`\n<<<<<<< FILE\nx\n>>>>>>> FILE`, {})).toEqual({
      [path]: 'x\n',
    });
  });
});
