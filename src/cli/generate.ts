/** `generate`: the App's main job without GitHub: an issue in a file to a proven branch of a local repository. */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { openApp, openLog } from '#app.ts';
import { errors, SluiceError } from '#core/errors.ts';
import type { Run } from '#core/run.ts';
import { answer, evidenceLines, exitCodes, Facts, type Environment } from './answer.ts';
import { bringBack, mustHaveRoom } from './checkout.ts';
import { followRun, tellStep } from './follow.ts';
import { listenForStop, type Stopping } from './stopping.ts';
import { owner, quiet, startOwn, type Own } from './own-repository.ts';

interface Options {
  readonly repo: string;
  readonly issue: string;
  readonly base?: string;
  readonly json?: boolean;
}

/** The first heading is the title, the rest the body. Throws invalid when there is no heading. */
export function readIssue(file: string, text: string): { title: string; body: string } {
  const heading = /^\uFEFF?#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$/m.exec(text);
  const title = heading?.[1]?.trim() ?? '';
  if (heading === null || title === '')
    throw new SluiceError({
      code: 'issue-unreadable',
      kind: 'invalid',
      message: `--issue: ${file} has no heading.`,
      hint: 'Write the title as the first heading, for example "# Totals are rounded twice".',
    });
  return { title, body: text.slice(heading.index + heading[0].length).trim() };
}

async function issueOf(file: string): Promise<{ title: string; body: string }> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const message = `--issue: ${file} cannot be read.`;
    throw new SluiceError({ code: 'issue-unreadable', kind: 'invalid', message, cause });
  });
  return readIssue(file, text);
}

/** Asks for a run over the REST API, as a person does; by a comment, as the settings may name any label. */
async function ask({ local, repository }: Own): Promise<void> {
  const { url, users } = local.github;
  const response = await fetch(`${url}/repos/${owner}/${repository.name}/issues/1/comments`, {
    method: 'POST',
    headers: { authorization: `Bearer ${users[0]?.token ?? ''}` },
    body: JSON.stringify({ body: '/sluice generate' }),
  });
  if (!response.ok) throw new Error(`the comment was refused: ${String(response.status)}`);
}

async function play(environment: Environment, own: Own, stopping: Stopping): Promise<Run> {
  const { local } = own;
  const app = await openApp({
    config: local.config,
    log: openLog(quiet(environment, local)),
    passing: local.folder,
  });
  try {
    local.github.setHook(`${app.url}/api/github/webhooks`);
    await ask(own);
    return await stopping.unless(followRun(app, 'generate', tellStep));
  } finally {
    await app.stop(0);
  }
}

async function run(environment: Environment, options: Options): Promise<void> {
  const started = Date.now();
  const stopping = listenForStop();
  const issue = await issueOf(options.issue);
  const own = await startOwn({
    environment,
    folder: options.repo,
    ref: options.base,
    issues: [issue],
  });
  try {
    if (own.local.config.model === undefined && own.local.config.recordings === undefined)
      throw errors.modelMissing();
    await mustHaveRoom(own.checkout);
    const { result } = await play(environment, own, stopping);
    const { outcome, reason } = result ?? {
      outcome: 'failed' as const,
      reason: 'The run has no result.',
    };
    const facts = Facts.parse(result?.facts ?? {});
    const branch =
      facts.branch === null ? null : await bringBack(own.checkout, folderOf(own), facts.branch);
    const seconds = (Date.now() - started) / 1000;
    const document = {
      outcome,
      reason,
      base: own.checkout.commit,
      branch,
      head: facts.head,
      evidence: facts.evidence,
      cost: facts.cost,
      seconds,
    };
    answer(options.json, document, [
      ...evidenceLines(facts.evidence),
      `${outcome}: ${reason}`,
      ...(branch === null ? [] : [`The branch is ${branch}.`]),
    ]);
    process.exitCode = exitCodes[outcome];
  } finally {
    await own.local.close();
  }
}

/** Where the local GitHub keeps the repository, with the branch that the run made. */
function folderOf({ local, repository }: Own): string {
  const found = local.github.state.repositories.find(({ id }) => id === repository.id);
  return found?.folder ?? '';
}

export function generateCommand(environment: Environment): Command {
  return new Command()
    .description(
      'Turns an issue in a file into a proven branch of a local repository; its files and settings stay untouched.',
    )
    .requiredOption('--repo <dir>', 'a git repository; what is committed there counts')
    .requiredOption('--issue <file>', 'Markdown; the first heading is the title')
    .option('--base <ref>', 'the branch, tag or commit to start from (default: HEAD)')
    .option('--json', 'print one JSON document')
    .action((options: Options) => run(environment, options));
}
