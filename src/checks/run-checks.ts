/** Run checks: every check that fits on both sides of a change, and what is new of what they say. */
import type { CheckResult } from '#core/check-result.ts';
import { compareFindings, type Compared } from '#core/compare-findings.ts';
import { byLevel, type Finding } from '#core/finding.ts';
import type { Clock } from '#ports/clock.ts';
import type { Findings } from '#ports/findings.ts';
import type { Workspace } from '#ports/sandbox.ts';
import type { Tools } from '#ports/tools.ts';
import { changeBetween, lineMap, linesOf, type ChangeBetween } from './change-between.ts';
import type { Check, Unread } from './check.ts';
import { look, type Seen } from './look.ts';
import type { Yard } from './ground.ts';
import { standConfigured, withWorkspace, type Stand } from './stand.ts';
import { targetsOf } from './targets.ts';
import type { Chosen } from './choose-checks.ts';

export interface Lookout extends Pick<Yard, 'sandbox' | 'signal'> {
  readonly tools: Tools;
  readonly findings: Findings;
  readonly clock: Pick<Clock, 'now'>;
  /** Told before each check that looks, so that long work is seen to go on. */
  readonly begins?: (name: string) => void | Promise<void>;
  /** Told what each check said, those that did not look too. */
  readonly ended?: (result: CheckResult) => Promise<void>;
  /** Which checks look again at what they have seen before: a person asked. */
  readonly anew?: (name: string) => boolean;
}

/** Findings of one kind that are told one by one; beyond, they are counted. */
const most = 1_000;

export async function runChecks(
  lookout: Lookout,
  { base, head }: { readonly base: Stand; readonly head: Stand },
  chosen: readonly Chosen[],
): Promise<readonly CheckResult[]> {
  const configuration = chosen.flatMap(({ check }) => check.configuration ?? []);
  const configured = await standConfigured(head, base, configuration);
  const change = await changeBetween(base, head);
  const seen = configured === head ? change : await changeBetween(base, configured);
  return withWorkspace(lookout, base, (onBase) =>
    withWorkspace(lookout, head, (onHead) =>
      withWorkspace(lookout, configured, (onConfigured) => {
        const before = { stand: base, workspace: onBase };
        const plain = { before, after: { stand: head, workspace: onHead }, change };
        const after = { stand: configured, workspace: onConfigured };
        return inOrder(lookout, chosen, {
          plain,
          configured: configured === head ? plain : { before, after, change: seen },
          touched: change.touched,
        });
      }),
    ),
  );
}

/** A view of the change: as it is, or with what configures tools left as it was on the base. */
interface View {
  readonly before: OneSide;
  readonly after: OneSide;
  readonly change: ChangeBetween;
}

interface OneSide {
  readonly stand: Stand;
  readonly workspace: () => Promise<Workspace>;
}

interface Views {
  readonly plain: View;
  readonly configured: View;
  /** Every path in which the change differs. */
  readonly touched: readonly string[];
}

async function inOrder(
  lookout: Lookout,
  chosen: readonly Chosen[],
  { plain, configured, touched }: Views,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const each of chosen) {
    const { wants, configuration } = each.check;
    lookout.signal.throwIfAborted();
    const concerns = (path: string) => wants.test(path) || configuration?.test(path) === true;
    if (!touched.some(concerns)) continue;
    const view = configuration === undefined ? plain : configured;
    const result = await runCheck(lookout, { ...each, ...view });
    await lookout.ended?.(result);
    results.push(result);
  }
  return results;
}

interface Bench extends Chosen, View {}

async function runCheck(lookout: Lookout, bench: Bench): Promise<CheckResult> {
  const { name, about, needs } = bench.check;
  const began = lookout.clock.now().getTime();
  const tools = needs.flatMap((tool) => lookout.tools.find(tool) ?? []);
  const missing = needs.filter((tool) => lookout.tools.find(tool) === undefined);
  const why = bench.skip ?? absent(missing);
  if (why === undefined) await lookout.begins?.(name);
  const rest =
    why === undefined
      ? await lookTwice(lookout, bench)
      : { ...nothing, state: 'skipped' as const, reason: why };
  const milliseconds = lookout.clock.now().getTime() - began;
  return { name, about, tools: tools.map(toolName), ...rest, milliseconds };
}

function toolName({ name, version }: { name: string; version: string }): string {
  return `${name} ${version}`;
}

function absent(missing: readonly string[]): string | undefined {
  if (missing.length === 0) return undefined;
  const names = missing.join(' and ');
  return `${names} ${missing.length > 1 ? 'are' : 'is'} not installed: \`npm run tools\` brings it.`;
}

