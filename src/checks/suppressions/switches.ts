/** Switches: lines in ignore files and in the configuration of tools that take files or rules out of their sight. */

/** How lines of some files switch something off. */
export interface Switches {
  readonly tool: string;
  readonly files: RegExp;
  /** One line by itself. */
  readonly lines?: RegExp;
  /** A line that opens a list; every line of it counts until one fits `closes`. */
  readonly opens?: RegExp;
  readonly closes?: RegExp;
}

const named = (words: string) => new RegExp(`(?:^|\\/)(?:${words})$`, 'i');

/** `"rule": "off"`, `rule: 0`, `'rule': ['off', ...]`: JSON, JavaScript and YAML alike. */
const off =
  /^\s*["']?[@\w/.-]+["']?\s*:\s*\[?\s*(?:["']?(?:off|allow)["']?|0|false|null)\s*[,\]}]*\s*(?:\/\/.*|#.*)?$/i;
const bracket = /\]/;
const outdented = /^\S|^\s*[\w.-]+\s*[:=]/;

export const switches: readonly Switches[] = [
  {
    tool: 'ignore file',
    files: named(
      '\\.(?:eslint|oxlint|biome|stylelint|semgrep|secretlint|gitleaks|trivy|bandit|pylint|markdownlint|checkov|snyk|codacy|codeclimate|prettier|hadolint)ignore',
    ),
    lines: /^\s*[^\s#]/,
  },
  {
    tool: 'eslint',
    files: named('\\.eslintrc(?:\\.\\w+)?|eslint\\.config\\.[cm]?[jt]s'),
    lines: off,
    opens: /\b(?:ignores|ignorePatterns|globalIgnores)\b.*[[(]/,
    closes: bracket,
  },
  {
    tool: 'oxlint',
    files: named('\\.oxlintrc\\.jsonc?|oxlint\\.config\\.[cm]?[jt]s'),
    lines: off,
    opens: /["']?ignorePatterns["']?\s*:\s*\[/,
    closes: bracket,
  },
  {
    tool: 'biome',
    files: named('\\.?biome\\.jsonc?'),
    lines: /"(?:off|!{1,2}[^"]+)"|"enabled"\s*:\s*false|"recommended"\s*:\s*false/,
  },
  { tool: 'stylelint', files: named('\\.stylelintrc(?:\\.\\w+)?'), lines: off },
  {
    tool: 'typescript',
    files: named('(?:[\\w.-]+\\.)?tsconfig(?:\\.[\\w.-]+)?\\.json|jsconfig\\.json'),
    lines:
      /"(?:strict\w*|noImplicit\w+|noUnchecked\w+|noUnused\w+|checkJs|useUnknownInCatchVariables|alwaysStrict|exactOptionalPropertyTypes)"\s*:\s*false/,
  },
  {
    tool: 'ruff',
    files: named('\\.?ruff\\.toml|pyproject\\.toml'),
    lines:
      /^\s*(?:unfixable|per-file-ignores|extend-per-file-ignores)\s*=|^\s*["'][^"']+["']\s*=\s*\[\s*["'][A-Z]+\d*["']/,
    opens: /^\s*(?:extend-)?(?:ignore|exclude)\s*=\s*\[/,
    closes: bracket,
  },
  {
    tool: 'python tools',
    files: named(
      'pyproject\\.toml|\\.?mypy\\.ini|setup\\.cfg|tox\\.ini|\\.flake8|\\.?pylintrc|\\.bandit|pyrightconfig\\.json',
    ),
    lines:
      /^\s*["']?(?:ignore_errors|ignore_missing_imports|ignoreErrors)["']?\s*[=:]\s*true|^\s*["']?(?:disallow_\w+|check_untyped_defs|warn_\w+|strict)["']?\s*[=:]\s*false|^\s*["']?report\w+["']?\s*[=:]\s*["']?(?:none|false)/i,
    opens:
      /^\s*["']?(?:skips|disable|disable_error_code|exclude_dirs)["']?\s*[=:]|^\s*(?:extend-ignore|per-file-ignores|ignore|exclude|extend-exclude)\s*=\s*(?![[\s])/,
    closes: outdented,
  },
  { tool: 'shellcheck', files: named('\\.?shellcheckrc'), lines: /^\s*disable\s*=/ },
  {
    tool: 'hadolint',
    files: named('\\.?hadolint\\.ya?ml'),
    lines:
      /^\s*(?:-\s*(?:DL|SC)\d{4}|failure-threshold:\s*none|no-fail:\s*true|disable-ignore-pragma:\s*false)/,
  },
  {
    tool: 'zizmor',
    files: named('\\.?(?:github\\/)?zizmor\\.ya?ml'),
    lines: /^\s*(?:disable:\s*true|-\s+[\w./-]+\.ya?ml)/,
  },
  {
    tool: 'golangci-lint',
    files: named('\\.golangci\\.(?:ya?ml|toml|json)'),
    opens: /^\s*(?:disable|exclude-rules|exclude|skip-dirs|skip-files|exclusions):/,
    closes: outdented,
    lines: /^\s*(?:disable-all|tests):\s*(?:true|false)/,
  },
  {
    tool: 'rubocop',
    files: named('\\.rubocop(?:_todo)?\\.yml'),
    lines: /^\s*Enabled:\s*false|^\s*DisabledByDefault:\s*true/,
    opens: /^\s*Exclude:/,
    closes: outdented,
  },
  {
    tool: 'phpstan',
    files: named('phpstan(?:-baseline)?\\.neon(?:\\.dist)?'),
    opens: /^\s*(?:ignoreErrors|excludePaths):/,
    closes: /^\s*(?!message|path|count|identifier|-)\w+:/,
  },
  {
    tool: 'clippy',
    files: named('Cargo\\.toml|clippy\\.toml'),
    lines: /^\s*[\w-]+\s*=\s*(?:"allow"|\{\s*level\s*=\s*"allow")/,
  },
  {
    tool: 'gitleaks',
    files: named('\\.?gitleaks\\.toml'),
    lines: /^\s*\[+(?:rules\.)?allowlists?\]+|^\s*(?:regexes|paths|commits|stopwords)\s*=/,
  },
  {
    tool: 'pre-commit',
    files: named('\\.pre-commit-config\\.yaml'),
    lines: /^\s*(?:exclude|skip):\s*\S/,
  },
  {
    tool: 'codeql',
    files: named('\\.github\\/codeql\\/[^/]+\\.ya?ml|\\.lgtm\\.yml'),
    opens: /^\s*(?:paths-ignore|query-filters):/,
    closes: outdented,
  },
  {
    tool: 'sluice',
    files: named('\\.github\\/sluice\\.ya?ml'),
    lines: /^\s*[\w-]+\s*:\s*(?:["']?off["']?|\{\s*level:\s*off)|^\s*(?:level:\s*off|except:)/,
  },
];
