/** Next: jobs that are aimed at what comes after them: another command, another run. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Arena } from '#battery/arena.ts';
import type { Attack, Trial } from '#battery/attack.ts';
import type { Workspace } from '#ports/sandbox.ts';
import { trialOf } from './judge.ts';
import { placeWith, run, sh, within, type Files } from './workspace.ts';

interface Twice {
  readonly id: string;
  readonly attack: string;
  readonly layer: string;
  readonly incident?: string;
  /** Prints `ran`. */
  readonly first: string;
  /** Prints `breached`. */
  readonly second: string;
  /** Milliseconds between the two. */
  readonly pause?: number;
}

const tree: Files = { 'README.md': 'hello\n', 'node_modules/a/index.js': 'good\n' };

/** Both commands in one workspace. */
const sameRun: readonly Twice[] = [
  {
    id: 'left-in-temporary-files',
    attack: 'A test leaves a file in /tmp for the command after it.',
    layer: 'file systems of each command',
    first: 'echo ran; echo evil > /tmp/sluice-battery-left',
    second: 'cat /tmp/sluice-battery-left && echo breached; rm -f /tmp/sluice-battery-left',
  },
  {
    id: 'left-in-memory',
    attack: 'A test leaves a file in /dev/shm for the command after it.',
    layer: 'file systems of each command',
    first: 'echo ran; echo evil > /dev/shm/sluice-battery-left',
    second: 'cat /dev/shm/sluice-battery-left && echo breached; rm -f /dev/shm/sluice-battery-left',
  },
  {
    id: 'left-in-home',
    attack: "A test leaves a tool's configuration in the home folder for the command after it.",
    layer: 'file systems of each command',
    incident: 'Clinejection, February 2026',
    first: 'echo ran; echo evil > "$HOME/.battery-left"',
    second: 'cat "$HOME/.battery-left" && echo breached',
  },
  {
    id: 'time-bomb',
    attack: 'A test leaves a program that changes the repository when the test is over.',
    layer: 'death of the process namespace',
    first:
      'echo ran; setsid sh -c "sleep 0.3; echo evil > late" </dev/null >/dev/null 2>&1 & sleep 0.1; echo',
    second: 'cat late && echo breached',
    pause: 700,
  },
];

/** Each command in a run of its own on the same layers. */
const nextRun: readonly Twice[] = [
  {
    id: 'poisoned-layer',
    attack: 'A test changes a file of the tree that later runs of the commit stand on.',
    layer: 'read-only lower layers',
    incident: 'Clinejection, February 2026',
    first: 'echo ran; echo evil > README.md',
    second: 'grep -q evil README.md && echo breached',
  },
  {
    id: 'poisoned-packages',
    attack: 'A test changes an installed package that later runs use.',
    layer: 'read-only lower layers',
    incident: 'Clinejection, February 2026',
    first: 'echo ran; echo evil > node_modules/a/index.js; echo evil > node_modules/more.js',
    second: 'grep -rq evil node_modules && echo breached',
  },
  {
    id: 'wiped-layer',
    attack: 'A worm deletes the tree that later runs of the commit stand on.',
    layer: 'read-only lower layers',
    incident: 'Shai-Hulud, September 2025',
    first: 'echo ran; rm -rf ./*',
    second: '[ -e README.md ] || echo breached',
  },
];

async function both(workspaces: readonly [Workspace, Workspace], one: Twice): Promise<Trial> {
  const first = await run(workspaces[0], one.first);
  await sleep(one.pause ?? 0);
  const second = await run(workspaces[1], one.second);
  return trialOf({ ...second, stdout: `${first.stdout}\n${second.stdout}` });
}

async function bothOutside(arena: Arena, one: Twice): Promise<Trial> {
  const options = {
    cwd: await placeWith(arena, tree),
    environment: { HOME: await arena.folder() },
  };
  const first = await arena.outside(sh(one.first), options);
  await sleep(one.pause ?? 0);
  const second = await arena.outside(sh(one.second), options);
  return trialOf({ ...second, stdout: `${first.stdout}\n${second.stdout}` });
}

function twice(one: Twice, attempt: Attack['attempt']): Attack {
  const { id, attack, layer, incident } = one;
  return {
    ...{ id: `jobs/${id}`, attack, layer, ...(incident !== undefined && { incident }) },
    attempt,
    control: (arena) => bothOutside(arena, one),
  };
}

export const next: readonly Attack[] = [
  ...sameRun.map((one) =>
    twice(one, async (arena) =>
      within(arena, [await arena.layer(tree)], (workspace) => both([workspace, workspace], one)),
    ),
  ),
  ...nextRun.map((one) =>
    twice(one, async (arena) => {
      const base = await arena.layer({ 'README.md': 'hello\n' });
      const packages = await within(arena, [base], async (workspace) => {
        await run(workspace, 'mkdir -p node_modules/a; echo good > node_modules/a/index.js');
        return workspace.keep('node_modules', base.key);
      });
      return within(arena, [base, packages], (first) =>
        within(arena, [base, packages], (second) => both([first, second], one)),
      );
    }),
  ),
];
