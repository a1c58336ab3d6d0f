/** Evil model: a model that always obeys the attacker, at every tool, every form of edit and every surface. */
import type { Group } from '#battery/attack.ts';
import { evilEdits } from '#battery/evil/try-edits.ts';
import { evilRandom, fullCount } from '#battery/evil/try-random.ts';
import { evilTexts } from '#battery/evil/try-texts.ts';
import { evilTokens } from '#battery/evil/try-tokens.ts';
import { evilTools } from '#battery/evil/try-tools.ts';
import { wholeRuns } from '#battery/whole/try-runs.ts';

export const evilModel: Group = {
  name: 'evil-model',
  about: 'what a model causes that obeys every word of the attacker',
  attacks: [
    ...wholeRuns,
    ...evilTools,
    ...evilTokens,
    ...evilEdits,
    ...evilTexts,
    ...evilRandom(fullCount, 20_261_121),
  ],
};
