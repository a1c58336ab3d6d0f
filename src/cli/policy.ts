/** `policy`: tries rules of owners on recorded facts, and prints what they may use. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { openLog, openRules, openRuns, openSandbox, readPolicies } from '#app.ts';
import { readConfig } from '#config.ts';
import { asSluiceError, SluiceError } from '#core/errors.ts';
import { compareAnswers, readCases, type PolicyCase } from '#core/policy-cases.ts';
import { exampleFacts, policyFactsSchema } from '#core/policy-facts.ts';
import { answer, table, type Environment } from './answer.ts';

interface TestOptions {
  readonly facts?: string;
  readonly json?: boolean;
}

async function test(
  environment: Environment,
  files: readonly string[],
  { facts, json }: TestOptions,
): Promise<void> {
  const cases =
    facts === undefined
      ? [{ name: 'example', facts: exampleFacts, expect: {} }]
      : await casesAt(facts);
  const config = readConfig(environment);
  const sets = await Promise.all(files.map((file) => readPolicies(file)));
  const set = {
    policies: sets.flatMap(({ policies }) => policies),
    rego: sets.flatMap(({ rego }) => rego),
  };
  const sandbox = openSandbox({ config, log: openLog('warn') });
  try {
    const rules = openRules(config, sandbox);
    const tried = [];
    for (const one of cases) {
      const ruled = await rules.ask(set, one.facts);
      tried.push({ name: one.name, ruled, expected: compareAnswers(one.expect, ruled) });
    }
    tell(tried, json);
  } finally {
    await sandbox.close();
  }
}

interface Tried {
  readonly name: string;
  readonly ruled: Awaited<ReturnType<ReturnType<typeof openRules>['ask']>>;
  readonly expected: ReturnType<typeof compareAnswers>;
}

function tell(tried: readonly Tried[], json: boolean | undefined): void {
  const cases = tried.map(({ name, ruled, expected }) => ({
    ...{ name, expected, holds: expected.every(({ holds }) => holds) },
    rules: ruled.map(({ name: rule, answer: said, reason, lift }) => {
      return { rule, answer: said, reason, lift };
    }),
  }));
  const lines = cases.flatMap(({ name, rules, expected }) => [
    `${name}:`,
    ...table(rules.map(({ rule, answer: said, reason }) => [`  ${said}`, rule, reason])),
    ...expected
      .filter(({ holds }) => !holds)
      .map(
        ({ rule, expected: wanted, given }) =>
          `  expected ${wanted} of ${rule}, which ${given === null ? 'is no rule here' : `said ${given}`}`,
      ),
  ]);
  const holds = cases.every((one) => one.holds);
  answer(json, { holds, cases }, lines);
  process.exitCode = holds ? 0 : 1;
}

/** One JSON file, or all of a folder. */
async function casesAt(path: string): Promise<readonly PolicyCase[]> {
  const isFolder = (await stat(path).catch(unreadable(path))).isDirectory();
  const names = isFolder ? (await readdir(path)).filter((name) => name.endsWith('.json')) : [''];
  const cases = await Promise.all(names.sort().map((name) => casesIn(join(path, name))));
  if (cases.flat().length === 0) throw invalid(`--facts: ${path} holds no facts.`);
  return cases.flat();
}

async function casesIn(path: string): Promise<readonly PolicyCase[]> {
  const text = await readFile(path, 'utf8').catch(unreadable(path));
  const cases = readCases(parsed(path, text), basename(path, '.json'));
  if (typeof cases === 'string') throw invalid(`--facts: ${path} holds no facts. ${cases}`);
  return cases;
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    return unreadable(path)(thrown);
  }
}

function unreadable(path: string) {
  return (thrown: unknown): never => {
    throw invalid(`--facts: ${path} cannot be read: ${asSluiceError(thrown).message}`);
  };
}

function invalid(message: string): SluiceError {
  const hint = '`policy facts` prints what facts look like.';
  return new SluiceError({ code: 'facts-invalid', kind: 'invalid', message, hint });
}

interface FactsOptions {
  readonly example?: boolean;
  readonly run?: string;
}

async function facts(environment: Environment, { example, run }: FactsOptions): Promise<void> {
  const document =
    run !== undefined
      ? await factsOf(environment, run)
      : example === true
        ? exampleFacts
        : { schema: policyFactsSchema(), example: exampleFacts };
  answer(true, document, []);
}

/** Those that were kept of a run. */
async function factsOf(environment: Environment, run: string): Promise<unknown> {
  const opened = await openRuns({ config: readConfig(environment), log: openLog('warn') });
  try {
    const steps = await opened.store.steps(run);
    const kept = steps.find(({ name, state }) => name === 'policy-facts' && state === 'done');
    if (kept === undefined) throw invalid(`Run ${run} has no facts: it did not come so far.`);
    return kept.output;
  } finally {
    await opened.close();
  }
}

export function policyCommand(environment: Environment): Command {
  return new Command()
    .description("Tries owners' rules on recorded facts, and prints what rules may use.")
    .addCommand(
      new Command('test')
        .description(
          'Asks the rules of files about recorded facts; an answer that is not the expected one fails.',
        )
        .argument('<file...>', 'sluice.yml, a file of policies, a file in Rego, or a folder')
        .option(
          '--facts <path>',
          'a JSON file of facts or cases, or a folder (default: an example)',
        )
        .option('--json', 'print one JSON document')
        .action((files: readonly string[], options: TestOptions) =>
          test(environment, files, options),
        ),
    )
    .addCommand(
      new Command('facts')
        .description('Prints the schema of the facts and an example, as JSON.')
        .option('--example', 'the example alone')
        .option('--run <id>', 'the facts of a run instead')
        .action((options: FactsOptions) => facts(environment, options)),
    );
}
