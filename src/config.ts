/** The operator's settings: the environment, handed in as a record, becomes one frozen object; all problems are told at once. */
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { errors } from '#core/errors.ts';

/** What one variable means, for the README's table and `serve --help`. */
interface Explained {
  readonly meaning: string;
  /** In words; empty when the variable has none. */
  readonly fallback?: string;
}

const text = (explained: Explained) =>
  z
    .string()
    .optional()
    .meta({ ...explained });

function whole(range: { min: number; max: number }, explained: Explained) {
  const remedy = `Give a whole number from ${String(range.min)} to ${String(range.max)}.`;
  return z
    .string()
    .regex(/^\d{1,15}$/, { error: remedy })
    .transform(Number)
    .pipe(z.number().min(range.min, { error: remedy }).max(range.max, { error: remedy }))
    .optional()
    .meta({ ...explained });
}

function price(explained: Explained) {
  const remedy = 'Give US dollars for a million tokens, for example 1.25.';
  return z
    .string()
    .regex(/^\d{1,6}(\.\d{1,6})?$/, { error: remedy })
    .transform(Number)
    .optional()
    .meta({ ...explained });
}

function address(explained: Explained) {
  const remedy = 'Give an address that starts with https:// or http://.';
  return z
    .url({ protocol: /^https?$/, error: remedy })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .meta({ ...explained });
}

function oneOf<const T extends readonly [string, ...string[]]>(values: T, explained: Explained) {
  return z
    .enum(values, { error: `Give one of: ${values.join(', ')}.` })
    .optional()
    .meta({ ...explained });
}

/** Every variable that the app reads, in the order in which the README lists them. */
const Environment = z.object({
  APP_ID: whole(
    { min: 1, max: 999_999_999_999 },
    { meaning: "The GitHub App's id. Without it `serve` leads you through registering one." },
  ),
  PRIVATE_KEY: text({
    meaning:
      "The App's private key: PEM, its line ends as they are or as `\\n`, or all of it in base64.",
  }),
  PRIVATE_KEY_PATH: text({ meaning: "The file that holds the App's private key, instead." }),
  WEBHOOK_SECRET: text({ meaning: "The secret that stands in the App's webhook settings." }),
  GHE_HOST: z
    .string()
    .regex(/^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:]+\](:\d{1,5})?$/, {
      error: 'Give the name alone, with a port if need be, for example github.example.com.',
    })
    .optional()
    .meta({
      meaning: 'The host name of a GitHub Enterprise Server.',
      fallback: 'github.com',
    }),
  GHE_PROTOCOL: oneOf(['https', 'http'], {
    meaning: 'How that host is reached. `http` only on this machine.',
    fallback: 'https',
  }),
  HOST: text({
    meaning: 'The address to listen on. `0.0.0.0` is every one of this machine.',
    fallback: '127.0.0.1',
  }),
  PORT: whole(
    { min: 0, max: 65_535 },
    { meaning: 'The port to listen on. 0 takes any free one.', fallback: '3000' },
  ),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    meaning: 'What is logged.',
    fallback: 'info',
  }),
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'Give postgresql://USER:PASSWORD@HOST/DATABASE.',
    })
    .optional()
    .meta({
      meaning: 'A PostgreSQL server.',
      fallback: 'the PostgreSQL that comes from npm, with its files in the data directory',
    }),
  SLUICE_DATA_DIR: text({
    meaning: 'Where mirrors, layers and the embedded database are kept.',
    fallback:
      '`/var/lib/sluice` for root, else `$XDG_STATE_HOME/sluice` or `~/.local/state/sluice`',
  }),
  SLUICE_WORKERS: whole(
    { min: 1, max: 64 },
    { meaning: 'How many runs go on at once.', fallback: '2' },
  ),
  OPENAI_BASE_URL: address({
    meaning:
      'Any OpenAI-compatible endpoint, up to and with `/v1`. Either of these two names a model.',
    fallback: 'https://api.openai.com/v1 when there is a key',
  }),
  OPENAI_API_KEY: text({ meaning: 'The key for that endpoint; local servers need none.' }),
  SLUICE_MODEL: text({ meaning: 'The name of the model.', fallback: 'gpt-5-mini' }),
  SLUICE_MODEL_PRICE_INPUT: price({
    meaning: 'US dollars for a million input tokens.',
    fallback: 'unknown: costs are told in tokens, and no limit in dollars can hold',
  }),
  SLUICE_MODEL_PRICE_OUTPUT: price({
    meaning: 'US dollars for a million output tokens; both prices or neither.',
  }),
  SLUICE_MODEL_CONTEXT: whole(
    { min: 4_096, max: 10_000_000 },
    { meaning: "The model's context window, in tokens.", fallback: '128000' },
  ),
  SLUICE_RECORDINGS: text({
    meaning: 'A folder of recorded answers. When it is set, no model is asked.',
  }),
  SLUICE_NPM_REGISTRY: address({
    meaning: 'The registry from which locked packages are installed.',
    fallback: "npm's own setting, else https://registry.npmjs.org",
  }),
});
type Environment = z.infer<typeof Environment>;

