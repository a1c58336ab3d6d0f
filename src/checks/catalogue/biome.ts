/** Biome where the repository uses it: its rules and its layout as the base has them. Configuration and plugins of Biome are data. */
import { lookApart, type Attempt } from '#checks/apart.ts';
import type { Check, Side } from '#checks/check.ts';
import { readBiome } from '#checks/parsers/biome.ts';
import { asArguments, pathsOf, pinned, timeFor, withoutResult } from '#checks/pinned.ts';
import { runReported } from '#checks/report.ts';
import { reportFile } from '#checks/runners/runner.ts';

const configuration = /(?:^|\/)(?:\.?biome\.jsonc?|[^/]+\.grit)$/;

export const biome: Check = {
  name: 'biome',
  about: 'What Biome says by the repository’s own rules.',
  needs: ['biome'],
  scope: 'file',
  trusted: true,
  wants: /\.(?:[cm]?[jt]s|[jt]sx|jsonc?|css|graphql|gql)$/,
  configuration,
  isFitting: ({ paths }) =>
    Promise.resolve(paths.some((path) => /(?:^|\/)\.?biome\.jsonc?$/.test(path))),
  look: (side) => lookApart(pathsOf(side), (paths) => attempt(side, paths)),
  async fix(side) {
    // What tells it how to look stays as the base has it.
    const paths = pathsOf(side).filter((path) => !configuration.test(path));
    if (paths.length > 0) await call(side, paths, ['--write']);
  },
};

async function attempt(side: Side, paths: readonly string[]): Promise<Attempt> {
  const flags = ['--reporter=json', `--reporter-file=${reportFile}`, '--max-diagnostics=none'];
  const ran = await call(side, paths, flags);
  const read = readBiome(ran.report ?? '', ran.root);
  if (read === undefined || ran.trouble !== undefined || (ran.exitCode ?? 2) > 1) {
    const failed = withoutResult('Biome', ran);
    // It writes no report where it cannot read its configuration; what kills it leaves another code.
    return ran.exitCode === 1 ? { ...failed, everyones: true } : failed;
  }
  if (!('misconfigured' in read)) return read;
  const reason = `Biome does not understand its configuration: ${read.misconfigured}`;
  return { state: 'crashed', reason, everyones: true };
}

async function call(side: Side, paths: readonly string[], flags: readonly string[]) {
  const quiet = ['--no-errors-on-unmatched', '--files-ignore-unknown=true', '--colors=off'];
  return runReported(await side.workspace(), {
    argv: [...pinned(side, 'biome'), 'check', ...quiet, ...flags, ...asArguments(paths)],
    file: reportFile,
    isAlone: true,
    timeout: timeFor(paths),
  });
}
