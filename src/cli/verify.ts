/** `verify`: the evidence of a branch, run again without a model: red on its base, green with its change. */
import { Command } from 'commander';
import { verify } from '#app.ts';
import { SluiceError } from '#core/errors.ts';
import { answer, evidenceLines, exitCodes, type Environment } from './answer.ts';
import { readCommit } from './checkout.ts';
import { onOwn } from './own-repository.ts';

interface Options {
  readonly repo: string;
  readonly json?: boolean;
}

async function run(
  environment: Environment,
  branch: string,
  { repo, json }: Options,
): Promise<void> {
  await onOwn(
    { environment, folder: repo, ref: branch },
    async ({ world, checkout, repository }) => {
      const { commit } = checkout;
      const { parents, message } = await readCommit(checkout.bare, commit);
      const [parent] = parents;
      if (parent === undefined || parents.length > 1)
        throw new SluiceError({
          code: 'commit-unfit',
          kind: 'invalid',
          message: `${branch} does not end in a commit of Sluice's: it has ${String(parents.length)} parents, not one.`,
          hint: 'Give the branch as Sluice made it.',
        });
      const started = Date.now();
      const { outcome, rows, reason } = await verify(world, repository, {
        commit,
        parent,
        message,
      });
      const seconds = (Date.now() - started) / 1000;
      answer(
        json,
        { outcome, reason, branch, base: parent, head: commit, evidence: rows, seconds },
        [...evidenceLines(rows), `${outcome}: ${reason}`],
      );
      process.exitCode = exitCodes[outcome];
    },
  );
}

export function verifyCommand(environment: Environment): Command {
  return new Command()
    .description(
      'Runs the evidence of a branch of Sluice again, without a model, and prints red → green.',
    )
    .argument('<branch>', 'the branch, or its commit')
    .requiredOption('--repo <dir>', 'a git repository that has the branch; it is only read')
    .option('--json', 'print one JSON document')
    .action((branch: string, options: Options) => run(environment, branch, options));
}
