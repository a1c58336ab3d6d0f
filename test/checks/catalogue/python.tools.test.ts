/** What the checks for Python tell of real files, also of hostile ones, with the real tools in the real sandbox. */
import { describe, expect, test } from 'vitest';
import type { Looked } from '#checks/check.ts';
import { bandit } from '#checks/catalogue/bandit.ts';
import { black } from '#checks/catalogue/black.ts';
import { mypy } from '#checks/catalogue/mypy.ts';
import { pyright } from '#checks/catalogue/pyright.ts';
import { ruffFormat } from '#checks/catalogue/ruff-format.ts';
import { ruff } from '#checks/catalogue/ruff.ts';
import { lookAt, missing, sideOf } from '../side.ts';

const found = (looked: Looked) =>
  'state' in looked
    ? [looked.state, looked.reason]
    : looked.said.map(({ path, line, rule, level }) => `${path}:${String(line)} ${rule} ${level}`);
const unread = (looked: Looked) =>
  'state' in looked ? looked.state : looked.unread?.map(({ path }) => path);

const deep = `x = ${'('.repeat(20_000)}1${')'.repeat(20_000)}\n`;
const minus = `x = ${'-'.repeat(4_900)}1\n`;
/** Modules of Python's own and of the tools, as a repository may name its files: none may be run. */
const impostors = Object.fromEntries(
  ['json', 'ast', 'typing', 'yaml', 'bandit', 'black', 'click', 'sitecustomize', 'pathspec'].map(
    (name) => [`${name}.py`, 'raise SystemExit(0)\n'],
  ),
);

describe.skipIf(missing(ruff))('ruff', () => {
  test('finds traps with a set of ours where nothing is configured, and leaves style alone', async () => {
    const looked = await lookAt(ruff, {
      'a.py': 'import os, sys\ndef f(x,y=[]):\n    return undefined_name\nprint( sys.argv )\n',
    });
    expect(found(looked)).toEqual([
      'a.py:1 F401 warning',
      'a.py:2 B006 warning',
      'a.py:3 F821 error',
    ]);
  });

  test('finds insecure calls whatever is configured or switched off in the line', async () => {
    const looked = await lookAt(ruff, {
      'pyproject.toml': '[tool.ruff.lint]\nselect = ["E711"]\n',
      'a.py':
        'import yaml\nx = yaml.load(open("f"))  # noqa\ny = eval(x)  # noqa: S307\nprint(x == None)\n',
      'tests/test_a.py': 'x = eval("1")\n',
    });
    expect(found(looked)).toEqual([
      'a.py:4 E711 warning',
      'a.py:2 S506 error',
      'a.py:3 S307 error',
    ]);
  });

  test('tells an error of syntax once, and goes on with the other files', async () => {
    const looked = await lookAt(ruff, {
      'bad.py': 'def (:\n',
      'deep.py': deep,
      'minus.py': minus,
      '-o.py': 'eval(x)\n',
      'sp ace.py': 'import os\n',
      'types.py': 'type X[T] = list[T]\n',
    });
    expect(found(looked)).toEqual(
      expect.arrayContaining([
        'bad.py:1 invalid-syntax error',
        '-o.py:1 F821 error',
        '-o.py:1 S307 error',
        'sp ace.py:1 F401 warning',
      ]),
    );
    const told = 'said' in looked ? looked.said.map((each) => JSON.stringify(each)) : [];
    expect(new Set(told).size).toBe(told.length);
    expect(unread(looked)).toEqual([]);
    expect(found(looked).filter((each) => each.startsWith('types.py'))).toEqual([]);
  });

  test('says that it could not look where its configuration cannot be read', async () => {
    const looked = await lookAt(ruff, {
      'ruff.toml': 'extend = "/etc/passwd"\n',
      'a.py': 'x = 1\n',
    });
    expect(looked).toMatchObject({ state: 'crashed' });
  });

  test('looks at cells of notebooks, whose lines it does not know', async () => {
    const cell = {
      cell_type: 'code',
      source: ['import os\n', 'eval(x)'],
      metadata: {},
      outputs: [],
      execution_count: null,
    };
    const notebook = {
      cells: [cell],
      metadata: { language_info: { name: 'python' } },
      nbformat: 4,
      nbformat_minor: 5,
    };
    const looked = await lookAt(ruff, { 'n.ipynb': JSON.stringify(notebook) });
    expect(found(looked)).toContain('n.ipynb:undefined S307 error');
  });

  test('leaves out what the repository excludes', async () => {
    const looked = await lookAt(ruff, {
      'ruff.toml': 'extend-exclude = ["gen"]\n[lint]\nselect = ["F"]\n',
      'gen/a.py': 'import os\n',
    });
    expect(found(looked)).toEqual([]);
  });

  test('mends what it can mend safely, and nothing else', async () => {
    const side = sideOf(ruff, { 'a.py': 'import os\n\n\ndef f(x=[]):\n    return x\n' });
    await ruff.fix?.(side);
    const { files } = await (await side.workspace()).collect();
    expect(files.map(({ path, content }) => [path, content?.text])).toEqual([
      ['a.py', '\n\ndef f(x=[]):\n    return x\n'],
    ]);
  });
});

