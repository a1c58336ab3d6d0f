/** A few of the battery's attacks on git, workspaces and installs, tried here; all of them is `npm run battery`. */
import { expect, test } from 'vitest';
import { openArena } from '#battery/arena.ts';
import { collector } from '#battery/groups/collector.ts';
import { git } from '#battery/groups/git.ts';
import { install } from '#battery/groups/install.ts';
import { runBattery } from '#battery/run.ts';
import { readConfig } from '#config.ts';
import { silentLog } from '../silent-log.ts';

const sample = [
  'collector/link-for-folder',
  'collector/keep-link-out',
  'git/fsmonitor',
  'git/tree-link-and-folder',
  'git/remote-redirect',
  'install/gate-query',
];

test('a sample of the attacks on git, workspaces and installs is held', async () => {
  const groups = [collector, git, install].map((group) => ({
    ...group,
    attacks: group.attacks.filter(({ id }) => sample.includes(id)),
  }));
  const path = process.env.PATH ?? '';
  const arena = await openArena({ config: readConfig({}), log: silentLog, path });
  try {
    const { cases, failures } = await runBattery({ groups, arena, side: 2 });
    expect(failures).toEqual([]);
    expect(cases).toHaveLength(sample.length);
  } finally {
    await arena.close();
  }
});
