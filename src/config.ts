/** The operator's settings: the environment, handed in as a record, becomes one frozen object; all problems are told at once. */
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import type { Ceilings } from '#core/ceilings.ts';
import type { DayLimits } from '#core/day.ts';
import { Environment } from '#core/environment.ts';
import { errors } from '#core/errors.ts';

/** The App as GitHub knows it. */
export interface AppCredentials {
  readonly appId: number;
  /** The key itself or the file that holds it. */
  readonly privateKey: { readonly text: string } | { readonly path: string };
  readonly webhookSecret: string;
  /** Good as well while it is being replaced. */
  readonly previousWebhookSecret?: string;
}

export interface Config {
  /** Undefined while no App is registered: `serve` then leads through it. */
  readonly app: AppCredentials | undefined;
  readonly github: {
    /** Of the REST API, without a slash at the end. */
    readonly apiUrl: string;
    /** Of pages and git, without a slash at the end. */
    readonly webUrl: string;
  };
  readonly host: string;
  readonly port: number;
  readonly logLevel: NonNullable<Environment['LOG_LEVEL']>;
  /** Undefined means the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  readonly dataFolder: string;
  readonly role: NonNullable<Environment['SLUICE_ROLE']>;
  readonly workers: number;
  /** Runs of one installation that are worked on at once, in all processes together. */
  readonly installationRuns: number;
  /** What may be used in a day. */
  readonly day: { readonly repository: DayLimits; readonly actor: DayLimits };
  /** The most that a repository's settings may allow. */
  readonly ceilings: Ceilings;
  /** A file or folder of the operator's own rules. */
  readonly policies: string | undefined;
  /** Logins and App ids of bots that are heard. */
  readonly bots: readonly string[];
  /** Days for which what ended is kept. */
  readonly keepDays: number;
  /** What the data folder may keep beside the database. */
  readonly cache: {
    readonly days: number;
    readonly bytes: number;
  };
  /** Undefined when none is configured, or recordings take its place. */
  readonly model:
    | {
        readonly baseUrl: string;
        readonly apiKey: string | undefined;
        readonly name: string;
        /** US dollars for a million tokens. */
        readonly price: { readonly input: number; readonly output: number } | undefined;
        /** Tokens. */
        readonly context: number;
      }
    | undefined;
  readonly recordings: string | undefined;
  /** Where the programs of checks are. */
  readonly toolsFolder: string;
  /** A folder of rules for Semgrep beside ours. */
  readonly semgrepRules: string | undefined;
  /** Undefined means npm's own setting. */
  readonly npmRegistry: string | undefined;
  /** In what strange code runs. */
  readonly sandbox: {
    readonly kind: NonNullable<Environment['SLUICE_SANDBOX']>;
    readonly image: string;
    readonly runtime: string | undefined;
    /** What the client of a container engine finds of the environment: where its service is. */
    readonly engine: Readonly<Record<string, string>>;
  };
  /** Undefined means pip's own setting. */
  readonly pythonIndex: string | undefined;
  /** Hosts to which links may lead in what is written on the forge. */
  readonly links: readonly string[];
  /** Packages that may run code of theirs when they are installed. */
  readonly buildScripts: readonly string[];
}

/** The account that runs the app, as `os.userInfo` tells it. */
export interface Account {
  readonly uid: number;
  readonly homedir: string;
}

type Raw = Readonly<Record<string, string | undefined>>;

interface Problem {
  readonly name: string;
  readonly problem: string;
  readonly remedy: string;
}

/**
 * Reads the environment. An empty variable counts as absent.
 * Throws invalid `environment-invalid` that names every variable that is wrong, never its value.
 */
export function readConfig(environment: Raw, account: Account = userInfo()): Config {
  const found = readable(environment);
  return deepFreeze({
    app: credentials(found),
    github: places(found),
    ...server(found),
    ...admission(found),
    dataFolder: resolve(found.SLUICE_DATA_DIR ?? defaultFolder(environment, account)),
    model: model(found),
    sandbox: sandbox(found, environment),
    toolsFolder: resolve(found.SLUICE_TOOLS ?? join(import.meta.dirname, '../.tools')),
    semgrepRules:
      found.SLUICE_SEMGREP_RULES === undefined ? undefined : resolve(found.SLUICE_SEMGREP_RULES),
    recordings:
      found.SLUICE_RECORDINGS === undefined ? undefined : resolve(found.SLUICE_RECORDINGS),
    ...registries(found),
    links: found.SLUICE_LINKS ?? [],
  });
}

