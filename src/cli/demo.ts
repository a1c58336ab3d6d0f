/** `demo`: the whole story on a local GitHub with a sample repository, to look at or played headless. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { openApp, openLog, verify, type App } from '#app.ts';
import type { RunResult } from '#core/run.ts';
import { answersFolder, issueNumber, maintainerOf, name, owner, world } from '#demo/story.ts';
import { startLocalApp, type LocalApp } from '#local-app.ts';
import { answer, evidenceLines, Facts, type Environment } from './answer.ts';
import { followRun, tellStep } from './follow.ts';
import { listenForStop, untilStopped } from './stopping.ts';
import { ensureNeeds } from './needs.ts';
import { port, wholeNumber } from './numbers.ts';
import { quiet } from './own-repository.ts';

interface Options {
  readonly once?: boolean;
  readonly port: number;
  readonly keep: number;
  readonly json?: boolean;
  readonly record?: string;
}

interface Played {
  readonly result: RunResult | null;
  readonly pull: string | null;
  readonly checks: readonly { readonly name: string; readonly conclusion: string | null }[];
  readonly proof: Awaited<ReturnType<typeof verify>> | null;
}

interface Telling {
  readonly url: string;
  readonly seconds: number;
  readonly json: boolean | undefined;
}

const replayNotice =
  'This is a replay: no model is configured, so the answers are those of a reader who saw only the prompts. Set OPENAI_BASE_URL and OPENAI_API_KEY to put a model behind it.';

function hasModel(environment: Environment): boolean {
  return ['OPENAI_BASE_URL', 'OPENAI_API_KEY'].some((key) => (environment[key] ?? '') !== '');
}

/** The local GitHub, the App on it, and what ends both. */
async function start(environment: Environment, options: Options) {
  const replay = !hasModel(environment);
  const local = await startLocalApp({
    environment: { ...environment, ...(replay && { SLUICE_RECORDINGS: answersFolder }) },
    world: () => world,
    strictLimits: true,
    port: options.port,
    fresh: true,
    ...(replay && { notice: replayNotice }),
  });
  try {
    const log = openLog(quiet(environment, local));
    const app = await openApp({ config: local.config, log, record: options.record });
    local.github.setHook(`${app.url}/api/github/webhooks`);
    return { local, app, replay };
  } catch (thrown) {
    await local.close();
    throw thrown;
  }
}

/** Plays the maintainer, then looks at what came of it as she would. */
async function playOnce({ local, app }: { local: LocalApp; app: App }): Promise<Played> {
  const maintainer = maintainerOf(local);
  await maintainer.label('sluice');
  const { result } = await followRun(app, 'generate', tellStep);
  const pull = await maintainer.pull();
  if (pull === undefined) return { result, pull: null, checks: [], proof: null };
  const { sha } = pull.head;
  // What is proposed is looked at as everybody's pull requests are.
  await followRun(app, 'check', tellStep);
  const checks = await maintainer.checks(sha);
  const proof = await prove(local, app, await maintainer.commit(sha));
  return { result, pull: pull.html_url, checks, proof };
}

function tell({ result, pull, checks, proof }: Played, { url, seconds, json }: Telling): void {
  const { evidence, cost } = Facts.parse(result?.facts ?? {});
  const issue = `${url}/${owner}/${name}/issues/${String(issueNumber)}`;
  const rows = proof?.rows ?? evidence;
  // Told on stderr, so that the one document on stdout keeps its form.
  console.error(`sluice: ${result?.outcome ?? 'failed'}: ${result?.reason ?? 'no result'}`);
  answer(json, { url, issue, pull, checks, evidence: rows, cost, seconds }, [
    ...evidenceLines(rows),
    `${pull ?? 'There is no pull request'}, after ${seconds.toFixed(1)} s`,
  ]);
}

function prove(
  local: LocalApp,
  app: App,
  commit: { commit: string; parent: string; message: string },
): ReturnType<typeof verify> {
  return verify(app.world, local.repository(owner, name), commit);
}

function invite({ local, replay }: { local: LocalApp; replay: boolean }): void {
  const issue = `${local.github.url}/${owner}/${name}/issues/${String(issueNumber)}`;
  const lines = [
    '',
    `  Open   ${issue}`,
    '  Press  sluice, beside Labels, and watch the comment, the checks and the pull request appear.',
    '',
    replay
      ? `  ${replayNotice}`
      : `  The model is ${local.config.model?.name ?? ''}: any issue that you write works.`,
    '  Ctrl-C ends the demo and removes what it made.',
    '',
  ];
  console.log(lines.join('\n'));
}

async function run(environment: Environment, options: Options): Promise<void> {
  const started = Date.now();
  await ensureNeeds();
  const stopping = listenForStop();
  console.error('sluice: starting the local GitHub, PostgreSQL and the App');
  const running = await start(environment, options);
  const { local, app } = running;
  try {
    if (options.once === true) {
      const played = await stopping.unless(playOnce(running));
      const seconds = (Date.now() - started) / 1000;
      tell(played, { url: local.github.url, seconds, json: options.json });
      process.exitCode = played.proof?.outcome === 'proven' ? 0 : 1;
      await Promise.race([sleep(options.keep * 1000), untilStopped()]);
    } else {
      invite(running);
      await untilStopped();
    }
  } finally {
    await app.stop(0);
    await local.close();
  }
}

export function demoCommand(environment: Environment): Command {
  return new Command()
    .description(
      'Plays the main job on a local GitHub: label an issue, watch a proven pull request appear.',
    )
    .option(
      '--once',
      'play it headless; exit code 0 only if the pull request is there and its tests pass',
    )
    .option('--port <number>', 'of the local GitHub; 0 takes any free one', port, 4010)
    .option(
      '--keep <seconds>',
      'with --once: how long the local GitHub stays up afterwards',
      wholeNumber(1_000_000),
      0,
    )
    .option('--json', 'with --once: print one JSON document')
    .option('--record <dir>', 'with a model: keep its answers as recordings in this folder')
    .action((options: Options) => run(environment, options));
}
