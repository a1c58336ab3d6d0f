/** Directives: how a comment in a file tells a tool to be silent, by tool and by the comments of the language. */

export interface Directive {
  /** The tool that is silenced. */
  readonly tool: string;
  /** Where it is read. */
  readonly files: RegExp;
  readonly pattern: RegExp;
}

const script = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/i;
const style = /\.(?:css|scss|less|sass)$/i;
const python = /\.(?:pyi?|ipynb)$/i;
const shell = /\.(?:sh|bash|zsh|ksh|bats)$|(?:^|\/)(?:\.?(?:bashrc|profile|envrc)|[^/.]+)$/i;
const yaml = /\.ya?ml$/i;
const any = /./;

/** Behind the sign of a comment of languages like C, and of HTML. */
const slashed = (words: string) =>
  new RegExp(`(?:\\/\\/|\\/\\*|^\\s*\\*|<!--)[\\s*!]*(?:${words})`);
/** Behind a `#`; Python's tools read theirs also behind other comments. */
const hashed = (words: string) => new RegExp(`#[^"'\\n]{0,200}?(?:${words})`, 'i');
/** Behind the sign of a comment of any language. */
const commented = (words: string) =>
  new RegExp(`(?:#|\\/\\/|\\/\\*|^\\s*\\*|<!--|--|;|%|\\{\\{!)[^"'\\n]{0,200}?(?:${words})`);

export const directives: readonly Directive[] = [
  {
    tool: 'eslint',
    files: script,
    // A rule that is given a level in a comment is switched as well.
    pattern: slashed('eslint-disable(?:-next-line|-line)?\\b|eslint\\s+[@\\w/-]+\\s*:'),
  },
  { tool: 'oxlint', files: script, pattern: slashed('oxlint-disable(?:-next-line|-line)?\\b') },
  { tool: 'tslint', files: script, pattern: slashed('tslint:disable') },
  { tool: 'typescript', files: script, pattern: slashed('@ts-(?:ignore|nocheck|expect-error)\\b') },
  { tool: 'flow', files: script, pattern: slashed('\\$Flow(?:FixMe|Ignore|Issue)|@noflow\\b') },
  {
    tool: 'coverage',
    files: script,
    pattern: slashed('(?:istanbul|c8|v8|node:coverage) (?:ignore|disable)'),
  },
  {
    tool: 'biome',
    files: /\.(?:[cm]?[jt]sx?|vue|svelte|astro|css|jsonc?|graphql)$/i,
    pattern: commented('biome-ignore(?:-all|-start)?\\b'),
  },
  { tool: 'stylelint', files: style, pattern: slashed('stylelint-disable') },
  { tool: 'ruff', files: python, pattern: hashed('\\bruff:\\s*noqa\\b') },
  {
    tool: 'flake8',
    files: python,
    pattern: hashed('\\b(?<!ruff:\\s{0,5})(?:flake8:\\s*)?noqa\\b'),
  },
  { tool: 'bandit', files: python, pattern: hashed('\\bnosec\\b') },
  {
    tool: 'mypy',
    files: python,
    pattern: hashed(
      '\\btype:\\s*ignore\\b|\\bmypy:\\s*(?:ignore-errors|disable-error-code|allow-)',
    ),
  },
  {
    tool: 'pyright',
    files: python,
    pattern: hashed(
      '\\bpyright:\\s*(?:ignore|basic)\\b|\\bpyright:\\s*report\\w+\\s*=\\s*(?:false|none)',
    ),
  },
  { tool: 'pylint', files: python, pattern: hashed('\\bpylint:\\s*(?:disable|skip-file)') },
  { tool: 'pyre', files: python, pattern: hashed('\\bpyre-(?:ignore|fixme|unsafe)') },
  { tool: 'coverage', files: python, pattern: hashed('\\bpragma:\\s*no (?:cover|branch)\\b') },
  {
    tool: 'shellcheck',
    files: shell,
    pattern: hashed('\\bshellcheck\\s+(?:[\\w-]+=\\S+\\s+)*disable='),
  },
  {
    tool: 'hadolint',
    files: /(?:^|\/)(?:[\w.-]*Dockerfile[\w.-]*|Containerfile)$/i,
    pattern: hashed('\\bhadolint\\s+(?:global\\s+)?ignore='),
  },
  { tool: 'zizmor', files: yaml, pattern: hashed('\\bzizmor:\\s*ignore') },
  { tool: 'yamllint', files: yaml, pattern: hashed('\\byamllint disable') },
  { tool: 'ansible-lint', files: yaml, pattern: hashed('\\bnoqa\\b') },
  { tool: 'golangci-lint', files: /\.go$/, pattern: /\/\/\s*nolint\b|\/\/lint:ignore\b|#nosec\b/ },
  {
    tool: 'rubocop',
    files: /\.rb$|(?:^|\/)(?:Gemfile|Rakefile)$/,
    pattern: hashed('\\b(?:rubocop|standard):\\s*(?:disable|todo)\\b'),
  },
  {
    tool: 'phpstan',
    files: /\.php$/i,
    pattern: commented('@phpstan-ignore|@psalm-suppress|phpcs:(?:ignore|disable)'),
  },
  { tool: 'clippy', files: /\.rs$/, pattern: /#!?\[(?:cfg_attr\([^)]*,\s*)?(?:allow|expect)\(/ },
  {
    tool: 'compiler',
    files: /\.(?:java|kts?|scala|groovy)$/,
    pattern:
      /@(?:file:)?Suppress(?:Warnings|Lint)?\s*\(|\/\/\s*(?:NOPMD|NOSONAR|noinspection)\b|\bCHECKSTYLE:OFF\b/,
  },
  { tool: 'swiftlint', files: /\.swift$/, pattern: slashed('swiftlint:disable') },
  {
    tool: 'compiler',
    files: /\.(?:cs|fs|vb)$/i,
    pattern: /#pragma\s+warning\s+disable|\[(?:assembly:\s*)?SuppressMessage\(|#nullable\s+disable/,
  },
  {
    tool: 'clang-tidy',
    files: /\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|m|mm)$/i,
    pattern:
      /\/[/*]\s*(?:NOLINT(?:NEXTLINE|BEGIN)?\b|cppcheck-suppress\b|coverity\[)|#pragma\s+(?:GCC|clang)\s+diagnostic\s+ignored/,
  },
  {
    tool: 'terraform',
    files: /\.(?:tf|hcl)$/,
    pattern: hashed('\\b(?:tfsec|checkov|trivy|tflint)[:-]\\s*(?:ignore|skip)'),
  },
  { tool: 'markdownlint', files: /\.mdx?$/i, pattern: /<!--\s*markdownlint-(?:disable|configure)/ },
  { tool: 'semgrep', files: any, pattern: commented('\\bnosem(?:grep)?\\b') },
  { tool: 'ast-grep', files: any, pattern: commented('\\bast-grep-ignore\\b') },
  {
    tool: 'secrets',
    files: any,
    pattern: commented(
      'gitleaks:allow|trufflehog:ignore|secretlint-disable|pragma:\\s*(?:allowlist|whitelist) (?:nextline )?secret',
    ),
  },
  { tool: 'codeql', files: any, pattern: commented('\\b(?:lgtm\\s*\\[|codeql\\s*\\[)') },
  { tool: 'sonar', files: any, pattern: commented('\\bNOSONAR\\b') },
  { tool: 'cspell', files: any, pattern: commented('\\b(?:cspell|spell-checker):\\s*disable') },
];
