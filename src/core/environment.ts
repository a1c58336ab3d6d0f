/** The variables that an operator sets: how each is read, what it means and what holds without it. */
import { z } from 'zod';
import {
  address,
  ceilings,
  dayLimits,
  hosts,
  list,
  oneOf,
  price,
  text,
  whole,
} from './variables.ts';

/** Every variable that the app reads, in the order in which the README lists them. */
export const Environment = z.object({
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
  WEBHOOK_SECRET_PREVIOUS: text({
    meaning:
      'The secret before that one, good as well while it is being replaced; take it away when the log no longer names it.',
  }),
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
  SLUICE_ROLE: oneOf(['all', 'web', 'worker'], {
    meaning:
      'What this process does: `web` takes webhooks, `worker` works on runs; any number of each on one database.',
    fallback: 'all',
  }),
  SLUICE_WORKERS: whole(
    { min: 1, max: 64 },
    {
      meaning:
        'How many runs this process works on at once. One in four, of two or more at least one, is kept for what a person waits for.',
      fallback: '2',
    },
  ),
  SLUICE_INSTALLATION_RUNS: whole(
    { min: 1, max: 1_000 },
    {
      meaning: 'How many runs of one installation are worked on at once, on all hosts together.',
      fallback: '4',
    },
  ),
  SLUICE_REPOSITORY_DAY: dayLimits({
    meaning:
      'What the runs of one repository may use in a day (UTC): any of `runs=`, `minutes=`, `tokens=` and `usd=`, or `none`. Who asks for more is told when it goes on.',
    fallback: 'runs=200',
  }),
  SLUICE_PERSON_DAY: dayLimits({
    meaning: 'The same for the runs that one account asked for, in all repositories.',
    fallback: 'runs=100',
  }),
  SLUICE_LIMITS: ceilings({
    meaning:
      'The most that the `limits` of a repository may be: any of `open=`, `files=`, `lines=`, `calls=`, `usd=` and `minutes=`, or `none`. Where a repository has more, this holds and people are told.',
    fallback: 'none',
  }),
  SLUICE_POLICIES: text({
    meaning:
      'A file of `policies` in YAML, or a folder of such files and of Rego, asked of every change beside those of its repository, which cannot take them back.',
    fallback: 'none',
  }),
  SLUICE_LINKS: hosts({
    meaning:
      'Hosts, with commas between, to which links may lead in what is written on GitHub, by https and without a query, beside the repository itself. Links that a model or a stranger wrote are taken out all the same.',
    fallback: 'none',
  }),
  SLUICE_BOTS: text({
    meaning:
      'Bots that may ask as a person would, by login (`renovate[bot]`) or, for comments, by App id; separated by spaces. At most three of their runs follow each other without a person. All others are ignored.',
    fallback: 'none',
  }),
  // GitHub delivers again for three days; what is forgotten by then would start a second run.
  SLUICE_KEEP_DAYS: whole(
    { min: 4, max: 3_650 },
    {
      meaning:
        'Days after which deliveries, and runs that ended with their steps, are removed from the database.',
      fallback: '30',
    },
  ),
  SLUICE_CACHE_DAYS: whole(
    { min: 1, max: 3_650 },
    {
      meaning:
        'Days after which mirrors, trees and installed packages that no run used are removed from the data directory.',
      fallback: '14',
    },
  ),
  SLUICE_CACHE_GB: whole(
    { min: 1, max: 100_000 },
    {
      meaning:
        'Gigabytes that these may take together; what was used longest ago goes first, never what was used within a day.',
      fallback: '20',
    },
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
  SLUICE_SANDBOX: oneOf(['auto', 'bubblewrap', 'container'], {
    meaning:
      'In what strange code runs. `auto`: bubblewrap where it holds, else a container of podman or docker, else nothing runs.',
    fallback: 'auto',
  }),
  SLUICE_SANDBOX_IMAGE: text({
    meaning:
      'The image that containers are made of, by name, digest or id; [docker](docker/README.md#the-container-sandbox) tells how to build it.',
    fallback: 'sluice-sandbox',
  }),
  SLUICE_SANDBOX_RUNTIME: text({
    meaning: 'The runtime that podman or docker is asked for, `runsc` for gVisor.',
    fallback: "the engine's own choice",
  }),
  SLUICE_TOOLS: text({
    meaning: 'The folder of the programs that checks run, which `npm run tools` installs.',
    fallback: '`.tools` in the checkout',
  }),
  SLUICE_SEMGREP_RULES: text({
    meaning: "A folder of rules for Semgrep, beside the App's own.",
    fallback: 'none',
  }),
  SLUICE_NPM_REGISTRY: address({
    meaning: 'The registry from which locked packages are installed.',
    fallback: "npm's own setting",
  }),
  SLUICE_PYPI_INDEX: address({
    meaning: 'The index from which locked Python packages are installed.',
    fallback: "pip's own setting",
  }),
  SLUICE_BUILD_SCRIPTS: list({
    meaning:
      'Packages, with commas between, that may run their install scripts or be built from source: in the sandbox, without network.',
    fallback: 'none',
  }),
});
export type Environment = z.infer<typeof Environment>;

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
