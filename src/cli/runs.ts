/** `runs`: what happened, newest first, one run with its steps, or one that failed started again. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { openLog, openRuns, type OpenRuns } from '#app.ts';
import { readConfig } from '#config.ts';
import { runErrors } from '#core/run-errors.ts';
import { runStates, type Run, type RunState, type Step } from '#core/run.ts';
import { answer, table, type Environment } from './answer.ts';
import { wholeNumber } from './numbers.ts';

const subject = ({ event: { repository, issue } }: Run) =>
  `${repository.owner}/${repository.name}#${String(issue.number)}`;

const seconds = (from: Date, to: Date | null) =>
  to === null ? '' : `${((to.getTime() - from.getTime()) / 1000).toFixed(1)} s`;

function line(run: Run): readonly string[] {
  const outcome = run.result === null ? run.state : `${run.result.outcome}: ${run.result.reason}`;
  return [run.id, run.createdAt.toISOString(), run.flow, subject(run), outcome];
}

function stepLine(step: Step): readonly string[] {
  const time = seconds(step.startedAt, step.endedAt);
  return [`  ${step.name}`, step.state, time, step.error ?? ''];
}

/** What an operator can do about a run that failed; null for any other. */
function remedyOf({ id, state, result }: Run): string | null {
  if (state !== 'failed') return null;
  const hint = result?.facts.hint;
  const retry = `When the reason is gone: \`runs retry ${id}\` goes on from the steps that are done.`;
  return typeof hint === 'string' ? `${hint} ${retry}` : retry;
}

function remedyLines(run: Run): readonly string[] {
  const remedy = remedyOf(run);
  return remedy === null ? [] : [`  ${remedy}`];
}

async function one({ store }: OpenRuns, id: string, json: boolean | undefined): Promise<void> {
  const run = await store.run(id);
  if (run === undefined) throw runErrors.runUnknown(id);
  const steps = await store.steps(id);
  const lines = [...table([line(run)]), ...remedyLines(run), '', ...table(steps.map(stepLine))];
  answer(json, { ...run, remedy: remedyOf(run), steps }, lines);
}

interface Listed {
  readonly limit: number;
  readonly json?: boolean;
  readonly failed?: boolean;
  readonly state?: readonly RunState[];
  readonly since?: Date;
  readonly repo?: string;
}

async function list({ store }: OpenRuns, wanted: Listed): Promise<void> {
  const { limit, json, failed, state, since, repo: repository } = wanted;
  const states = failed === true ? (['failed'] as const) : state;
  const runs = await store.runs(limit, { states, since, repository });
  const shown = table(runs.map(line));
  const lines = runs.flatMap((run, index) => [shown[index] ?? '', ...remedyLines(run)]);
  const document = runs.map((run) => ({ ...run, remedy: remedyOf(run) }));
  answer(json, document, runs.length === 0 ? ['No such runs.'] : lines);
}

async function retry(opened: OpenRuns, id: string, json: boolean | undefined): Promise<void> {
  const run = await opened.retry(id);
  answer(json, run, [`Run ${run.id} is queued again; \`runs ${run.id}\` shows how it goes on.`]);
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90m`, `12h`, `7d`: the time so long before now. */
function ago(text: string): Date {
  const [, number, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const length = units[unit];
  if (number === undefined || length === undefined)
    throw new InvalidArgumentError('Give minutes, hours or days, such as 90m, 12h or 7d.');
  return new Date(Date.now() - Number(number) * length);
}

async function withRuns(
  environment: Environment,
  use: (opened: OpenRuns) => Promise<void>,
): Promise<void> {
  const opened = await openRuns({ config: readConfig(environment), log: openLog('warn') });
  try {
    await use(opened);
  } finally {
    await opened.close();
  }
}

export function runsCommand(environment: Environment): Command {
  return new Command()
    .description('Lists runs, newest first, or shows one with its steps.')
    .argument('[id]', 'the run to show')
    .option('--json', 'print one JSON document')
    .option('--failed', 'only those that were given up: why, and what to do')
    .addOption(new Option('--state <state...>', 'only those in these states').choices(runStates))
    .option('--since <age>', 'only those started so long ago or later, such as 90m, 12h or 7d', ago)
    .option('--repo <owner/name>', 'only those of this repository')
    .option('--limit <number>', 'how many to list', wholeNumber(100_000), 50)
    .action((id: string | undefined, options: Listed) =>
      withRuns(environment, (opened) =>
        id === undefined ? list(opened, options) : one(opened, id, options.json),
      ),
    )
    .addCommand(
      new Command('retry')
        .description('Starts a run again that failed; it goes on from the steps that are done.')
        .argument('<id>', 'the run')
        .option('--json', 'print one JSON document')
        .action((id: string, _: unknown, command: Command) =>
          withRuns(environment, (opened) =>
            retry(opened, id, command.optsWithGlobals<{ json?: boolean }>().json),
          ),
        ),
    );
}
