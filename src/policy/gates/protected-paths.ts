/** Protected paths: automation, configuration, dependencies and instructions stay in people's hands. */
import type { Gate } from './gate.ts';
import { listed, verdict } from '#policy/reasons.ts';

const families: readonly (readonly [string, RegExp])[] = [
  ['hidden folders and files, among them workflows and package manager settings', /(?:^|\/)\./],
  ['code owners', /(?:^|\/)codeowners$/i],
  [
    'dependencies',
    /(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-(?:lock|workspace)\.ya?ml|bun\.lockb?|deno\.(?:jsonc?|lock)|requirements[^/]*\.(?:txt|in)|pyproject\.toml|setup\.(?:py|cfg)|pipfile(?:\.lock)?|poetry\.lock|uv\.lock|cargo\.(?:toml|lock)|go\.(?:mod|sum|work)|gemfile(?:\.lock)?|composer\.(?:json|lock)|pom\.xml|build\.gradle(?:\.kts)?)$/i,
  ],
  ['installed packages', /(?:^|\/)(?:node_modules|vendor|site-packages)\//i],
  [
    'configuration of tests, linters and compilers',
    /(?:^|\/)(?:(?:vitest|vite|jest|playwright|cypress|karma|ava|babel|eslint|prettier|stylelint|commitlint|lint-staged|rollup|webpack)\.(?:config|setup|workspace)\.[\w.]+|mocha\.opts|pytest\.ini|tox\.ini|noxfile\.py|conftest\.py|ruff\.toml|mypy\.ini|tsconfig[^/]*\.json|jsconfig\.json|biome\.jsonc?|makefile|justfile|dockerfile(?:\.[^/]+)?|[^/]*\.dockerfile|action\.ya?ml|azure-pipelines\.ya?ml|bitbucket-pipelines\.ya?ml|(?:gulp|grunt)file\.[\w.]+|(?:turbo|nx|lerna)\.json|docker-compose[^/]*\.ya?ml|jenkinsfile)$/i,
  ],
  ['instructions for agents', /(?:^|\/)(?:agents|claude|gemini|copilot-instructions)\.md$/i],
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
    const hit = paths.filter((path) => pattern.test(path));
    return hit.length === 0
      ? []
      : [`The change touches ${family}, which only people may change: ${listed(hit)}.`];
  });
}
