/** `stop` and `resume`: the operator's kill switch, for all processes on the database. */
import { Command } from 'commander';
import { openLog, openRuns, type OpenRuns } from '#app.ts';
import { readConfig } from '#config.ts';
import { runErrors } from '#core/run-errors.ts';
import { scopeText, type Scope } from '#core/stop.ts';
import { answer, type Environment } from './answer.ts';

interface Options {
  readonly all?: boolean;
  readonly repo?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

/** Throws invalid `scope-invalid` unless exactly one is named. */
function scopeOf({ all, repo }: Options): Scope {
  if ((all === true) === (repo !== undefined))
    throw runErrors.scopeInvalid('It is not said what is meant, or it is said twice.');
  if (repo === undefined) return { kind: 'everything' };
  if (!/^[\w.-]+\/[\w.-]+$/.test(repo))
    throw runErrors.scopeInvalid(`"${repo}" is no name of a repository.`);
  return { kind: 'repository', repository: repo };
}

async function withRuns(
  environment: Environment,
  use: (opened: OpenRuns) => Promise<void>,
): Promise<void> {
  const opened = await openRuns({ config: readConfig(environment), log: openLog('error') });
  try {
    await use(opened);
  } finally {
    await opened.close();
  }
}

function stands(scope: Scope): string {
  const flag = scope.kind === 'everything' ? '--all' : `--repo ${scopeText(scope)}`;
  return `Nothing begins there until \`resume ${flag}\`.`;
}

async function stopOne(opened: OpenRuns, id: string, { all, repo, reason, json }: Options) {
  if (all === true || repo !== undefined)
    throw runErrors.scopeInvalid('A run is named, and more than it.');
  const run = await opened.stopRun(id, reason ?? '');
  answer(json, { stopped: [run.id], stands: null }, [`Run ${run.id} is stopped.`]);
}

async function stopScope(opened: OpenRuns, options: Options) {
  const scope = scopeOf(options);
  const stopped = await opened.stop(scope, options.reason ?? '');
  const ids = stopped.map(({ id }) => id);
  const lines = ids.map((id) => `Run ${id} is stopped.`);
  answer(options.json, { stopped: ids, stands: scopeText(scope) }, [...lines, stands(scope)]);
}

export function stopCommand(environment: Environment): Command {
  return new Command()
    .description(
      'Stops runs within two seconds, in every process on the database. What is stopped as a whole does not begin again until `resume`.',
    )
    .argument('[run]', 'one run, as `runs` lists it; it may be asked for again at once')
    .option('--all', 'everything')
    .option('--repo <owner/name>', 'one repository')
    .option('--reason <text>', 'told to the people whose runs end')
    .option('--json', 'print one JSON document')
    .action((run: string | undefined, options: Options) =>
      withRuns(environment, (opened) =>
        run === undefined ? stopScope(opened, options) : stopOne(opened, run, options),
      ),
    );
}

export function resumeCommand(environment: Environment): Command {
  return new Command()
    .description('Takes a stop back. What it ended stays ended: people ask again.')
    .option('--all', 'the stop of everything; those of single repositories stay')
    .option('--repo <owner/name>', 'that of one repository')
    .option('--json', 'print one JSON document')
    .action((options: Options) =>
      withRuns(environment, async (opened) => {
        const scope = scopeOf(options);
        const resumed = await opened.resume(scope);
        const standing = await opened.stops();
        const others = standing.map(
          (stop) => `Still stopped: ${scopeText(stop.scope)}, by ${stop.by}.`,
        );
        const first = resumed ? `Resumed: ${scopeText(scope)}.` : 'There was no such stop.';
        answer(options.json, { resumed, standing }, [first, ...others]);
      }),
    );
}
