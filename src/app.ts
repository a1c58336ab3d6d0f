/** The composition root: the only file that knows every adapter and every flow. It builds and hands over. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanDaily } from '#adapters/disk/cleaning.ts';
import { readPrompts } from '#adapters/disk/prompts.ts';
import { idOfFolder, watchStopFile } from '#adapters/disk/stop-file.ts';
import { gitTrees } from '#adapters/git/trees.ts';
import { githubApp, type GithubApp } from '#adapters/github/auth.ts';
import { githubForge } from '#adapters/github/forge.ts';
import { readPrivateKey } from '#adapters/github/private-key.ts';
import { runSetup } from '#adapters/github/setup.ts';
import { webhookDoor } from '#adapters/github/webhooks.ts';
import { openaiModel, type OpenaiOptions } from '#adapters/openai/model.ts';
import { probedEndpoint } from '#adapters/openai/probed.ts';
import { lockedPackages } from '#adapters/packages/packages.ts';
import { openPostgres, type Postgres } from '#adapters/postgres/open.ts';
import { recordedModel, recordingModel } from '#adapters/recorded/model.ts';
import { readPolicySet } from '#adapters/rules/operator.ts';
import { ownersRules } from '#adapters/rules/rules.ts';
import { systemClock } from '#adapters/telemetry/clock.ts';
import { pinoLog } from '#adapters/telemetry/log.ts';
import { probeEndpoint, type ProbeReport } from '#agent/probe/run.ts';
import { checkSources } from '#check-sources.ts';
import type { Config } from '#config.ts';
import { errors } from '#core/errors.ts';
import type { PolicySet } from '#core/policies.ts';
import type { Scope } from '#core/stop.ts';
import { withBot } from '#engine/heard.ts';
import { enqueue } from '#engine/enqueue.ts';
import type { World } from '#engine/flow.ts';
import { heedScopes, operatorOf, type Operator } from '#engine/operator.ts';
import { work } from '#engine/worker.ts';
import { flows } from '#flows/all.ts';
import type { Clock } from '#ports/clock.ts';
import type { Model } from '#ports/model.ts';
import type { Rules } from '#ports/rules.ts';
import type { Sandbox } from '#ports/sandbox.ts';
import type { Store } from '#ports/store.ts';
import type { Log } from '#ports/telemetry.ts';
import { startServer } from '#server/server.ts';
import type { LimitSettings } from '#workspace/limits.ts';
import { configuredSandbox, installedTools } from '#sandboxes.ts';

/** The root of the checkout: where `prompts/`, `src/` and `node_modules/` lie. */
export const root = fileURLToPath(new URL('..', import.meta.url));

export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  /** A folder in which the model's answers are kept as recordings. */
  readonly record?: string | undefined;
  /** Of commands in the sandbox, where they differ from the usual ones. */
  readonly limits?: LimitSettings;
  /**
   * Where the embedded database and the mirrors lie when they shall not outlive this process; layers and packages, which
   * serve again, stay in the data folder.
   */
  readonly passing?: string | undefined;
}

export interface OpenWorld extends World {
  readonly app: GithubApp;
  close(): Promise<void>;
}

/** A server that runs: whatever its role, it tells its health. */
export interface Served {
  readonly url: string;
  readonly github: GithubApp;
  /** Takes no more work, waits for what is under way at most `milliseconds`, and closes everything. */
  stop(milliseconds: number): Promise<void>;
}

export interface App extends Served {
  readonly world: OpenWorld;
  readonly store: Pick<Store, 'run' | 'runs' | 'steps'>;
}

/** The log of a process: on stderr, so that stdout holds nothing but answers. */
export function openLog(level: Config['logLevel']): Log {
  return pinoLog({ level });
}

/** Leads the operator through registering the App; what it learns is added to `.env`. */
export function openSetup({ config, log }: AppOptions): ReturnType<typeof runSetup> {
  return runSetup({ host: config.host, port: config.port, envFile: join(root, '.env'), log });
}

