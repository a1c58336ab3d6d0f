/** What the checks for Python, and Semgrep, read out of what their tools print. */
import { describe, expect, test } from 'vitest';
import { readBandit } from '#checks/catalogue/bandit.ts';
import { black, readBlack } from '#checks/catalogue/black.ts';
import { readMypy } from '#checks/catalogue/mypy.ts';
import { readPyright } from '#checks/catalogue/pyright.ts';
import { readSemgrep, semgrep } from '#checks/catalogue/semgrep.ts';
import { readRuff } from '#checks/parsers/ruff.ts';
import { configures, tableOf } from '#checks/python-settings.ts';

const root = '/workspace';

describe('ruff', () => {
  const row = {
    code: 'F401',
    message: '`os` imported but unused',
    filename: `${root}/a.py`,
    location: { row: 1, column: 8 },
    end_location: { row: 2, column: 1 },
    fix: { applicability: 'safe' },
    url: 'https://docs.astral.sh/ruff/rules/unused-import',
    cell: null,
  };
  const read = (...rows: unknown[]) => readRuff(JSON.stringify(rows), root, () => 'warning');

  test('a finding ends before the line on which nothing of it stands, and is fixable only where that is safe', () => {
    const unsafe = { ...row, fix: { applicability: 'unsafe' } };
    expect(read(row, unsafe)?.said).toMatchObject([
      { path: 'a.py', rule: 'F401', line: 1, endLine: 1, fixable: true },
      { fixable: false },
    ]);
  });

  test('a file that cannot be read is no finding, and a row of a cell no line of the file', () => {
    const found = read({ ...row, code: 'E902', message: 'no UTF-8' }, { ...row, cell: 3 });
    expect(found?.unread).toEqual([{ path: 'a.py', reason: 'no UTF-8' }]);
    expect(found?.said).toMatchObject([{ message: 'Cell 3: `os` imported but unused' }]);
    expect(found?.said[0]?.line).toBeUndefined();
  });

  test('what is no report is none', () => {
    expect([readRuff('', root, () => 'note'), read({ code: 1 })]).toEqual([undefined, undefined]);
  });
});

test('Black leaves no file out in silence', () => {
  const text = [
    'would reformat a b.py',
    'fine.py already well formatted, good job.',
    'ex.py ignored: matches the --force-exclude regular expression',
    'error: cannot parse: bad.py:1:4',
    '    would reformat fine.py',
    'would reformat elsewhere.py',
  ].join('\n');
  const paths = ['a b.py', 'fine.py', 'ex.py', 'bad.py', 'lost.py'];
  const { said, unread, silent } = readBlack(text, { paths, root });
  expect(said.map(({ path }) => path)).toEqual(['a b.py']);
  expect(unread).toEqual([{ path: 'bad.py', reason: 'its syntax is broken' }]);
  expect(silent).toEqual(['lost.py']);
});

test('Bandit names files that it could not scan, and those that it left out', () => {
  const report = {
    errors: [{ filename: './bad.py', reason: 'syntax error' }],
    metrics: { './bad.py': {}, './a.py': {}, _totals: {} },
    results: [
      {
        filename: './a.py',
        test_id: 'B602',
        issue_severity: 'HIGH',
        issue_text: 'shell=True',
        line_number: 3,
        line_range: [3, 4],
        more_info: 'https://bandit.readthedocs.io/',
        code: 'the source, which nobody reads',
      },
    ],
  };
  const paths = ['a.py', 'bad.py', 'lost.py'];
  const read = readBandit(JSON.stringify(report), { paths, root });
  expect(read?.said).toMatchObject([{ path: 'a.py', rule: 'B602', level: 'error', endLine: 4 }]);
  expect(read?.unread.map(({ path }) => path)).toEqual(['bad.py', 'lost.py']);
  expect(JSON.stringify(read)).not.toContain('nobody reads');
});

test('mypy names the files at which it stopped, whatever a plugin prints between', () => {
  const line = {
    file: 'bad.py',
    line: 1,
    end_line: 1,
    message: 'm',
    code: 'syntax',
    severity: 'error',
  };
  const note = { ...line, severity: 'note', code: null };
  const text = `hello\n${JSON.stringify(line)}\n${JSON.stringify(note)}\n[1]\n`;
  const tail = 'src/deep.py:7: error: INTERNAL ERROR -- Please report';
  const read = readMypy(text, { root, tail });
  expect(read.said).toMatchObject([{ path: 'bad.py', rule: 'syntax', line: 1 }]);
  expect(read.culprits).toEqual(['bad.py', 'src/deep.py']);
});