function readable(environment: Raw): Environment {
  const entries = Object.entries(environment).filter(([, value]) => value?.trim());
  const given: Raw = Object.fromEntries(entries);
  const read = Environment.safeParse(given);
  const problems = [...(read.success ? [] : unreadable(read.error)), ...disagreements(given)];
  if (!read.success || problems.length > 0) throw errors.environmentInvalid(problems);
  return read.data;
}

function server(found: Environment) {
  return {
    host: found.HOST ?? '127.0.0.1',
    port: found.PORT ?? 3000,
    logLevel: found.LOG_LEVEL ?? 'info',
    databaseUrl: found.DATABASE_URL,
    role: found.SLUICE_ROLE ?? 'all',
    workers: found.SLUICE_WORKERS ?? 2,
    installationRuns: found.SLUICE_INSTALLATION_RUNS ?? 4,
    keepDays: found.SLUICE_KEEP_DAYS ?? 30,
    cache: {
      days: found.SLUICE_CACHE_DAYS ?? 14,
      bytes: (found.SLUICE_CACHE_GB ?? 20) * 1_000_000_000,
    },
  };
}

function registries(found: Environment) {
  return {
    npmRegistry: found.SLUICE_NPM_REGISTRY,
    pythonIndex: found.SLUICE_PYPI_INDEX,
    buildScripts: found.SLUICE_BUILD_SCRIPTS ?? [],
  };
}

function admission(found: Environment): Pick<Config, 'day' | 'bots' | 'ceilings' | 'policies'> {
  const { SLUICE_POLICIES: policies } = found;
  return {
    ceilings: found.SLUICE_LIMITS ?? {},
    policies: policies === undefined ? undefined : resolve(policies),
    day: {
      repository: found.SLUICE_REPOSITORY_DAY ?? { runs: 200 },
      actor: found.SLUICE_PERSON_DAY ?? { runs: 100 },
    },
    bots: (found.SLUICE_BOTS ?? '').split(/[\s,]+/).filter((name) => name !== ''),
  };
}

function unreadable(error: z.ZodError): readonly Problem[] {
  return error.issues.map(({ path, message }) => ({
    name: String(path[0]),
    problem: 'cannot be read',
    remedy: message,
  }));
}

/** Variables that may be right one by one and are wrong together; asked of the raw ones, so that all is told at once. */
function disagreements(found: Raw): readonly Problem[] {
  return [...ofTheApp(found), ...ofTheHost(found), ...ofThePrices(found)];
}

function ofTheApp(found: Raw): readonly Problem[] {
  const { APP_ID, PRIVATE_KEY, PRIVATE_KEY_PATH, WEBHOOK_SECRET } = found;
  if (PRIVATE_KEY !== undefined && PRIVATE_KEY_PATH !== undefined) {
    const problem = 'is given beside PRIVATE_KEY_PATH';
    return [{ name: 'PRIVATE_KEY', problem, remedy: 'Keep one of them.' }];
  }
  const where = "the App's settings page";
  const parts: readonly [string, unknown, string][] = [
    ['APP_ID', APP_ID, `Give the number that stands on ${where}.`],
    [
      'PRIVATE_KEY',
      PRIVATE_KEY ?? PRIVATE_KEY_PATH,
      `Generate one on ${where}, or give PRIVATE_KEY_PATH.`,
    ],
    ['WEBHOOK_SECRET', WEBHOOK_SECRET, `Set one on ${where} and give it here.`],
  ];
  const missing = parts.filter(([, value]) => value === undefined);
  if (missing.length === parts.length) return [];
  return missing.map(([name, , remedy]) => ({ name, problem: 'is missing', remedy }));
}