/** The sandbox alone, for the commands that need nothing else. */
export function openSandbox({ config, log, limits = {} }: AppOptions): Sandbox {
  return configuredSandbox({ root, config, log, limits });
}

async function modelOf({ config, log, record }: AppOptions): Promise<Model | undefined> {
  if (config.recordings !== undefined) return recordedModel(config.recordings);
  if (config.model === undefined) return undefined;
  const model = openaiModel(endpointOf(config.model, log));
  return record === undefined ? model : recordingModel(model, record);
}

function endpointOf(model: NonNullable<Config['model']>, log: Log): OpenaiOptions {
  const { baseUrl: baseURL, apiKey, name, price, context: contextTokens } = model;
  return { baseURL, apiKey, model: name, price, contextTokens, log };
}

/** Asks the configured endpoint a few things and reports what it can do. Throws invalid where none is configured. */
export function probeModel({ config: { model }, log }: AppOptions): Promise<ProbeReport> {
  if (model === undefined) throw errors.modelMissing();
  const endpoint = probedEndpoint(endpointOf(model, log));
  return probeEndpoint({ endpoint, clock: systemClock(), contextTokens: model.context });
}

/** The App's id and key, for what asks GitHub without an app. Throws invalid where there is none, or it cannot be read. */
export async function readAppKey({ app }: Config): Promise<{ id: number; privateKey: string }> {
  if (app === undefined) throw errors.appMissing();
  return { id: app.appId, privateKey: await readPrivateKey(app.privateKey) };
}

function openGithub({ config, log }: AppOptions, clock: Clock): Promise<GithubApp> {
  if (config.app === undefined) throw errors.appMissing();
  return githubApp({ credentials: config.app, ...config.github, clock, log });
}

const noPolicies: PolicySet = { policies: [], rego: [] };

/** The policies of a file or a folder. Throws invalid where they cannot be read. */
export function readPolicies(path: string): Promise<PolicySet> {
  return readPolicySet(root, path);
}

/** Rules alone, for the commands that need nothing else: without an operator's own only what is handed in is asked. */
export function openRules(config: Config, sandbox: Sandbox, operator = noPolicies): Rules {
  const tools = installedTools(root, config);
  const { ceilings, dataFolder: dataDir } = config;
  return ownersRules({ root, sandbox, tools, dataDir, operator, ceilings });
}

/** Everything that a flow may use. Throws invalid when no App is configured or its key cannot be read. */
export async function openWorld(options: AppOptions): Promise<OpenWorld> {
  const { config, log } = options;
  const clock = systemClock();
  const app = await openGithub(options, clock);
  // Dropped users must pass through it to what is staged for them; nobody but its owner may list it.
  await mkdir(config.dataFolder, { recursive: true, mode: 0o711 });
  const { policies } = config;
  const operator = policies === undefined ? noPolicies : await readPolicies(policies);
  const sandbox = openSandbox(options);
  return {
    app,
    forge: githubForge({ app, clock, links: config.links }),
    model: await modelOf(options),
    sandbox,
    trees: gitTrees({
      dataDir: config.dataFolder,
      mirrors: join(options.passing ?? config.dataFolder, 'mirrors'),
      log,
      loopbackHttp: true,
    }),
    packages: lockedPackages({ ...config, sandbox, dataDir: config.dataFolder, log }),
    ...checkSources(root, config),
    rules: openRules(config, sandbox, operator),
    prompts: await readPrompts(join(root, 'prompts')),
    clock,
    log,
    close: () => sandbox.close(),
  };
}

export { check, sarifOfChecked, type Checked } from '#flows/check/check-commits.ts';
export { verify } from '#flows/generate/verify-branch.ts';

/** `keepDays` where what ended long ago is to be removed. */
function openStore({ config, log, passing }: AppOptions, keepDays?: number): Promise<Postgres> {
  const dataDir = passing ?? config.dataFolder;
  return openPostgres({
    databaseUrl: config.databaseUrl,
    dataDir,
    workers: config.workers,
    cap: config.installationRuns,
    keepDays,
    log,
  });
}

