/** `sandbox`: one command in the sandbox on a copy of a repository, and what it changed. */
import { Command } from 'commander';
import type { OpenWorld } from '#app.ts';
import type { Repository } from '#core/event.ts';
import { SluiceError } from '#core/errors.ts';
import { answer, type Environment } from './answer.ts';
import { onOwn, type Own } from './own-repository.ts';

interface Options {
  readonly repo: string;
  readonly ref?: string;
  readonly json?: boolean;
  readonly install: boolean;
}

type Layers = Parameters<OpenWorld['sandbox']['open']>[0];

/** The commit's files, and the packages that its lockfile names. */
async function layersOf(
  { world, checkout, repository }: Own & { world: OpenWorld; repository: Repository },
  install: boolean,
): Promise<Layers> {
  const session = world.forge.open(repository);
  try {
    await world.trees.fetch(repository, await session.remote(), [checkout.commit]);
  } finally {
    await session.close();
  }
  const tree = await world.trees.layer(repository, checkout.commit);
  if (!install) return [tree];
  console.error('sluice: installing packages, if there is a lockfile that names any');
  const installed = await world.packages.install(tree, new AbortController().signal);
  if (installed.state === 'installed') return [tree, ...installed.layers];
  console.error(`sluice: no packages: ${installed.reason}`);
  return [tree];
}

async function run(
  environment: Environment,
  argv: readonly string[],
  options: Options,
): Promise<void> {
  if (argv.length === 0)
    throw new SluiceError({
      code: 'command-missing',
      kind: 'invalid',
      message: 'There is no command to run.',
      hint: 'Write it after two dashes: sandbox --repo DIR -- npm test',
    });
  await onOwn({ environment, folder: options.repo, ref: options.ref }, async (own) => {
    const layers = await layersOf(own, options.install);
    const workspace = await own.world.sandbox.open(layers);
    try {
      const { exitCode, timedOut, stdout, stderr } = await workspace.exec({
        argv,
        purpose: 'test',
      });
      const { files, refused } = await workspace.collect();
      const changes = files.map(({ path, kind }) => ({ path, kind }));
      answer(
        options.json,
        { exitCode, timedOut, stdout, stderr, changes, ...(refused.length > 0 && { refused }) },
        [
          stdout,
          stderr,
          ...(timedOut ? ['The command was ended: it took too long.'] : []),
          ...changes.map(({ path, kind }) => `${kind} ${path}`),
          ...refused.map(({ path, reason }) => `refused ${path}: ${reason}`),
        ],
      );
      process.exitCode = exitCode === 0 ? 0 : 1;
    } finally {
      await workspace.close();
    }
  });
}

export function sandboxCommand(environment: Environment): Command {
  return new Command()
    .description(
      'Runs one command in the sandbox on a copy of what is committed in a repository, and lists what it changed.',
    )
    .requiredOption('--repo <dir>', 'a git repository; it is only read')
    .option('--ref <ref>', 'a branch, tag or commit (default: HEAD)')
    .option('--no-install', "do not install the lockfile's packages")
    .option('--json', 'print one JSON document')
    .argument('[command...]', 'program and arguments, after --')
    .action((argv: readonly string[], options: Options) => run(environment, argv, options));
}
