/** The evil model: its detector finds secrets in every disguise, and a sample of its attacks is held; all: npm run battery. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { silentLog } from '../silent-log.ts';
import type { Arena } from '#battery/arena.ts';
import { disguises, leaksIn } from '#battery/evil/canaries.ts';
import { evilEdits } from '#battery/evil/try-edits.ts';
import { evilModel } from '#battery/groups/evil-model.ts';
import { evilRandom } from '#battery/evil/try-random.ts';
import { evilTexts } from '#battery/evil/try-texts.ts';
import { evilTools } from '#battery/evil/try-tools.ts';
import { readConfig } from '#config.ts';
import { runBattery } from '#battery/run.ts';
import type { Workspace } from '#ports/sandbox.ts';

const secret = 'kQ7canary4Zx81vLmT20pW';

describe('a secret is found', () => {
  test.each(Object.entries(disguises(secret)))('%s', (_, disguised) => {
    expect(leaksIn(`before ${disguised} after`, [secret])).toHaveLength(1);
  });

  test('and nothing where there is none', () => {
    expect(leaksIn('{"an": "ordinary text", "H4sIAAAAAAAAAAAAAAAAAAAAAAAA": 1}', [secret])).toEqual(
      [],
    );
  });
});

test('it tries more than 300 things, by every surface and every tool', () => {
  expect(evilTools.length + evilEdits.length + evilTexts.length).toBeGreaterThan(300);
  const surfaces = new Set(
    evilTexts.map(({ attack }) => /in a (.*?) (?:\w+s|gets|has|in)\b/.exec(attack)?.[1]),
  );
  expect(surfaces.size).toBeGreaterThanOrEqual(9);
});

/** No sandbox: what these attacks try never gets as far. */
async function withArena<T>(use: (arena: Arena) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), 'sluice-evil-'));
  const opened: (() => Promise<void>)[] = [];
  const absent = () => Promise.reject(new Error('not part of this test'));
  const workspace: Workspace = {
    ...{ exec: absent, ask: absent, write: absent, collect: absent, keep: absent },
    close: () => Promise.resolve(),
  };
  const open = () => Promise.resolve(workspace);
  const sandbox = { health: absent, open, kept: absent, close: () => Promise.resolve() };
  const folder = () => mkdtemp(join(root, 'place-'));
  try {
    return await use({
      ...{ sandbox, narrow: sandbox, folder, outside: absent, log: silentLog },
      ...{ config: readConfig({}), path: '' },
      layer: async () => ({ key: 'tree', path: await folder() }),
      closing: (close) => void opened.unshift(close),
    });
  } finally {
    for (const close of opened) await close();
    await rm(root, { recursive: true, force: true });
  }
}

test('a sample of edits, texts and random ones is held, and each does harm without protection', async () => {
  const some = <T>(all: readonly T[], step: number) => all.filter((_, at) => at % step === 0);
  const attacks = [...some(evilEdits, 9), ...some(evilTexts, 23), ...evilRandom(200, 7)];
  const { failures, groups } = await withArena((arena) =>
    runBattery({ groups: [{ ...evilModel, attacks }], arena, side: 4 }),
  );
  expect(failures).toEqual([]);
  expect(groups).toMatchObject([{ held: attacks.length, controlsBreached: attacks.length }]);
});