describe.skipIf(missing(black))('formatters', () => {
  const files = {
    'pyproject.toml': '[tool.black]\nquiet = true\n[tool.ruff.format]\nquote-style = "single"\n',
    'fine.py': 'x = 1\n',
    'un formatted.py': 'x  = 1\n',
    'bad.py': 'def (:\n',
    '-c.py': 'y  = 1\n',
  };

  test('tell each file that they would change once, and name those that they cannot read', async () => {
    for (const check of [ruffFormat, black]) {
      const looked = await lookAt(check, files);
      expect(found(looked).sort()).toEqual([
        '-c.py:undefined unformatted warning',
        'un formatted.py:undefined unformatted warning',
      ]);
      expect(unread(looked)).toEqual(expect.arrayContaining(['bad.py']));
    }
  });

  test('write the files anew, and only those that need it', async () => {
    for (const check of [ruffFormat, black]) {
      const side = sideOf(check, files);
      await check.fix?.(side);
      const collected = await (await side.workspace()).collect();
      expect(collected.files.map(({ path }) => path).sort()).toEqual(['-c.py', 'un formatted.py']);
    }
  });

  test('Black says that it could not look where the repository wants another version of it', async () => {
    const pyproject = '[tool.black]\nrequired-version = "22"\n';
    const looked = await lookAt(black, { ...files, 'pyproject.toml': pyproject });
    expect(looked).toMatchObject({ state: 'crashed' });
    expect('reason' in looked && looked.reason).toContain('required version');
  });

  test('Black names a file that is too deep for it, and goes on with the others', async () => {
    const looked = await lookAt(black, {
      ...files,
      'deep.py': `x = ${'('.repeat(400)}1${')'.repeat(400)}\n`,
    });
    expect(found(looked)).toContain('-c.py:undefined unformatted warning');
    expect(unread(looked)).toEqual(expect.arrayContaining(['bad.py', 'deep.py']));
  });

  test('modules of the repository are not taken for those of Python', async () => {
    const looked = await lookAt(black, { ...impostors, 'a.py': 'x  = 1\n' });
    expect(found(looked)).toEqual(['a.py:undefined unformatted warning']);
  });
});

describe.skipIf(missing(bandit))('bandit', () => {
  test('is not silenced by the lines and settings of a repository, but by the rules that it leaves out', async () => {
    const looked = await lookAt(bandit, {
      '.bandit': '[bandit]\nskips: B101\nexclude: a.py\nbaseline: a.py\noutput: /tmp/x\n',
      'pyproject.toml': '[tool.bandit]\nskips = [\n  "B404",\n]\n',
      'a.py':
        'import subprocess\nassert 1\nsubprocess.call(x, shell=True)  # nosec\neval(y)  # nosec B307\n',
      'bad.py': 'def (:\n',
      'deep.py': deep,
      'minus.py': minus,
      '-o.py': 'eval(x)\n',
      ...impostors,
    });
    expect(found(looked).sort()).toEqual([
      '-o.py:1 B307 warning',
      'a.py:3 B602 error',
      'a.py:4 B307 warning',
    ]);
    expect(unread(looked)).toEqual(['bad.py', 'deep.py', 'minus.py']);
  });
});

describe.skipIf(missing(mypy))('mypy', () => {
  const source = 'from nowhere import z\nx: int = "a"\n\nclass A(z.B): ...\n';

  test('tells errors of types, and packages that are not there in one line', async () => {
    const looked = await lookAt(mypy, {
      'mypy.ini': '[mypy]\nstrict = true\n',
      'src/app/__init__.py': '',
      'src/app/a.py': source,
      'src/app/b.py': 'from app.a import x\ny: str = x\n',
      'tests/app/b.py': 'x: int = "a"\n',
    });
    expect(found(looked)).toEqual([
      'src/app/a.py:2 assignment error',
      'src/app/b.py:2 assignment error',
    ]);
    expect(looked).toMatchObject({ unread: [{ path: '.venv' }] });
  });

  test('goes on without a file that it cannot parse', async () => {
    const looked = await lookAt(mypy, {
      'mypy.ini': '[mypy]\n',
      'a.py': 'x: int = "a"\n',
      'bad.py': 'def (:\n',
      'deep.py': deep,
    });
    expect(found(looked)).toEqual(
      expect.arrayContaining(['bad.py:1 syntax error', 'a.py:1 assignment error']),
    );
    expect(unread(looked)).toEqual(expect.arrayContaining(['bad.py']));
  });

  test('says that it could not look where a plugin fails', async () => {
    const looked = await lookAt(mypy, {
      'mypy.ini': '[mypy]\nplugins = ./plugin.py\n',
      'plugin.py': 'raise Exception("no")\n',
      'a.py': 'x: int = "a"\n',
    });
    expect(looked).toMatchObject({ state: 'crashed' });
  });
});

describe.skipIf(missing(pyright))('pyright', () => {
  test('tells errors of types, and packages that are not there in one line', async () => {
    const looked = await lookAt(pyright, {
      'pyrightconfig.json': '{"typeCheckingMode": "strict"}',
      'a.py': 'from nowhere import z\n\nx: int = "a"\n\n\nclass A(z.B): ...\n',
      'bad.py': 'def (:\n',
    });
    expect(found(looked)).toEqual(
      expect.arrayContaining(['a.py:3 reportAssignmentType error', 'bad.py:1 syntax error']),
    );
    expect(found(looked).filter((each) => /Missing|Unknown|Untyped/.test(each))).toEqual([]);
    expect(looked).toMatchObject({ unread: [{ path: '.venv' }] });
  });

  test('says that it could not look with a configuration that cannot be read', async () => {
    const looked = await lookAt(pyright, {
      'pyrightconfig.json': '{"include": [',
      'a.py': 'x = 1\n',
    });
    expect(looked).toMatchObject({ state: 'crashed' });
  });
});
