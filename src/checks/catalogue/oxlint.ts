/** oxlint where the repository uses it, by its rules as the base has them, which may be code. */
import { lookApart, type Attempt } from '#checks/apart.ts';
import type { Check, Side } from '#checks/check.ts';
import { readOxlint } from '#checks/parsers/oxlint.ts';
import { asArguments, pathsOf, pinned, timeFor, withoutResult } from '#checks/pinned.ts';
import { runReported } from '#checks/report.ts';

const rules = /(?:^|\/)(?:\.oxlintrc\.jsonc?|oxlint\.config\.[cm]?[jt]s)$/;

export const oxlint: Check = {
  name: 'oxlint',
  about: 'What oxlint says by the repository’s own rules.',
  needs: ['oxlint'],
  scope: 'file',
  // A plugin or a configuration in JavaScript is run, and no option forbids it.
  trusted: false,
  wants: /\.(?:[cm]?[jt]s|[jt]sx|vue|svelte|astro)$/,
  configuration:
    /(?:^|\/)(?:\.oxlintrc\.jsonc?|oxlint\.config\.[cm]?[jt]s|\.eslintignore)$|(?:^|\/)\.?oxlint(?:[-.]\w+)*\//,
  isFitting: ({ paths }) => Promise.resolve(paths.some((path) => rules.test(path))),
  look: (side) => lookApart(pathsOf(side), (paths) => attempt(side, paths)),
  async fix(side) {
    const paths = pathsOf(side).filter((path) => !rules.test(path));
    if (paths.length > 0) await call(side, paths, ['--fix']);
  },
};

async function attempt(side: Side, paths: readonly string[]): Promise<Attempt> {
  const ran = await call(side, paths, ['--format', 'json']);
  const read = readOxlint(ran.report ?? '', ran.root);
  if (read !== undefined && ran.trouble === undefined && (ran.exitCode ?? 2) < 2) {
    return { said: read.said };
  }
  const failed = withoutResult('oxlint', ran);
  // Where it cannot read its configuration it ends as if it had found something, but with words alone.
  return ran.exitCode === 1 ? { ...failed, everyones: true } : failed;
}

async function call(side: Side, paths: readonly string[], flags: readonly string[]) {
  return runReported(await side.workspace(), {
    argv: [...pinned(side, 'oxlint'), ...flags, ...asArguments(paths)],
    file: '/dev/stdout',
    timeout: timeFor(paths),
  });
}
