/** Settings as a run stands on them: read, their rules checked, and within what the operator allows. */
import {
  expressionProblem,
  readSettings,
  type ReadSettings,
  type SettingProblem,
} from '#core/settings-text.ts';
import type { Settings } from '#core/settings.ts';
import type { Rules } from '#ports/rules.ts';

export type OwnSettings =
  | {
      readonly settings: Settings;
      /** What the operator's limits changed, in sentences for people. */
      readonly told: readonly string[];
    }
  | { readonly problems: readonly SettingProblem[] };

/** `text` is that of the settings file on the base branch; no file is an empty one. */
export async function ownSettings(rules: Rules, text: string | undefined): Promise<OwnSettings> {
  const read: ReadSettings = readSettings(text);
  if ('problems' in read) return read;
  const found = await rules.check(read.settings.policies);
  if (found.length > 0) {
    return { problems: found.map((problem) => expressionProblem(text ?? '', problem)) };
  }
  return rules.bound(read.settings);
}
