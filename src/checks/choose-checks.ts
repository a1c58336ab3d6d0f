/** Choose checks: those that the settings name and those that fit the repository, with what the settings say of each. */
import { levels, type Finding } from '#core/finding.ts';
import { isWithin } from '#core/path-pattern.ts';
import type { CheckSetting, Settings } from '#core/settings.ts';
import type { Check } from './check.ts';
import type { Files } from './scripts.ts';

export interface Chosen {
  readonly check: Check;
  /** Why it is not run although it was asked for. */
  readonly skip?: string;
  /** Gives a finding the level that the settings want. */
  readonly levelled: (finding: Finding) => Finding;
}

export interface Choice {
  readonly files: Files;
  readonly settings: Pick<Settings, 'checks'>;
  /** Whether who wrote the head may have its code run: a stranger's is only looked at by trusted checks. */
  readonly mayRun: boolean;
}

export async function chooseChecks(
  all: readonly Check[],
  { files, settings, mayRun }: Choice,
): Promise<readonly Chosen[]> {
  const chosen: Chosen[] = [];
  for (const check of all) {
    const setting = settings.checks[check.name] ?? {};
    const isWanted = await wants(check, setting, files);
    if (!isWanted) continue;
    chosen.push({
      check: narrowed(check.configured?.(setting) ?? check, setting),
      levelled: levelledTo(setting.level),
      ...(!mayRun && !check.trusted && { skip: strange }),
    });
  }
  return chosen;
}

async function wants(check: Check, { level, run }: CheckSetting, files: Files): Promise<boolean> {
  if (level === 'off') return false;
  return level !== undefined || run !== undefined || check.isFitting(files);
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
