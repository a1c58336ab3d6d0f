/** Faults of GitHub: it is in trouble, refuses, or takes away what it allowed; nothing may be written then, and it must be said. */
import { githubApp } from '#adapters/github/auth.ts';
import { githubForge } from '#adapters/github/forge.ts';
import { systemClock } from '#adapters/telemetry/clock.ts';
import { perArena, type Arena } from '#battery/arena.ts';
import type { Attack, Trial } from '#battery/attack.ts';
import { textBlob } from '#core/change.ts';
import { asSluiceError, type ErrorKind, type SluiceError } from '#core/errors.ts';
import type { Fault } from '#local-github/faults/fault.ts';
import { startLocalGitHub, type LocalGitHub } from '#local-github/local-github.ts';
import type { RepositorySession } from '#ports/forge.ts';
import type { Log } from '#ports/telemetry.ts';

interface Trouble {
  readonly name: string;
  readonly attack: string;
  readonly faults: readonly Fault[];
  /** What the engine is told to do about it: never to go on. */
  readonly kinds: readonly ErrorKind[];
}

const always = { times: 0 } as const;
const writes = { ...always, path: '/repos/*' } as const;
const waits: readonly ErrorKind[] = ['unavailable', 'exhausted'];
const stops: readonly ErrorKind[] = ['refused', 'stale', 'invalid', 'unavailable'];

const troubles: readonly Trouble[] = [
  ...[500, 502, 503].map((status): Trouble => ({
    name: `github-${String(status)}`,
    attack: `GitHub answers every request with ${String(status)}.`,
    faults: [{ kind: 'server-error', status, ...always }],
    kinds: waits,
  })),
  ...[403, 429].map((status): Trouble => ({
    name: `github-${String(status)}`,
    attack: `GitHub asks for a long pause with ${String(status)}.`,
    faults: [{ kind: 'secondary-limit', status, seconds: 3600, ...always }],
    kinds: waits,
  })),
  {
    name: 'github-hour-is-up',
    attack: 'All requests of the hour are used up.',
    faults: [{ kind: 'primary-limit', seconds: 3600, ...writes }],
    kinds: waits,
  },
  {
    name: 'github-cut',
    attack: 'Every connection to GitHub breaks.',
    faults: [{ kind: 'cut', ...always }],
    kinds: waits,
  },
  {
    name: 'github-suspended',
    attack: 'The installation is suspended before the first write.',
    faults: [{ kind: 'suspended', ...writes }],
    kinds: stops,
  },
  {
    name: 'github-removed',
    attack: 'The App is uninstalled before the first write.',
    faults: [{ kind: 'removed', ...writes }],
    kinds: stops,
  },
  {
    name: 'github-permission',
    attack: 'The permission to write is taken away before the first write.',
    faults: [{ kind: 'permission', permission: 'issues', ...writes }],
    kinds: stops,
  },
];

async function startGitHub(clock: () => number = Date.now): Promise<LocalGitHub> {
  return startLocalGitHub({
    clock,
    world: {
      users: [{ login: 'ada', role: 'admin' }],
      repositories: [
        {
          name: 'ada/app',
          files: { 'README.md': '# app\n' },
          issues: [{ title: 'A', author: 'ada' }],
        },
      ],
    },
  });
}

/** What a run writes: a comment, and a branch. */
async function act(session: RepositorySession): Promise<void> {
  await session.comment(1, 'key', 'words');
  const base = (await session.head('main')) ?? '';
  const files = [{ path: 'a', mode: '100644', content: textBlob('a\n') }] as const;
  await session.commit({
    ...{ branch: 'sluice/1', base, target: 'main', files, message: 'a' },
    ...{ title: 'a', body: 'a' },
  });
}