/** What the operator's verbs need, without starting anything else. */
export interface OpenRuns extends Operator {
  readonly store: Store;
  close(): Promise<void>;
}

export async function openRuns(options: AppOptions): Promise<OpenRuns> {
  const database = await openStore(options);
  return { ...database, ...operatorOf({ ...database, flows, log: options.log }) };
}

/** The stop file of the data folder, where that lasts; each host has one of its own, which stops all that share the database. */
async function heedStopFile({ config, log, passing }: AppOptions, { store, queue }: Postgres) {
  if (passing !== undefined) return undefined;
  const path = join(config.dataFolder, 'stop');
  const source = `file ${path} ${await idOfFolder(config.dataFolder)}`;
  const heed = (scopes: readonly Scope[]) =>
    heedScopes({ store, queue, flows, log }, source, scopes);
  return watchStopFile({ path, heed, log });
}

/** The App that works on runs, and takes webhooks too unless its role is `worker`. */
export async function openApp(options: AppOptions): Promise<App> {
  const world = await openWorld(options);
  return orClosed(world, async () => {
    const database = await openStore(options, options.config.keepDays);
    return orClosed(database, async () => {
      const door =
        options.config.role === 'worker' ? undefined : doorOf(options, world.app, database);
      const server = await startServer({ ...options.config, ...healthOf(options, database), door });
      return orClosed({ close: () => server.stop() }, async () => {
        const stopFile = await heedStopFile(options, database);
        await work({ ...database, flows, world, budgets: options.config.day });
        const recovering = door && world.app.recoverMissed();
        const cleaning = startCleaning(options, world.clock);
        return {
          url: server.url,
          github: world.app,
          world,
          store: database.store,
          async stop(milliseconds) {
            await Promise.all([cleaning.stop(), recovering?.stop(), stopFile?.close()]);
            await server.stop();
            await database.queue.drain(milliseconds);
            await database.close();
            await world.close();
          },
        };
      });
    });
  });
}

/** The App that takes webhooks, keeps them and queues their runs, and works on none: it needs no sandbox and no model. */
export async function openDoor(options: AppOptions): Promise<Served> {
  const github = await openGithub(options, systemClock());
  const database = await openStore(options, options.config.keepDays);
  return orClosed(database, async () => {
    const door = doorOf(options, github, database);
    const server = await startServer({ ...options.config, ...healthOf(options, database), door });
    const recovering = github.recoverMissed();
    return {
      url: server.url,
      github,
      async stop() {
        await recovering.stop();
        await server.stop();
        await database.close();
      },
    };
  });
}

function doorOf({ config, log }: AppOptions, github: GithubApp, { store, queue }: Postgres) {
  return webhookDoor({
    verify: (body, signature) => github.verify(body, signature),
    receive: async (delivery) => {
      const event = delivery.event && (await withBot(delivery.event, config.bots, github));
      await enqueue({ store, queue, flows, log }, { ...delivery, event: event ?? undefined });
    },
    log,
  });
}

/** Where the data lasts: what passes with this process needs no cleaning. */
function startCleaning({ config, log, passing }: AppOptions, clock: Clock) {
  const stopping = new AbortController();
  if (passing !== undefined) stopping.abort();
  const at = (name: string) => join(config.dataFolder, name);
  const folders = {
    shelves: ['mirrors', 'layers', 'kept', 'packages', 'findings'].map(at),
    sockets: ['gates'].map(at),
  };
  const done = cleanDaily({ ...folders, ...config.cache, clock, log }, stopping.signal);
  return {
    stop(): Promise<void> {
      stopping.abort();
      return done;
    },
  };
}

function healthOf({ log }: AppOptions, { store }: Postgres) {
  return { ready: () => store.runs(1), log };
}

/** What was opened is closed again when what stands on it cannot start. */
async function orClosed<T>(opened: { close(): Promise<void> }, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (thrown) {
    await opened.close();
    throw thrown;
  }
}
