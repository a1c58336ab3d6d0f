/** `github`: the local GitHub alone, until it is interrupted. */
import { Command, InvalidArgumentError } from 'commander';
import { startLocalGitHub } from '#local-github/local-github.ts';
import type { LocalGitHub } from '#local-github/local-github.ts';
import { readWorldFile, WorldError } from '#local-github/world.ts';
import { port } from './numbers.ts';

interface Options {
  readonly port: number;
  readonly world?: string;
  readonly hook?: string;
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
    .action(run);
}

function hookUrl(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError(
      'It must be a whole address, as http://127.0.0.1:3000/api/github/webhooks.',
    );
  return text;
}

async function run(options: Options): Promise<void> {
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
async function start({ port, world, hook }: Options): Promise<LocalGitHub | undefined> {
  try {
    return await startLocalGitHub({
      port,
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
