/** Runs the evidence of a proposed commit again, without a model: red on its base, green with its change. */
import { detectLinter } from '#checks/lint.ts';
import { detectSuite } from '#checks/detect.ts';
import type { FileChange } from '#core/change.ts';
import type { Repository } from '#core/event.ts';
import type { EvidenceRow } from '#core/evidence.ts';
import { evidenceDigest, readTrailers } from '#core/provenance.ts';
import { parseSettings, settingsPath } from '#core/settings-text.ts';
import type { Verdict } from '#core/verdict.ts';
import type { World } from '#engine/flow.ts';
import type { Remote } from '#ports/forge.ts';
import type { TreeEntry } from '#ports/trees.ts';
import { askGates } from './ask-gates.ts';
import { evidenceRows, gatherEvidence, isProven } from './evidence.ts';
import { layGround, type Yard } from '#checks/ground.ts';
import type { Lookout } from '#checks/run-checks.ts';
import type { Evidence } from './kept.ts';
import { lookAtChange, type Sources } from './look.ts';

export interface ProposedCommit {
  readonly repository: Repository;
  /** Where both commits are fetched from. */
  readonly remote: Remote;
  readonly commit: string;
  /** Its only parent. */
  readonly parent: string;
  readonly message: string;
}

export interface Verified {
  readonly outcome: 'proven' | 'unproven';
  readonly rows: readonly EvidenceRow[];
  /** One sentence for people. */
  readonly reason: string;
}

/** The same for who has no session yet. */
export async function verify(
  world: World,
  repository: Repository,
  proposed: Pick<ProposedCommit, 'commit' | 'parent' | 'message'>,
): Promise<Verified> {
  const session = world.forge.open(repository);
  try {
    const remote = await session.remote();
    const { signal } = new AbortController();
    return await verifyBranch({ ...world, signal }, { repository, remote, ...proposed });
  } finally {
    await session.close();
  }
}

/** Throws what trees and sandbox throw; everything about the evidence itself is an answer. */
export async function verifyBranch(
  yard: Yard & Lookout & Sources,
  proposed: ProposedCommit,
): Promise<Verified> {
  const { repository, remote, commit, parent } = proposed;
  const trailers = readTrailers(proposed.message);
  if (trailers === undefined)
    return unproven('The commit carries no evidence: its trailers are missing or not whole.');
  const { base, tests } = trailers;
  if (base !== parent)
    return unproven(
      `The commit does not stand on ${base.slice(0, 12)}, the base that its trailers name.`,
    );
  await yard.trees.fetch(repository, remote, [commit]);
  const ground = await layGround(yard, { repository, remote, commit: base });
  if (await differsElsewhere(yard, repository, { base, commit }))
    return unproven('The commit changes a link or a submodule, which Sluice never does.');
  const files = await differenceOf(yard, repository, { base, commit });
  const proof = files.filter(({ path }) => tests.includes(path));
  if (proof.length < tests.length)
    return unproven('A test that the trailers name is not in the commit.');
  const settings = parseSettings(await ground.read(settingsPath));
  const detected = await detectSuite(ground, settings);
  if ('missing' in detected) return unproven(detected.missing);
  const linter = await detectLinter(ground, settings);
  const evidence = await gatherEvidence(yard, ground, {
    suite: detected.suite,
    linter,
    tests: proof,
    files,
    earlier: [],
  });
  const rows = evidenceRows(linter, evidence);
  // Owners' rules ask about a run and who wanted it; here is only a commit.
  const checks = await lookAtChange(yard, ground, { settings, files });
  const judged = { settings, linter, evidence, files, tests, checks, rules: [] };
  const verdicts = await askGates(ground, judged);
  const same = evidenceDigest(base, tests, rows) === trailers.evidence;
  const note = same
    ? 'It is the evidence that the commit names.'
    : 'It differs in detail from what the commit names.';
  const problem = problemOf(evidence, rows, verdicts);
  return problem === undefined
    ? { outcome: 'proven', rows, reason: `Red on the base commit, green with the change. ${note}` }
    : { outcome: 'unproven', rows, reason: `${problem} ${note}` };
}

function problemOf(
  evidence: Evidence,
  rows: Verified['rows'],
  verdicts: readonly Verdict[],
): string | undefined {
  if (!isProven(evidence)) return 'The new test does not go from red to green.';
  if (rows.some(({ verdict }) => verdict === 'breaks')) return 'The change breaks something.';
  // Evidence means nothing where the change also touches what makes it: the runner's settings, or other tests.
  const reasons = verdicts.flatMap(({ answer, reasons: said }) => (answer === 'block' ? said : []));
  return reasons.length > 0 ? `Sluice makes no such change: ${reasons.join(' ')}` : undefined;
}

function unproven(reason: string): Verified {
  return { outcome: 'unproven', rows: [], reason };
}

/** Whether they differ in what is no file. */
async function differsElsewhere(
  { trees }: Yard,
  repository: Repository,
  { base, commit }: { base: string; commit: string },
): Promise<boolean> {
  const [old, now] = await Promise.all([
    trees.others(repository, base),
    trees.others(repository, commit),
  ]);
  const told = (entries: typeof old) =>
    entries
      .map(({ path, id }) => `${id} ${path}`)
      .sort()
      .join('\0');
  return told(old) !== told(now);
}

/** The files in which two commits differ, as they are in the later one. */
async function differenceOf(
  { trees }: Yard,
  repository: Repository,
  { base, commit }: { base: string; commit: string },
): Promise<readonly FileChange[]> {
  const [old, now] = await Promise.all([
    trees.list(repository, base),
    trees.list(repository, commit),
  ]);
  const named = ({ path, mode, id }: TreeEntry) => `${mode} ${id} ${path}`;
  const [before, there] = [new Set(old.map(named)), new Set(now.map(({ path }) => path))];
  const gone = old.filter(({ path }) => !there.has(path));
  const changed = now.filter((entry) => !before.has(named(entry)));
  return Promise.all([
    ...gone.map(({ path, mode }) => Promise.resolve({ path, mode, content: null })),
    ...changed.map(async ({ path, mode }) => ({
      path,
      mode,
      content: (await trees.read(repository, commit, path)) ?? null,
    })),
  ]);
}