/** Tries to write while it is so, and looks at GitHub for what came of it. */
async function write(
  { log }: Arena,
  { faults, kinds }: Pick<Trouble, 'faults' | 'kinds'>,
): Promise<Trial> {
  const github = await startGitHub();
  try {
    const { session, words } = await openSession(github, log);
    github.faults.set(faults);
    const told = await act(session).then(
      () => undefined,
      (thrown: unknown) => asSluiceError(thrown),
    );
    github.faults.clear();
    await session.close().catch(() => undefined); // A token that is gone cannot be revoked.
    const seen = told === undefined ? 'nothing was wrong' : `${told.kind} ${told.message}`;
    return { ran: true, breached: words() > 0 || !isTold(told, kinds), seen };
  } finally {
    await github.stop();
  }
}

function isTold(told: SluiceError | undefined, kinds: readonly ErrorKind[]): boolean {
  return told !== undefined && kinds.includes(told.kind) && told.message.length > 10;
}

async function openSession(github: LocalGitHub, log: Log, clock = systemClock()) {
  const { id, privateKey, webhookSecret } = github.app;
  const app = await githubApp({
    credentials: { appId: id, privateKey: { text: privateKey }, webhookSecret },
    apiUrl: `${github.url}/api/v3`,
    webUrl: github.url,
    clock,
    log,
  });
  const [found] = github.state.repositories;
  const [installation] = github.state.installations;
  if (!found || !installation) throw new Error('the local GitHub has no repository');
  const session = githubForge({ app, clock }).open({
    ...{ id: found.id, owner: 'ada', name: 'app', defaultBranch: 'main', private: false },
    installation: installation.id,
  });
  return { session, words: () => found.issues.get(1)?.comments.length ?? 0 };
}

const unharmed = perArena((arena) => write(arena, { faults: [], kinds: [] }));

const day = 86_400_000;

/** The App's clock jumps by a day in the middle of a run; `closes`: whether the run's end is minded. */
async function jumpForward({ log }: Arena, closes: boolean): Promise<Trial> {
  const github = await startGitHub();
  try {
    let ahead = 0;
    const clock = { ...systemClock(), now: () => new Date(Date.now() + ahead) };
    const { session, words } = await openSession(github, log, clock);
    await session.comment(1, 'before', 'words');
    ahead = day;
    await session.comment(1, 'after', 'words');
    if (closes) await session.close();
    const live = [...github.state.tokens.values()].filter(({ revoked }) => !revoked).length;
    return { ran: words() === 2, breached: live > 0, seen: `${String(live)} tokens live on` };
  } finally {
    await github.stop();
  }
}

/** The App's clock is set back, so that it takes tokens for good that have expired. */
async function jumpBack({ log }: Arena): Promise<Trial> {
  let ahead = 0;
  const github = await startGitHub(() => Date.now() + ahead);
  try {
    const { session, words } = await openSession(github, log);
    await session.issue(1);
    ahead = day;
    const told = await act(session).then(
      () => undefined,
      (thrown: unknown) => asSluiceError(thrown),
    );
    const isSaid = told !== undefined && told.kind !== 'defect' && told.message.length > 10;
    const seen = told === undefined ? 'nothing was wrong' : `${told.kind} ${told.message}`;
    return { ran: true, breached: words() > 0 || !isSaid, seen };
  } finally {
    await github.stop();
  }
}

const jumps: readonly Attack[] = [
  {
    id: 'faults/clock-forward',
    attack: 'The clock jumps forward by a day in the middle of a run.',
    layer: 'every token of a run is taken back, also one that seems to have expired',
    attempt: (arena) => jumpForward(arena, true),
    control: (arena) => jumpForward(arena, false),
  },
  {
    id: 'faults/clock-back',
    attack: 'The clock jumps back by a day in the middle of a run.',
    layer: 'every answer of GitHub is looked at',
    attempt: jumpBack,
    control: unharmed,
  },
];

const inTrouble: readonly Attack[] = troubles.map((trouble) => ({
  id: `faults/${trouble.name}`,
  attack: trouble.attack,
  layer: 'every answer of GitHub is looked at',
  attempt: (arena) => write(arena, trouble),
  control: unharmed,
}));

export const forgeFaults: readonly Attack[] = [...inTrouble, ...jumps];
