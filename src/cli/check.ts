/** `check`: what linters, type checkers, scanners and our own rules find new between two commits of a local repository. */
import { readFile, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { check, sarifOfChecked, type Checked } from '#app.ts';
import type { CheckResult } from '#core/check-result.ts';
import type { Finding } from '#core/finding.ts';
import { answer, table, type Environment } from './answer.ts';
import { onOwn } from './own-repository.ts';

const Manifest = z.object({ version: z.string() });

interface Options {
  readonly repo: string;
  readonly base: string;
  readonly head: string;
  readonly json?: boolean;
  readonly sarif?: string;
}

async function run(environment: Environment, options: Options): Promise<void> {
  const { repo, base, head, json } = options;
  const own = { environment, folder: repo, ref: head, also: base };
  await onOwn(own, async ({ world, checkout, repository }) => {
    const started = Date.now();
    const commits = { base: checkout.also ?? checkout.commit, head: checkout.commit };
    const begins = (name: string) => {
      console.error(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${name}`);
    };
    const checked = await check(world, repository, { ...commits, begins });
    if (options.sarif !== undefined) await writeSarif(options.sarif, checked);
    const seconds = (Date.now() - started) / 1000;
    const { results, verdict } = checked;
    answer(json, { ...commits, checks: results.map(told), verdict, seconds }, linesOf(checked));
    process.exitCode = verdict === 'block' ? 1 : 0;
  });
}

async function writeSarif(file: string, checked: Checked): Promise<void> {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf-8');
  const { version } = Manifest.parse(JSON.parse(manifest));
  await writeFile(file, `${JSON.stringify(await sarifOfChecked(checked, version), null, 2)}\n`);
}

/** The counts under the names that readers of the document know them by. */
function told({ name, state, reason, tools, files, cached, ...rest }: CheckResult) {
  const { added, counts, unread, milliseconds } = rest;
  const { added: brought, fixed, preexisting } = counts;
  const numbers = { new: brought, fixed, preexisting, files, cached, milliseconds };
  return { name, state, reason, tools, ...numbers, unread, findings: added };
}

function linesOf({ results, verdict }: Checked): readonly string[] {
  if (results.length === 0) return ['No check looks at what was changed.', `verdict: ${verdict}`];
  const rows = results.map(({ name, state, counts, reason }) => [
    name,
    state,
    String(counts.added),
    String(counts.fixed),
    String(counts.preexisting),
    reason ?? '',
  ]);
  const found = results.flatMap(({ added }) => added.map(lineOf));
  return [
    ...found,
    ...(found.length > 0 ? [''] : []),
    ...table([['check', 'state', 'new', 'fixed', 'before', ''], ...rows]),
    '',
    `verdict: ${verdict}`,
  ];
}

function lineOf({ path, line, level, message, check: name, rule }: Finding): string {
  const place = line === null ? path : `${path}:${String(line)}`;
  const [first = ''] = message.split('\n');
  return `${place}  ${level}  ${first}  (${name}: ${rule})`;
}

export function checkCommand(environment: Environment): Command {
  return new Command()
    .description(
      'Prints what linters, type checkers, scanners and rules find at one commit and did not find at another.',
    )
    .requiredOption('--repo <dir>', 'a git repository; it is only read')
    .requiredOption(
      '--base <ref>',
      'the commit before the change; settings and configuration are read from it',
    )
    .requiredOption('--head <ref>', 'the commit with the change')
    .option('--json', 'print one JSON document')
    .option('--sarif <file>', 'write all findings as SARIF 2.1.0')
    .action((options: Options) => run(environment, options));
}
