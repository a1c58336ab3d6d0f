/** A local GitHub and the App's settings for it: what `demo`, `generate`, `verify` and `sandbox` stand on. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, type Config } from '#config.ts';
import type { Repository } from '#core/event.ts';
import { startLocalGitHub, type LocalGitHub } from '#local-github/local-github.ts';
import type { World } from '#local-github/world.ts';

export interface LocalApp {
  readonly github: LocalGitHub;
  /** The operator's settings, but with the local GitHub as the forge and the embedded database. */
  readonly config: Config;
  /** A folder of its own, removed by `close`. */
  readonly folder: string;
  repository(owner: string, name: string): Repository;
  close(): Promise<void>;
}

export interface LocalAppOptions {
  /** The local GitHub refuses what exceeds a rate limit, as GitHub does. */
  readonly strictLimits?: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Seeds the local GitHub; it may use the folder. */
  readonly world: (folder: string) => Promise<World> | World;
  /** Of the local GitHub; any free one when absent. */
  readonly port?: number | undefined;
  /** Shown on every page of the local GitHub. */
  readonly notice?: string;
  /** Keep mirrors and installed packages in the folder too, so that nothing is left behind. */
  readonly fresh?: boolean;
}

/** Starts the local GitHub in this process. Throws invalid when the world or the environment is wrong. */
export async function startLocalApp(options: LocalAppOptions): Promise<LocalApp> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-'));
  // The users that PostgreSQL and the sandbox drop to must pass through it.
  await chmod(folder, 0o711);
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const world = await options.world(folder);
    const github = await startLocalGitHub({
      world,
      port: options.port ?? 0,
      folder: join(folder, 'github'),
      strictLimits: options.strictLimits ?? false,
      ...(options.notice !== undefined && { notice: options.notice }),
    });
    const config = readConfig(environmentFor(github, options, folder));
    return {
      github,
      config,
      folder,
      repository: (owner, name) => repositoryOf(github, owner, name),
      close: async () => {
        await github.stop();
        await remove();
      },
    };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

function environmentFor(
  { url, app }: LocalGitHub,
  { environment, fresh }: LocalAppOptions,
  folder: string,
): Readonly<Record<string, string | undefined>> {
  return {
    ...environment,
    APP_ID: String(app.id),
    PRIVATE_KEY: undefined,
    PRIVATE_KEY_PATH: app.privateKeyFile,
    WEBHOOK_SECRET: app.webhookSecret,
    GHE_HOST: new URL(url).host,
    GHE_PROTOCOL: 'http',
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: undefined,
    ...(fresh === true && { SLUICE_DATA_DIR: join(folder, 'data') }),
  };
}

/** A repository of the local GitHub in the App's own words. */
function repositoryOf({ state }: LocalGitHub, owner: string, name: string): Repository {
  const found = state.repositories.find((each) => each.owner.login === owner && each.name === name);
  const installation = state.installations.find(({ account }) => account.login === owner);
  if (found === undefined || installation === undefined)
    throw new TypeError(`the local GitHub has no ${owner}/${name} with the App installed`);
  return {
    id: found.id,
    owner,
    name,
    defaultBranch: found.defaultBranch,
    private: found.private,
    installation: installation.id,
  };
}
