/** `runs`: what happened, newest first, or one run with its steps. */
import { Command } from 'commander';
import { openLog, openRuns } from '#app.ts';
import { readConfig } from '#config.ts';
import { SluiceError } from '#core/errors.ts';
import type { Run, Step } from '#core/run.ts';
import { answer, table, type Environment } from './answer.ts';

type Runs = Awaited<ReturnType<typeof openRuns>>['store'];

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

async function one(store: Runs, id: string, json: boolean | undefined): Promise<void> {
  const run = await store.run(id).catch(() => undefined);
  if (run === undefined)
    throw new SluiceError({
      code: 'run-unknown',
      kind: 'invalid',
      message: `There is no run ${id}.`,
      hint: '`runs` without an id lists those that there are.',
    });
  const steps = await store.steps(id);
  answer(json, { ...run, steps }, [...table([line(run)]), '', ...table(steps.map(stepLine))]);
}

async function list(store: Runs, limit: number, json: boolean | undefined): Promise<void> {
  const runs = await store.runs(limit);
  answer(json, runs, runs.length === 0 ? ['No runs yet.'] : table(runs.map(line)));
}

export function runsCommand(environment: Environment): Command {
  return new Command()
    .description('Lists runs, newest first, or shows one with its steps.')
    .argument('[id]', 'the run to show')
    .option('--json', 'print one JSON document')
    .option('--limit <number>', 'how many to list', '50')
    .action(async (id: string | undefined, options: { json?: boolean; limit: string }) => {
      const config = readConfig(environment);
      const opened = await openRuns({ config, log: openLog('warn') });
      const { store } = opened;
      try {
        await (id === undefined
          ? list(store, Math.max(1, Number.parseInt(options.limit, 10) || 50), options.json)
          : one(store, id, options.json));
      } finally {
        await opened.close();
      }
    });
}