export interface Setting {
  readonly name: string;
  readonly meaning: string;
  /** In words; empty when there is none. */
  readonly default: string;
}

/** Every variable, what it means and what holds without it. */
export const settings: readonly Setting[] = Object.entries(Environment.shape).map(
  ([name, schema]) => {
    const { meaning, fallback } = z
      .object({ meaning: z.string(), fallback: z.string().default('') })
      .parse(schema.meta());
    return { name, meaning, default: fallback };
  },
);

/** The App as GitHub knows it. */
export interface AppCredentials {
  readonly appId: number;
  /** The key itself or the file that holds it. */
  readonly privateKey: { readonly text: string } | { readonly path: string };
  readonly webhookSecret: string;
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
  readonly workers: number;
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
  /** Undefined means npm's own setting. */
  readonly npmRegistry: string | undefined;
}

/** The account that runs the app, as `os.userInfo` tells it. */
export interface Account {
  readonly uid: number;
  readonly homedir: string;
}

export interface Problem {
  readonly name: string;
  readonly problem: string;
  readonly remedy: string;
}

/**
 * Reads the environment. An empty variable counts as absent.
 * Throws invalid `environment-invalid` that names every variable that is wrong, never its value.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  account: Account = userInfo(),
): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const read = Environment.safeParse(given);
  const problems = read.success ? disagreements(read.data) : unreadable(read.error);
  if (!read.success || problems.length > 0) throw errors.environmentInvalid(problems);
  const found = read.data;
  return deepFreeze({
    app: credentials(found),
    github: places(found),
    host: found.HOST ?? '127.0.0.1',
    port: found.PORT ?? 3000,
    logLevel: found.LOG_LEVEL ?? 'info',
    databaseUrl: found.DATABASE_URL,
    dataFolder: resolve(found.SLUICE_DATA_DIR ?? defaultFolder(environment, account)),
    workers: found.SLUICE_WORKERS ?? 2,
    model: model(found),
    recordings:
      found.SLUICE_RECORDINGS === undefined ? undefined : resolve(found.SLUICE_RECORDINGS),
    npmRegistry: found.SLUICE_NPM_REGISTRY,
  });
}

function unreadable(error: z.ZodError): readonly Problem[] {
  return error.issues.map(({ path, message }) => ({
    name: String(path[0]),
    problem: 'cannot be read',
    remedy: message,
  }));
}

/** Variables that are right one by one and wrong together. */
function disagreements(found: Environment): readonly Problem[] {
  const problems: Problem[] = [];
  const missing = (name: string, remedy: string) =>
    problems.push({ name, problem: 'is missing', remedy });
  const hasKey = found.PRIVATE_KEY !== undefined || found.PRIVATE_KEY_PATH !== undefined;
  const named = [found.APP_ID !== undefined, hasKey, found.WEBHOOK_SECRET !== undefined];
  if (named.includes(true)) {
    if (!named[0]) missing('APP_ID', "Give the number on the App's settings page.");
    if (!named[1])
      missing('PRIVATE_KEY', "Generate one on the App's settings page, or give PRIVATE_KEY_PATH.");
    if (!named[2])
      missing('WEBHOOK_SECRET', "Set one on the App's settings page and give it here.");
  }
  if (found.PRIVATE_KEY !== undefined && found.PRIVATE_KEY_PATH !== undefined) {
    problems.push({
      name: 'PRIVATE_KEY',
      problem: 'is given beside PRIVATE_KEY_PATH',
      remedy: 'Keep one of them.',
    });
  }
  if (found.GHE_PROTOCOL === 'http' && !isLoopback(found.GHE_HOST)) {
    problems.push({
      name: 'GHE_PROTOCOL',
      problem: 'is http, which would send tokens in the clear',
      remedy: 'Remove it: only a GHE_HOST on this machine may be reached so.',
    });
  }
  const [input, output] = [found.SLUICE_MODEL_PRICE_INPUT, found.SLUICE_MODEL_PRICE_OUTPUT];
  if ((input === undefined) !== (output === undefined)) {
    const remedy = 'Give both prices or neither.';
    missing(`SLUICE_MODEL_PRICE_${input === undefined ? 'INPUT' : 'OUTPUT'}`, remedy);
  }
  return problems;
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
  return { appId: APP_ID, privateKey, webhookSecret: WEBHOOK_SECRET };
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

function defaultFolder(
  environment: Readonly<Record<string, string | undefined>>,
  { uid, homedir }: Account,
): string {
  if (uid === 0) return '/var/lib/sluice';
  const state = environment['XDG_STATE_HOME'] ?? '';
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
