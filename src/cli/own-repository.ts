/** The world of the local GitHub when it serves one checkout of the person who runs the command. */
import { openLog, openWorld, type OpenWorld } from '#app.ts';
import type { Repository } from '#core/event.ts';
import { startLocalApp, type LocalApp, type LocalAppOptions } from '#local-app.ts';
import type { Environment } from './answer.ts';
import { listenForStop } from './stopping.ts';
import { cloneCheckout, type Checkout } from './checkout.ts';

type World = Awaited<ReturnType<LocalAppOptions['world']>>;
type Issue = NonNullable<NonNullable<World['repositories']>[number]['issues']>[number];

/** The person at the keyboard, as the local GitHub knows them. */
export const owner = 'you';

export interface Own {
  readonly local: LocalApp;
  readonly checkout: Checkout;
  readonly repository: Repository;
}

export interface OwnOptions {
  readonly environment: Environment;
  readonly folder: string;
  readonly ref: string | undefined;
  /** Another commit that is needed. */
  readonly also?: string;
  readonly issues?: readonly Issue[];
}

/** Starts the local GitHub on a bare clone of a checkout. Throws invalid when there is nothing to clone. */
export async function startOwn({
  environment,
  folder,
  ref,
  also,
  issues = [],
}: OwnOptions): Promise<Own> {
  let checkout: Checkout | undefined;
  const local = await startLocalApp({
    environment,
    world: async (temporary) => {
      checkout = await cloneCheckout(folder, temporary, { ref, also });
      return worldOf(checkout, issues);
    },
  });
  if (checkout === undefined) throw new TypeError('the world was not asked for');
  return { local, checkout, repository: local.repository(owner, checkout.name) };
}

function worldOf({ bare, branch, name }: Checkout, issues: readonly Issue[]): World {
  return {
    users: [{ login: owner, role: 'admin' }],
    repositories: [
      {
        name: `${owner}/${name}`,
        bare,
        defaultBranch: branch,
        labels: ['sluice'],
        issues: [...issues],
      },
    ],
  };
}

/** Opens the world on a checkout's own commits for one piece of work, and closes everything whatever happens. */
export async function onOwn<T>(
  options: OwnOptions,
  work: (own: Own & { world: OpenWorld }) => Promise<T>,
): Promise<T> {
  const stopping = listenForStop();
  const own = await startOwn(options);
  try {
    const log = openLog(quiet(options.environment, own.local));
    const world = await openWorld({ config: own.local.config, log, passing: own.local.folder });
    try {
      return await stopping.unless(work({ ...own, world }));
    } finally {
      await world.close();
    }
  } finally {
    await own.local.close();
  }
}

/** Commands that a person waits for only log what they must know, unless asked for more. */
export function quiet(
  environment: Environment,
  { config }: LocalApp,
): LocalApp['config']['logLevel'] {
  return environment.LOG_LEVEL === undefined ? 'warn' : config.logLevel;
}
