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

async function startGitHub(): Promise<LocalGitHub> {
  return startLocalGitHub({
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

async function openSession(github: LocalGitHub, log: Log) {
  const clock = systemClock();
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

export const forgeFaults: readonly Attack[] = troubles.map((trouble) => ({
  id: `faults/${trouble.name}`,
  attack: trouble.attack,
  layer: 'every answer of GitHub is looked at',
  attempt: (arena) => write(arena, trouble),
  control: unharmed,
}));
