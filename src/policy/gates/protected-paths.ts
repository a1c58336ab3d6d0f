/** Protected paths: automation, configuration, dependencies and instructions stay in people's hands. */
import type { Gate } from './gate.ts';
import { listed, verdict } from '#policy/reasons.ts';

const families: readonly (readonly [string, RegExp])[] = [
  ['hidden folders and files, among them workflows and package manager settings', /(?:^|\/)\./],
  ['code owners', /(?:^|\/)codeowners$/i],
  [
    'dependencies',
    /(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-(?:lock|workspace)\.ya?ml|bun\.lockb?|deno\.(?:jsonc?|lock)|requirements[^/]*\.(?:txt|in)|pyproject\.toml|setup\.(?:py|cfg)|pipfile(?:\.lock)?|poetry\.lock|uv\.lock|cargo\.(?:toml|lock)|go\.(?:mod|sum|work)|gemfile(?:\.lock)?|composer\.(?:json|lock)|pom\.xml|(?:build|settings)\.gradle(?:\.kts)?|gradle\.properties|gradle-wrapper\.(?:jar|properties)|gradlew(?:\.bat)?|mvnw(?:\.cmd)?|build\.sbt|mix\.(?:exs|lock)|package\.(?:swift|resolved|yaml|json5)|pubspec\.(?:yaml|lock)|podfile(?:\.lock)?|cartfile(?:\.resolved)?|constraints[^/]*\.txt|environment\.ya?ml|manifest\.in|[^/]*\.(?:gemspec|podspec|cabal|[cfv]s(?:proj|props))|packages\.(?:config|lock\.json)|directory\.(?:build|packages)\.(?:props|targets)|flake\.(?:nix|lock)|brewfile(?:\.lock\.json)?|import_map\.json|rush\.json|module\.bazel(?:\.lock)?|workspace(?:\.bazel)?)$/i,
  ],
  [
    'settings of package managers',
    /(?:^|\/)(?:bunfig\.toml|pip\.(?:conf|ini)|nuget\.config|npmrc|yarnrc(?:\.yml)?|uv\.toml)$/i,
  ],
  [
    'hooks',
    /(?:^|\/)[\w.-]*hooks\/(?:pre|post|commit|prepare|update|applypatch|sendemail|fsmonitor|reference)[\w.-]*$|(?:^|\/)(?:lefthook|pre-commit-config)\.(?:ya?ml|toml|json)$/i,
  ],
  [
    'code that is run without being asked for',
    /(?:^|\/)(?:sitecustomize|usercustomize)\.py$|\.pth$|(?:^|\/)(?:build\.rs|extconf\.rb|binding\.gyp)$/i,
  ],
  ['installed packages', /(?:^|\/)(?:node_modules|vendor|site-packages)\//i],
  [
    'configuration of tests, linters and compilers',
    /(?:^|\/)(?:(?:vitest|vite|jest|playwright|cypress|karma|ava|babel|eslint|prettier|stylelint|commitlint|lint-staged|rollup|webpack|next|nuxt|svelte|astro|metro|tsup|esbuild|rspack|wdio|codecept|c8|nyc|stryker)\.(?:config|setup|workspace)\.[\w.]+|mocha\.opts|pytest\.ini|tox\.ini|noxfile\.py|conftest\.py|ruff\.toml|mypy\.ini|tsconfig[^/]*\.json|jsconfig\.json|biome\.jsonc?|(?:gnu)?makefile|justfile|rakefile|taskfile\.ya?ml|cmakelists\.txt|meson\.build|golangci\.ya?ml|rubocop\.ya?ml|phpunit\.xml(?:\.dist)?|phpstan\.neon(?:\.dist)?|pyrightconfig\.json|pylintrc|dockerfile(?:\.[^/]+)?|[^/]*\.dockerfile|action\.ya?ml|azure-pipelines\.ya?ml|bitbucket-pipelines\.ya?ml|(?:gulp|grunt)file\.[\w.]+|(?:turbo|nx|lerna)\.json|docker-compose[^/]*\.ya?ml|jenkinsfile)$/i,
  ],
  [
    'instructions for agents',
    /(?:^|\/)(?:(?:agents?|claude|gemini|qwen|warp|crush|jules|codex|copilot-instructions|conventions|skill)(?:\.[\w-]+)?\.md|llms(?:-full)?\.txt|[^/]*\.(?:mdc|(?:prompt|instructions|chatmode|agent)\.md))$/i,
  ],
];

export const protectedPaths: Gate = {
  name: 'protected-paths',
  asks: 'The change touches no workflow, manifest, lockfile, configuration or other protected path.',
  decide: ({ change }) =>
    verdict('protected-paths', protectedReasons(change.files.map(({ path }) => path))),
};

/** Which of these paths a change may not touch, as sentences by family. */
export function protectedReasons(paths: readonly string[]): readonly string[] {
  return families.flatMap(([family, pattern]) => {
    // Also where a name only looks like one of these to some file systems.
    const hit = paths.filter((path) => pattern.test(path) || pattern.test(path.normalize('NFKC')));
    return hit.length === 0
      ? []
      : [`The change touches ${family}, which only people may change: ${listed(hit)}.`];
  });
}
