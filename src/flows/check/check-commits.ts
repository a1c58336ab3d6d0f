/** Check commits: lays the ground of both commits, asks every check that fits, and answers with what is new. */
import type { CheckResult } from '#core/check-result.ts';
import type { Repository } from '#core/event.ts';
import { parseSettings, settingsPath } from '#core/settings-text.ts';
import type { Settings } from '#core/settings.ts';
import type { Answer } from '#core/verdict.ts';
import { checks as all } from '#checks/catalogue/all.ts';
import { withSources } from '#checks/catalogue/dependencies.ts';
import { linesOf } from '#checks/change-between.ts';
import { chooseChecks, type Chosen } from '#checks/choose-checks.ts';
import { layGround, type Ground, type Yard } from '#checks/ground.ts';
import { runChecks, type Lookout } from '#checks/run-checks.ts';
import { sarifOf } from '#checks/sarif.ts';
import { standOn, type Stand } from '#checks/stand.ts';
import type { World } from '#engine/flow.ts';
import type { Remote } from '#ports/forge.ts';
import { answerOfAll } from '#policy/judge-checks.ts';

export interface CheckedCommits {
  readonly repository: Repository;
  readonly remote: Remote;
  readonly base: string;
  readonly head: string;
  /** Whether code of the head may run: not where a stranger wrote it. */
  readonly mayRun: boolean;
  /** Those of the base commit when absent. */
  readonly settings?: Settings;
  /** The checks of which something is wanted; all that fit when absent. */
  readonly only?: (name: string) => boolean;
}

/** What the checks may ask beside the files. */
export type Sources = Pick<World, 'advisories' | 'clock'>;

/** What is told meanwhile, and what is looked at again. */
export type Telling = Pick<Lookout, 'begins' | 'ended' | 'anew'>;

export interface Checked {
  readonly results: readonly CheckResult[];
  readonly verdict: Answer;
  readonly settings: Settings;
  readonly base: Stand;
  /** The side that was asked about. */
  readonly head: Stand;
}

/** Both commits as checks see them, and the checks that look at them. */
export interface Laid {
  readonly base: Stand;
  readonly head: Stand;
  /** The head's commit alone, with what is no file in it. */
  readonly ground: Ground;
  readonly settings: Settings;
  readonly chosen: readonly Chosen[];
}

/** Throws what trees and packages throw, and invalid where the base's settings cannot be read. */
export async function layStands(yard: Yard & Sources, commits: CheckedCommits): Promise<Laid> {
  const { repository, remote, base, head, mayRun, only = () => true } = commits;
  const before = await layGround(yard, { repository, remote, commit: base });
  const settings = commits.settings ?? parseSettings(await before.read(settingsPath));
  const trust = mayRun ? 'writers' : 'anybody';
  const ground = await layGround(yard, { repository, remote, commit: head, trust });
  const { advisories, clock } = yard;
  const known = withSources(all, { advisories, now: () => clock.now() });
  const fitting = await chooseChecks(known, { base: before, head: ground, settings, mayRun });
  const chosen = fitting.filter(({ check: { name } }) => only(name));
  return { base: standOn(before), head: standOn(ground), ground, settings, chosen };
}

/** Throws what `layStands` and the sandbox throw. */
export async function checkCommits(
  yard: Yard & Lookout & Sources,
  commits: CheckedCommits & Telling,
): Promise<Checked> {
  const { chosen, settings, ...laid } = await layStands(yard, commits);
  const { begins, ended, anew } = commits;
  const told = { ...(begins && { begins }), ...(ended && { ended }), ...(anew && { anew }) };
  const results = await runChecks({ ...yard, ...told }, laid, chosen);
  return { results, verdict: answerOfAll(results), settings, base: laid.base, head: laid.head };
}

/** The same for who has no session yet, on a repository whose code may run. */
export async function check(
  world: World,
  repository: Repository,
  asked: Pick<CheckedCommits, 'base' | 'head'> & Telling,
): Promise<Checked> {
  const session = world.forge.open(repository);
  try {
    const remote = await session.remote();
    const { signal } = new AbortController();
    return await checkCommits({ ...world, signal }, { repository, remote, mayRun: true, ...asked });
  } finally {
    await session.close();
  }
}

/** Everything that was found on the head as SARIF, what is new marked. */
export async function sarifOfChecked(
  { results, head }: Checked,
  version?: string,
): Promise<object> {
  const found = results.flatMap(({ added, preexisting }) => [...added, ...preexisting]);
  const texts = await head.texts([...new Set(found.map(({ path }) => path))]);
  const lines = (path: string) => linesOf(texts.get(path));
  return sarifOf(results, { lines, ...(version !== undefined && { version }) });
}
