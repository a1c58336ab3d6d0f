/** The battery: it counts as held only what ran, did no harm, and does harm without the protection. */
import { expect, test } from 'vitest';
import { silentLog } from '../silent-log.ts';
import type { Arena } from '#battery/arena.ts';
import type { Attack, Trial } from '#battery/attack.ts';
import { groups } from '#battery/groups/all.ts';
import { readConfig } from '#config.ts';
import { runBattery } from '#battery/run.ts';

const nothing = () => Promise.reject(new Error('not part of this test'));
const arena: Arena = {
  sandbox: { health: nothing, open: nothing, kept: nothing, close: nothing },
  narrow: { health: nothing, open: nothing, kept: nothing, close: nothing },
  folder: nothing,
  layer: nothing,
  outside: nothing,
  closing: () => undefined,
  log: silentLog,
  config: readConfig({}),
  path: '',
};

const trial = (ran: boolean, breached: boolean) => (): Promise<Trial> =>
  Promise.resolve({ ran, breached, seen: '' });
const attack = (more: Partial<Attack>): Attack => ({
  id: 'some/attack',
  attack: 'Somebody tries something.',
  layer: 'a layer',
  attempt: trial(true, false),
  control: trial(true, true),
  ...more,
});

test.each([
  ['ran, did no harm, and does harm without the protection', attack({}), 'held'],
  ['did harm', attack({ attempt: trial(true, true) }), 'breached'],
  ['never ran', attack({ attempt: trial(false, false) }), 'vacuous'],
  [
    'does no harm without the protection either',
    attack({ control: trial(true, false) }),
    'vacuous',
  ],
  ['has a control that never ran', attack({ control: trial(false, true) }), 'vacuous'],
  ['broke', attack({ attempt: nothing }), 'vacuous'],
  ['needs what is not here', attack({ missing: () => Promise.resolve('no cc') }), 'skipped'],
  ['is a rule without a control', attack({ control: null }), 'held'],
])('an attack that %s', async (_, one, standing) => {
  const group = { name: 'some', about: 'some', attacks: [one] };
  const { cases, failures } = await runBattery({ groups: [group], arena, side: 1 });
  expect(cases).toMatchObject([{ standing }]);
  expect(failures).toHaveLength(['held', 'skipped'].includes(standing) ? 0 : 1);
});

test('every attack has a name of its own in its group, and a sentence', () => {
  const all = groups.flatMap((group) =>
    group.attacks.map((one) => ({ group: group.name, ...one })),
  );
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  for (const { group, id, attack: sentence } of all) {
    expect(id.startsWith(`${group}/`), id).toBe(true);
    expect(sentence, id).toMatch(/^[A-Z].*\.$/u);
  }
});
