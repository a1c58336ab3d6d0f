/** Judge mending: what a tool changed passes the gates that need no test before it is pushed. */
import type { FileChange } from '#core/change.ts';
import type { SuiteReport } from '#core/evidence.ts';
import { askAll } from '#policy/ask-all.ts';
import { hiddenCharacters } from '#policy/gates/hidden-characters.ts';
import { protectedPaths } from '#policy/gates/protected-paths.ts';
import { secrets } from '#policy/gates/secrets.ts';
import { size } from '#policy/gates/size.ts';
import { tree } from '#policy/gates/tree.ts';
import type { Laid } from './check-commits.ts';

const gates = [tree, protectedPaths, size, secrets, hiddenCharacters];

/** No test is run: the pull request's own automation does that on the new commit. */
const notRun: SuiteReport = {
  runner: 'none',
  command: '',
  state: 'skipped',
  reason: 'No test is run for what a tool mends.',
  cases: [],
};

/** Why it may not leave, in sentences; undefined where it may. */
export async function mendingProblem(
  { ground, head, settings }: Laid,
  files: readonly FileChange[],
): Promise<string | undefined> {
  const texts = await head.texts(files.map(({ path }) => path));
  const facts = {
    settings,
    change: { base: ground.commit, origin: 'generator' as const, message: '', files },
    base: { modes: ground.modes, others: ground.others },
    originals: new Map(files.map(({ path }) => [path, texts.get(path) ?? null])),
    testPaths: [],
    before: notRun,
    reproduced: notRun,
    after: notRun,
    lint: null,
    checks: [],
    rules: [],
  };
  const verdicts = askAll({ gates, facts, now: () => performance.now() });
  const reasons = verdicts.flatMap(({ answer, reasons: said }) => (answer === 'block' ? said : []));
  return reasons.length === 0 ? undefined : reasons.join(' ');
}
