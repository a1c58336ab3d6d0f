/** Choose checks: those that the settings name and those that fit the repository, with what the settings say of each. */
import { levels, type Finding } from '#core/finding.ts';
import { isWithin } from '#core/path-pattern.ts';
import type { CheckSetting, Settings } from '#core/settings.ts';
import { distanceWithin } from '#core/similarity.ts';
import type { Check } from './check.ts';
import { declaredCheck } from './declared.ts';
import type { Files } from './scripts.ts';

export interface Chosen {
  readonly check: Check;
  /** Why it is not run although it was asked for. */
  readonly skip?: string;
  /** Gives a finding the level that the settings want. */
  readonly levelled: (finding: Finding) => Finding;
}

export interface Choice {
  readonly base: Files;
  readonly head: Pick<Files, 'paths'>;
  readonly settings: Pick<Settings, 'checks'>;
  /** Whether who wrote the head may have its code run: a stranger's is only looked at by trusted checks. */
  readonly mayRun: boolean;
}

/** In the order of `all`; those that the settings declare come last. */
export async function chooseChecks(
  all: readonly Check[],
  choice: Choice,
): Promise<readonly Chosen[]> {
  const { settings, mayRun } = choice;
  const chosen: Chosen[] = [];
  for (const check of [...all, ...declaredIn(settings, all)]) {
    const setting = settings.checks[check.name] ?? {};
    const isWanted = await wants(check, setting, choice);
    if (!isWanted) continue;
    chosen.push({
      check: narrowed(check.configured?.(setting) ?? check, setting),
      levelled: levelledTo(setting.level),
      ...(!mayRun && !check.trusted && { skip: strange }),
    });
  }
  return [...chosen, ...unknownIn(settings, all)];
}

async function wants(
  check: Check,
  { level, run }: CheckSetting,
  { base, head }: Choice,
): Promise<boolean> {
  if (level === 'off') return false;
  if (level !== undefined || run !== undefined) return true;
  return check.isFitting({ ...base, paths: withNew(check, base.paths, head.paths) });
}

/** The first Dockerfile of a repository is looked at too; what tells a tool how to look counts only once it is merged. */
function withNew(check: Check, base: readonly string[], head: readonly string[]): string[] {
  const known = new Set(base);
  const come = head.filter((path) => !known.has(path) && !check.configuration?.test(path));
  return [...base, ...come].sort();
}

type Declaring = Choice['settings'];

/** Tools of the repository's own. */
function declaredIn({ checks }: Declaring, all: readonly Check[]): readonly Check[] {
  const ours = new Set(all.map(({ name }) => name));
  return Object.entries(checks).flatMap(([name, { run, report, format = 'sarif', pattern }]) =>
    run === undefined || ours.has(name)
      ? []
      : [declaredCheck({ name, run, report, format, pattern })],
  );
}

/** A name that is nobody's is told: else a check that was to be switched on would be silent. */
function unknownIn({ checks }: Declaring, all: readonly Check[]): readonly Chosen[] {
  const names = all.map(({ name }) => name);
  const lost = Object.entries(checks).filter(
    ([name, { run }]) => run === undefined && !names.includes(name),
  );
  return lost.map(([name]) => {
    const near = names.find((each) => distanceWithin(each, name, 2) !== undefined);
    const meant =
      near === undefined ? `Known are ${names.join(', ')}.` : `Did you mean \`${near}\`?`;
    const skip = `There is no check \`${name}\`. ${meant} A tool of your own needs \`run\`.`;
    const check = { ...declaredCheck({ name, run: '', format: 'sarif' }), about: 'Not known.' };
    return { check, skip, levelled: (each) => each };
  });
}

const strange =
  'It runs what the change brings along, and nobody who may write to the repository has allowed that yet.';

/** The check with the paths that the settings leave it. */
function narrowed(check: Check, { paths, except = [] }: CheckSetting): Check {
  if (paths === undefined && except.length === 0) return check;
  const test = (path: string) =>
    check.wants.test(path) &&
    (paths === undefined || isWithin(path, paths)) &&
    !isWithin(path, except);
  return { ...check, wants: { test }, options: [check.options ?? null, paths ?? null, except] };
}

function levelledTo(level: CheckSetting['level']): Chosen['levelled'] {
  if (level === 'warning') return (each) => ({ ...each, level: milder(each.level) });
  if (level === 'error')
    return (each) => ({ ...each, level: each.level === 'warning' ? 'error' : each.level });
  return (each) => each;
}

function milder(level: Finding['level']): Finding['level'] {
  return levels[Math.max(1, levels.indexOf(level))] ?? 'note';
}
