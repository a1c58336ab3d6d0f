/** Whatever silences a tool is told, in the comments of its language and in what configures it. */
import { describe, expect, test } from 'vitest';
import { suppressions } from '#checks/catalogue/suppressions.ts';
import { said } from '../texts.ts';

/** Put together here, so that no tool takes a row for a comment of this file. */
const js = (words: string) => ['/', '/ ', words].join('');

describe('a comment that silences', () => {
  test.each([
    ['a.ts', `foo(); ${js('eslint-disable-line no-eval -- why')}`, 'eslint'],
    ['a.ts', '/* eslint no-eval: 0 */', 'eslint'],
    ['a.tsx', '{/* eslint-disable */}', 'eslint'],
    ['a.ts', js('@ts-ignore'), 'typescript'],
    ['a.ts', js('@ts-expect-error because'), 'typescript'],
    ['a.js', js('oxlint-disable-next-line'), 'oxlint'],
    ['a.js', js('biome-ignore lint/suspicious: x'), 'biome'],
    ['a.py', 'x = 1  # noqa: E501', 'flake8'],
    ['a.py', '# ruff: noqa', 'ruff'],
    ['a.py', 'import x  # type: ignore[import]', 'mypy'],
    ['a.py', 'eval(x)  # nosec B307', 'bandit'],
    ['a.py', '# pylint: disable=all', 'pylint'],
    ['a.py', 'x  # pyright: ignore', 'pyright'],
    ['a.sh', '# shellcheck disable=SC2086', 'shellcheck'],
    ['bin/run', '# shellcheck shell=bash disable=all', 'shellcheck'],
    ['Dockerfile', '# hadolint ignore=DL3008', 'hadolint'],
    ['.github/workflows/a.yml', 'uses: a/b@v1 # zizmor: ignore[unpinned-uses]', 'zizmor'],
    ['a.go', `x() ${js('nolint:errcheck')}`, 'golangci-lint'],
    ['a.rs', '#[allow(unsafe_code)]', 'clippy'],
    ['a.java', '@SuppressWarnings("all")', 'compiler'],
    ['a.c', js('NOLINT'), 'clang-tidy'],
    ['a.rb', '# rubocop:disable all', 'rubocop'],
    ['a.php', js('@phpstan-ignore-next-line'), 'phpstan'],
    ['a.ts', `x ${js('nosemgrep')}`, 'semgrep'],
    ['a.env', 'K=1 # gitleaks:allow', 'secrets'],
  ])('%s: %s', async (path, line, tool) => {
    expect(await said(suppressions, { [path]: `\n${line}\n` })).toEqual([`${path}:2 ${tool}`]);
  });
});

test.each([
  ['a.ts', "const word = 'eslint-disable';"],
  ['a.ts', js('the directive is described elsewhere')],
  ['a.py', 'text = "type: ignore me not"'],
  ['README.rst', '# noqa'],
  ['a.ts', 'const noqa = nosec;'],
])('%s: %s silences nothing', async (path, line) => {
  expect(await said(suppressions, { [path]: line })).toEqual([]);
});

describe('what configures a tool', () => {
  test.each([
    ['.eslintignore', '# why\nsrc/\n', [2]],
    [
      'eslint.config.js',
      "rules: {\n  'no-eval': 'off',\n  'no-var': 'error',\n  eqeqeq: [0],\n}",
      [2, 4],
    ],
    ['.eslintrc.json', '{\n"ignorePatterns": [\n"a",\n"b"\n],\n"rules": {}\n}', [2, 3, 4]],
    ['tsconfig.json', '{\n"strict": false,\n"noEmit": true\n}', [2]],
    [
      'pyproject.toml',
      '[tool.ruff.lint]\nselect = ["E"]\nignore = [\n  "E501",\n]\nx = 1\n',
      [3, 4],
    ],
    ['pyproject.toml', '[tool.mypy]\nstrict = true\nignore_errors = true\n', [3]],
    ['setup.cfg', '[flake8]\nextend-ignore =\n  E203,\n  W503\nmax-line-length = 100\n', [2, 3, 4]],
    ['.shellcheckrc', 'disable=SC2086\n', [1]],
    ['.hadolint.yaml', 'ignored:\n  - DL3008\n', [2]],
    ['biome.json', '{\n"noEval": "off",\n"x": 1\n}', [2]],
    ['.rubocop.yml', 'Style/A:\n  Enabled: false\n', [2]],
    ['.github/sluice.yml', 'checks:\n  secrets: off\n  ruff: on\n', [2]],
  ])('%s', async (path, text, lines) => {
    const found = await said(suppressions, { [path]: text });
    expect(found.map((each) => Number(/:(\d+) /.exec(each)?.[1]))).toEqual(lines);
  });
});