function ofTheHost(found: Raw): readonly Problem[] {
  if (found.GHE_PROTOCOL !== 'http' || isLoopback(found.GHE_HOST)) return [];
  const problem = 'is http, which would send tokens in the clear';
  const remedy = 'Remove it: only a GHE_HOST on this machine may be reached so.';
  return [{ name: 'GHE_PROTOCOL', problem, remedy }];
}

function ofThePrices(found: Raw): readonly Problem[] {
  const [input, output] = [found.SLUICE_MODEL_PRICE_INPUT, found.SLUICE_MODEL_PRICE_OUTPUT];
  if ((input === undefined) === (output === undefined)) return [];
  const name = `SLUICE_MODEL_PRICE_${input === undefined ? 'INPUT' : 'OUTPUT'}`;
  return [{ name, problem: 'is missing', remedy: 'Give both prices or neither.' }];
}

function isLoopback(host: string | undefined): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host ?? 'github.com');
}

function credentials(found: Environment): AppCredentials | undefined {
  const { APP_ID, PRIVATE_KEY, PRIVATE_KEY_PATH, WEBHOOK_SECRET } = found;
  if (APP_ID === undefined || WEBHOOK_SECRET === undefined) return undefined;
  const privateKey =
    PRIVATE_KEY_PATH === undefined
      ? { text: PRIVATE_KEY ?? '' }
      : { path: resolve(PRIVATE_KEY_PATH) };
  const previous = found.WEBHOOK_SECRET_PREVIOUS;
  return {
    appId: APP_ID,
    privateKey,
    webhookSecret: WEBHOOK_SECRET,
    ...(previous === undefined ? {} : { previousWebhookSecret: previous }),
  };
}

function places({ GHE_HOST, GHE_PROTOCOL }: Environment): Config['github'] {
  if (GHE_HOST === undefined || GHE_HOST === 'github.com')
    return { apiUrl: 'https://api.github.com', webUrl: 'https://github.com' };
  const webUrl = `${GHE_PROTOCOL ?? 'https'}://${GHE_HOST}`;
  return { apiUrl: `${webUrl}/api/v3`, webUrl };
}

function model(found: Environment): Config['model'] {
  const { OPENAI_BASE_URL, OPENAI_API_KEY, SLUICE_RECORDINGS } = found;
  const [input, output] = [found.SLUICE_MODEL_PRICE_INPUT, found.SLUICE_MODEL_PRICE_OUTPUT];
  if (SLUICE_RECORDINGS !== undefined) return undefined;
  if (OPENAI_BASE_URL === undefined && OPENAI_API_KEY === undefined) return undefined;
  return {
    baseUrl: OPENAI_BASE_URL ?? 'https://api.openai.com/v1',
    apiKey: OPENAI_API_KEY,
    name: found.SLUICE_MODEL ?? 'gpt-5-mini',
    price: input === undefined || output === undefined ? undefined : { input, output },
    context: found.SLUICE_MODEL_CONTEXT ?? 128_000,
  };
}

/** Variables that clients of docker and podman read; none of them is a secret. */
const engineVariables: readonly string[] = [
  ...['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG', 'CONTAINER_HOST'],
  ...['XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS', 'SYSTEMROOT', 'PROGRAMDATA'],
];

function sandbox(found: Environment, environment: Raw): Config['sandbox'] {
  const engine: Record<string, string> = {};
  for (const name of engineVariables) {
    const value = environment[name];
    if (value !== undefined && value !== '') engine[name] = value;
  }
  return {
    kind: found.SLUICE_SANDBOX ?? 'auto',
    image: found.SLUICE_SANDBOX_IMAGE ?? 'sluice-sandbox',
    runtime: found.SLUICE_SANDBOX_RUNTIME,
    engine,
  };
}

function defaultFolder(environment: Raw, { uid, homedir }: Account): string {
  if (uid === 0) return '/var/lib/sluice';
  const state = environment.XDG_STATE_HOME ?? '';
  // The XDG rules: a path that is not absolute is to be ignored.
  return join(state.startsWith('/') ? state : join(homedir, '.local', 'state'), 'sluice');
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (isObject(inner)) deepFreeze(inner);
  return Object.freeze(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
