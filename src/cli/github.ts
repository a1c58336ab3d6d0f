/** `github`: the local GitHub alone, until it is interrupted. */
import { Command, InvalidArgumentError } from 'commander';
import { faultKinds } from '#local-github/faults/all.ts';
import type { Fault } from '#local-github/faults/fault.ts';
import { startLocalGitHub } from '#local-github/local-github.ts';
import type { LocalGitHub } from '#local-github/local-github.ts';
import { rulesTable } from '#local-github/probing/table.ts';
import { FaultError, readFaultText } from '#local-github/trouble/read.ts';
import { readWorldFile, WorldError } from '#local-github/world.ts';
import { table } from './answer.ts';
import { port } from './numbers.ts';

interface Options {
  readonly port: number;
  readonly world?: string;
  readonly hook?: string;
  readonly fault: readonly Fault[];
  readonly strictLimits?: true;
  readonly rules?: true;
}

export function githubCommand(): Command {
  return new Command('github')
    .description('Start the local GitHub; prints one line of JSON when it is ready.')
    .option('--port <number>', 'where it listens on 127.0.0.1; 0 is a free port', port, 0)
    .option(
      '--world <file>',
      'JSON or YAML: users, repositories, issues (src/local-github/README.md)',
    )
    .option('--hook <url>', 'where webhooks go', hookUrl)
    .option(
      '--fault <fault>',
      'something that goes wrong, see below; may be given often',
      fault,
      [],
    )
    .option('--strict-limits', 'refuse what exceeds a rate limit, instead of only counting it')
    .option('--rules', 'print the table of rules that it keeps, as Markdown, and end')
    .addHelpText('after', faultHelp)
    .action(run);
}

function faultHelp(): string {
  return [
    '',
    'Faults, as `kind name=value ...`:',
    ...table(faultKinds.map(({ name, about }) => [`  ${name}`, about])),
    '',
    'method, path and on=api|git say which requests, event says which webhooks; * is any text. From the nth match on',
    '(1) so many times (1; 0 is always). For example:',
    "  --fault 'secondary-limit method=POST path=/repos/*/issues/*/comments nth=2 seconds=5'",
    "  --fault 'shuffle event=issues.* times=0 seed=7'",
  ].join('\n');
}

function fault(text: string, given: readonly Fault[]): readonly Fault[] {
  try {
    return [...given, readFaultText(text)];
  } catch (thrown) {
    if (!(thrown instanceof FaultError)) throw thrown;
    throw new InvalidArgumentError(thrown.message);
  }
}

function hookUrl(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError(
      'It must be a whole address, as http://127.0.0.1:3000/api/github/webhooks.',
    );
  return text;
}

async function run(options: Options): Promise<void> {
  if (options.rules) {
    console.log(rulesTable());
    return;
  }
  const github = await start(options);
  if (!github) return;
  console.log(JSON.stringify(greeting(github)));
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await github.stop();
}

/** Wrong use ends with 2: a world that cannot be read, a port that is taken. */
async function start(options: Options): Promise<LocalGitHub | undefined> {
  const { port, world, hook, fault: faults, strictLimits = false } = options;
  try {
    return await startLocalGitHub({
      port,
      faults,
      strictLimits,
      rules: rulesTable,
      ...(world === undefined ? {} : { world: await readWorldFile(world) }),
      ...(hook === undefined ? {} : { hookUrl: hook }),
    });
  } catch (thrown) {
    const taken = thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE';
    if (!taken && !(thrown instanceof WorldError)) throw thrown;
    console.error(taken ? `Port ${port} is taken: choose another with --port.` : thrown.message);
    process.exitCode = 2;
    return undefined;
  }
}

function greeting({ url, app, users, state }: LocalGitHub) {
  const { id, slug, privateKeyFile, webhookSecret } = app;
  return {
    url,
    app: { id, slug, privateKeyFile, webhookSecret },
    users,
    repositories: state.repositories.map(({ owner, name }) => `${owner.login}/${name}`),
  };
}
