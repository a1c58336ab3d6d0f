/** Evil model: a model that always obeys the attacker, at every tool, every form of edit and every surface. */
import type { Group } from '#battery/attack.ts';
import { evilEdits } from './evil-edits.ts';
import { evilRandom, fullCount } from './evil-random.ts';
import { evilTexts } from './evil-texts.ts';
import { evilTokens } from './evil-tokens.ts';
import { evilTools } from './evil-tools.ts';

export const evilModel: Group = {
  name: 'evil-model',
  about: 'what a model causes that obeys every word of the attacker',
  attacks: [
    ...evilTools,
    ...evilTokens,
    ...evilEdits,
    ...evilTexts,
    ...evilRandom(fullCount, 20_261_121),
  ],
};
