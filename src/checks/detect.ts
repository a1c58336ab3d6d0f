/** How a repository's tests are run: as its settings say, else as its scripts, packages and files tell. */
import { z } from 'zod';
import type { Settings } from '#core/settings.ts';
import { runners } from './runners/all.ts';
import { pytest } from './runners/pytest.ts';
import { javascriptTest, type Runner } from './runners/runner.ts';
import { readManifest, unfold, type Files, type PackageManifest } from './scripts.ts';
import type { ScriptCommand } from './words.ts';

/** How the tests are run. Plain data, so that a step can keep it. */
export const Suite = z.object({
  /** A runner's name, or `junit` where the settings name the report. */
  runner: z.string(),
  /** The whole suite, as a person types it. */
  typed: z.string(),
  /** The runner's own words around its name; for `junit` the script as it stands. */
  word: z.string(),
  before: z.array(z.string()),
  flags: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  /** What the script does before it tests (a build), each as words. */
  prepare: z.array(z.array(z.string())),
  /** Where `junit` finds the report, relative to the repository's root; null for our own place. */
  report: z.string().nullable(),
});
export type Suite = Readonly<z.infer<typeof Suite>>;

export type Detected = { readonly suite: Suite } | { readonly missing: string };

const scriptNames = ['test', 'test:unit', 'unit', 'tests', 'test:ci', 'test:node'];
const noManifest: PackageManifest = { scripts: new Map(), packages: new Set() };

export async function detectSuite(files: Files, settings: Settings): Promise<Detected> {
  const manifest = (await readManifest(files)) ?? noManifest;
  const { test, report } = settings.commands;
  if (test !== undefined) return configured(test, report, manifest);
  const scripted = scriptNames
    .filter((name) => manifest.scripts.has(name))
    .map((name) => fromScript(name === 'test' ? 'npm test' : `npm run ${name}`, manifest))
    .find((suite) => suite !== undefined);
  // A script that cannot be read says that the files alone are not the whole story.
  const unread = /^(?!echo .*no test specified)/.test(
    manifest.scripts.get('test') ?? 'echo no test specified',
  );
  const suite = scripted ?? fromPackages(manifest) ?? (unread ? undefined : await fromFiles(files));
  return suite ? { suite } : { missing: missingReason(manifest) };
}

function configured(test: string, report: string | undefined, manifest: PackageManifest): Detected {
  if (report !== undefined) {
    return { suite: { ...bare('junit', test), word: asScript(test, manifest), report } };
  }
  const suite = fromScript(test, manifest);
  const known = runners.map(({ name }) => name).join(', ');
  const missing =
    `commands.test in .github/sluice.yml, \`${test}\`, calls none of the runners whose results can be read ` +
    `(${known}). Let it write JUnit XML and name that file in commands.report.`;
  return suite ? { suite } : { missing };
}

/** The last command that is a runner; builds before it are kept, linters are not: they have their own place. */
function fromScript(typed: string, { scripts }: PackageManifest): Suite | undefined {
  const commands = unfold(typed, scripts);
  for (const [at, command] of [...commands.entries()].reverse()) {
    const runner = runners.find(({ find }) => find(command.words) >= 0);
    if (runner === undefined) continue;
    const index = runner.find(command.words);
    return {
      ...bare(runner.name, typed),
      word: command.words[index] ?? '',
      before: command.words.slice(0, index),
      flags: command.words.slice(index + 1),
      environment: { ...command.environment },
      prepare: commands
        .slice(0, at)
        .filter(isPreparing)
        .map(({ words }) => [...words]),
    };
  }
  return undefined;
}

const looking =
  /^(?:eslint|prettier|xo|standard|biome|oxlint|ruff|echo|tslint|knip|cspell|publint)$/;

function isPreparing({ words }: ScriptCommand): boolean {
  return words[0] !== undefined && !looking.test(words[0]) && !words.includes('--noEmit');
}

function fromPackages({ packages }: PackageManifest): Suite | undefined {
  const found = runners.find(({ name }) => packages.has(name));
  return found && ofRunner(found);
}

async function fromFiles(files: Files): Promise<Suite | undefined> {
  const { paths } = files;
  if (paths.includes('package.json') && paths.some((path) => javascriptTest.test(path))) {
    return { ...bare('node:test', 'node --test'), word: 'node', flags: ['--test'] };
  }
  if (!paths.some((path) => pytest.testFile.test(path))) return undefined;
  const telling =
    /(?:^|\/)(?:pytest\.ini|conftest\.py|pyproject\.toml|setup\.cfg|tox\.ini|requirements[^/]*\.txt)$/;
  const texts = await Promise.all(
    paths.filter((path) => telling.test(path)).map((path) => files.read(path)),
  );
  const told = paths.some((path) => /(?:^|\/)(?:pytest\.ini|conftest\.py)$/.test(path));
  return told || texts.some((text) => text?.includes('pytest')) ? ofRunner(pytest) : undefined;
}

function ofRunner(runner: Runner): Suite {
  return { ...bare(runner.name, runner.typed([])), word: runner.name };
}

function bare(runner: string, typed: string): Suite {
  const nothing = { word: '', before: [], flags: [], environment: {}, prepare: [], report: null };
  return { runner, typed, ...nothing };
}

/** `npm run NAME` as the script behind it: npm itself is not in the sandbox's path. */
function asScript(test: string, { scripts }: PackageManifest): string {
  const [, name] = /^npm (?:run )?(?:--silent |-s )?([\w:.-]+)$/.exec(test) ?? [];
  return scripts.get(name ?? '') ?? test;
}

function missingReason({ scripts }: PackageManifest): string {
  const test = scripts.get('test');
  const found = test === undefined ? 'No tests were found' : `The test script is \`${test}\``;
  return (
    `${found}, and none of the runners whose results can be read (vitest, jest, mocha, node:test, pytest). ` +
    'Name the command in .github/sluice.yml as commands.test, with commands.report where it writes JUnit XML.'
  );
}