const nothing = {
  reason: null,
  files: 0,
  cached: 0,
  unread: [],
  added: [],
  fixed: [],
  preexisting: [],
  counts: { added: 0, fixed: 0, preexisting: 0 },
  fixable: false,
};

type Rest = Omit<CheckResult, 'name' | 'about' | 'tools' | 'milliseconds'>;

async function lookTwice(lookout: Lookout, bench: Bench): Promise<Rest> {
  const { before, after, change, check } = bench;
  const isFile = check.scope === 'file';
  // One after the other: a check may want all the cores that a small machine has.
  const now = await lookAt(lookout, check, {
    ...after,
    entries: isFile ? change.changed : after.stand.entries,
  });
  if ('state' in now) return { ...nothing, ...now };
  const old = await lookAt(lookout, check, {
    ...before,
    entries: isFile ? change.before : before.stand.entries,
  });
  if ('state' in old) {
    const reason = `What the change brought cannot be told, as it could not look at the base: ${old.reason}`;
    return { ...nothing, state: old.state, reason };
  }
  return told(bench, old, now);
}

/** What runs code of the repository has a workspace of its own: it could else change what the others look at. */
async function lookAt(
  lookout: Lookout,
  check: Check,
  { stand, workspace, entries }: OneSide & { readonly entries: Stand['entries'] },
): Promise<Seen> {
  const { tools, findings: all, anew } = lookout;
  const targets = await targetsOf(check, stand, entries);
  const installed = check.needs.flatMap((name) => tools.find(name) ?? []);
  const findings = anew?.(check.name) === true ? forgetful(all) : all;
  const side = { check, stand, targets, tools: installed, findings };
  return check.trusted
    ? look({ ...side, workspace })
    : withWorkspace(lookout, stand, (own) => look({ ...side, workspace: own }));
}

function forgetful(findings: Findings): Findings {
  return { ...findings, recall: () => Promise.resolve(undefined) };
}

type Looking = Extract<Seen, { found: unknown }>;

async function told(bench: Bench, before: Looking, after: Looking): Promise<Rest> {
  const { change, levelled, check } = bench;
  const compared = await compare(bench, before, after);
  const [added, fixed, preexisting] = [
    compared.added.map(levelled).sort(byLevel),
    compared.fixed.map(levelled),
    compared.preexisting.map(levelled),
  ];
  const names = new Map([...change.renamed].map(([now, old]) => [old, now]));
  const unread = [
    ...after.unread,
    ...before.unread.map(({ path, reason }) => ({
      path: names.get(path) ?? path,
      reason: `on the base, ${reason}`,
    })),
  ];
  return {
    state: stateOf(unread.length, added.length),
    reason: unread.length > 0 ? partly(unread) : null,
    files: after.files,
    cached: after.cached,
    unread: unread.slice(0, most),
    added: added.slice(0, most),
    fixed: fixed.slice(0, most),
    preexisting: preexisting.slice(0, most),
    counts: { added: added.length, fixed: fixed.length, preexisting: preexisting.length },
    fixable: check.fix !== undefined && added.some(({ fixable }) => fixable),
  };
}

function stateOf(unread: number, added: number): CheckResult['state'] {
  if (unread > 0) return 'partial';
  return added > 0 ? 'findings' : 'clean';
}

function partly(unread: readonly Unread[]): string {
  const [first] = unread;
  const more = unread.length > 1 ? `, and ${String(unread.length - 1)} more` : '';
  return `${first?.path ?? ''} could not be looked at: ${first?.reason ?? ''}${more}.`;
}

/** A file that was not looked at on the base is not compared: all that is found in it would be new. */
async function compare(bench: Bench, before: Looking, after: Looking): Promise<Compared> {
  const { renamed } = bench.change;
  const oldName = (path: string) => renamed.get(path) ?? path;
  const dark = new Set(before.unread.map(({ path }) => path));
  const found = after.found.filter(({ path }) => !dark.has(oldName(path)));
  const now = await textsOf(bench.after.stand, found);
  const paths = [
    ...before.found.map(({ path }) => path),
    ...found.map(({ path }) => oldName(path)),
  ];
  const old = await bench.before.stand.texts([...new Set(paths)]);
  return compareFindings({
    base: { findings: before.found, lines: (path) => linesOf(old.get(path)) },
    head: { findings: found, lines: (path) => linesOf(now.get(path)) },
    renamed,
    lineBefore: lineMap(old, now, renamed),
  });
}

function textsOf(stand: Stand, found: readonly Finding[]): Promise<ReadonlyMap<string, string>> {
  return stand.texts([...new Set(found.map(({ path }) => path))]);
}