test('Pyright counts lines from 0, we from 1', () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
  const each = { file: `${root}/a.py`, severity: 'information', message: 'm', range };
  const report = { generalDiagnostics: [each], summary: { filesAnalyzed: 1 } };
  expect(readPyright(JSON.stringify(report), root)).toMatchObject({
    said: [{ path: 'a.py', rule: 'syntax', level: 'note', line: 1, endLine: 2 }],
    files: 1,
  });
});

describe('semgrep', () => {
  const result = {
    check_id: 'r',
    path: 'a.py',
    start: { line: 2, col: 1 },
    end: { line: 3, col: 1 },
    extra: {
      message: 'No.',
      severity: 'ERROR',
      metadata: { cwe: ['CWE-89: SQL'] },
      lines: 'requires login',
      fingerprint: 'requires login',
    },
  };
  const read = (report: object, paths = ['a.py', 'b.py', 'c.rb']) =>
    readSemgrep(JSON.stringify({ results: [], errors: [], paths: { scanned: [] }, ...report }), {
      paths,
      root,
    });

  test('findings carry the weakness that they are of, and nothing of what needs a login', () => {
    const found = read({ results: [result], paths: { scanned: ['a.py', 'b.py'] } });
    expect(found).toEqual({
      said: [
        {
          rule: 'r',
          level: 'error',
          message: 'No. (CWE-89)',
          path: 'a.py',
          line: 2,
          endLine: 3,
          help: 'https://cwe.mitre.org/data/definitions/89.html',
        },
      ],
      unread: [],
    });
  });

  test('a file that it does not list was not looked at, unless no rule is for its language', () => {
    const errors = [{ type: 'Timeout', rule_id: 'slow', path: 'b.py', message: 'source' }];
    expect(read({ errors })).toEqual({
      said: [],
      unread: [
        { path: 'b.py', reason: 'Semgrep took too long over it, with slow' },
        { path: 'a.py', reason: 'Semgrep left it out' },
      ],
    });
  });

  test('an error of no file means that nothing can be told', () => {
    const errors = [{ type: 'Rule parse error', rule_id: 'broken', message: 'Invalid pattern' }];
    expect(read({ errors, results: [result] })).toBe('Semgrep stopped: Invalid pattern');
  });

  test.each(['a.py', 'src/b.mts', 'c.cjs', 'Dockerfile', 'web.Dockerfile', 'x/y.yaml', 'z.rb'])(
    '%s is looked at',
    (path) => {
      expect(semgrep.wants.test(path)).toBe(true);
    },
  );
});

describe('settings of Python', () => {
  const files = (texts: Record<string, string>) => ({
    paths: Object.keys(texts),
    read: (path: string) => Promise.resolve(texts[path]),
  });

  test.each<[string, Record<string, string>, boolean]>([
    ['its table', { 'pyproject.toml': '[tool.black]\nline-length = 80\n' }, true],
    ['its hook', { '.pre-commit-config.yaml': '    - id: black\n' }, true],
    ['another table', { 'pyproject.toml': '[tool.blackened]\n# [tool.black]\n' }, false],
    ['another hook', { '.pre-commit-config.yaml': '    - id: blacken-docs\n' }, false],
    ['nothing', { 'a.py': '' }, false],
  ])('Black and %s', async (_, texts, wanted) => {
    expect(await black.isFitting(files(texts))).toBe(wanted);
  });

  test('a section of an INI file counts as one of pyproject.toml does', async () => {
    const section = { files: ['setup.cfg'], name: 'mypy' };
    const tool = { files: /^$/, table: 'tool.mypy', section };
    expect(await configures(files({ 'setup.cfg': '[mypy]\n' }), tool)).toBe(true);
  });

  test('the lines of a table end where the next begins, also after a list over many lines', () => {
    const text = '[tool.bandit]\nskips = [\n  "B101",\n]\n[tool.bandit.x]\ny = 1\n';
    expect(tableOf(text, 'tool.bandit')).toBe('skips = [\n"B101",\n]');
  });
});
