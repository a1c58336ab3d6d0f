/** The operator's settings as a newcomer sets them: with little, with everything, and wrongly. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readConfig } from '#config.ts';
import { settings } from '#core/environment.ts';
import { SluiceError } from '#core/errors.ts';

const person = { uid: 1000, homedir: '/home/ann' };
const app = { APP_ID: '12', PRIVATE_KEY: 'a key', WEBHOOK_SECRET: 'a secret' };

function messageOf(environment: Record<string, string>): string {
  try {
    readConfig(environment, person);
  } catch (thrown) {
    if (thrown instanceof SluiceError) return `${thrown.kind}: ${thrown.message}`;
  }
  return 'it was read';
}

test('with nothing set there is no App and no model, and everything else has a default', () => {
  expect(readConfig({}, person)).toEqual({
    app: undefined,
    github: { apiUrl: 'https://api.github.com', webUrl: 'https://github.com' },
    host: '127.0.0.1',
    port: 3000,
    logLevel: 'info',
    databaseUrl: undefined,
    dataFolder: '/home/ann/.local/state/sluice',
    role: 'all',
    workers: 2,
    installationRuns: 4,
    day: { repository: { runs: 200 }, actor: { runs: 100 } },
    bots: [],
    links: [],
    ceilings: {},
    policies: undefined,
    keepDays: 30,
    cache: { days: 14, bytes: 20_000_000_000 },
    model: undefined,
    recordings: undefined,
    toolsFolder: fileURLToPath(new URL('../.tools', import.meta.url)),
    semgrepRules: undefined,
    npmRegistry: undefined,
    pythonIndex: undefined,
    buildScripts: [],
    sandbox: { kind: 'auto', image: 'sluice-sandbox', runtime: undefined, engine: {} },
  });
});

test('with everything set it is all there', () => {
  const environment = {
    ...app,
    GHE_HOST: 'github.example.com',
    HOST: '0.0.0.0',
    PORT: '8080',
    LOG_LEVEL: 'warn',
    DATABASE_URL: 'postgresql://ann@db.example.com/sluice',
    SLUICE_DATA_DIR: '/srv/sluice',
    SLUICE_ROLE: 'worker',
    SLUICE_WORKERS: '4',
    SLUICE_INSTALLATION_RUNS: '10',
    SLUICE_REPOSITORY_DAY: 'runs=20 usd=5.50',
    SLUICE_PERSON_DAY: 'none',
    SLUICE_BOTS: 'renovate[bot] 77',
    SLUICE_LINKS: 'docs.example.com, Wiki.example.com',
    SLUICE_LIMITS: 'usd=1.50 open=2',
    SLUICE_POLICIES: '/etc/sluice/policies.yml',
    SLUICE_KEEP_DAYS: '7',
    SLUICE_CACHE_DAYS: '3',
    SLUICE_CACHE_GB: '5',
    OPENAI_BASE_URL: 'http://127.0.0.1:8089/v1/',
    OPENAI_API_KEY: 'key',
    SLUICE_MODEL: 'small',
    SLUICE_MODEL_PRICE_INPUT: '0.25',
    SLUICE_MODEL_PRICE_OUTPUT: '2',
    SLUICE_MODEL_CONTEXT: '32000',
    SLUICE_TOOLS: '/opt/checkers',
    SLUICE_SEMGREP_RULES: '/etc/sluice/semgrep',
    SLUICE_NPM_REGISTRY: 'https://npm.example.com/',
    SLUICE_PYPI_INDEX: 'https://py.example.com/simple/',
    SLUICE_BUILD_SCRIPTS: 'esbuild, @swc/core',
  };
  expect(readConfig(environment, person)).toEqual({
    app: { appId: 12, privateKey: { text: 'a key' }, webhookSecret: 'a secret' },
    github: {
      apiUrl: 'https://github.example.com/api/v3',
      webUrl: 'https://github.example.com',
    },
    host: '0.0.0.0',
    port: 8080,
    logLevel: 'warn',
    databaseUrl: 'postgresql://ann@db.example.com/sluice',
    dataFolder: '/srv/sluice',
    role: 'worker',
    workers: 4,
    installationRuns: 10,
    day: { repository: { runs: 20, usd: 5.5 }, actor: {} },
    bots: ['renovate[bot]', '77'],
    links: ['docs.example.com', 'wiki.example.com'],
    ceilings: { usd: 1.5, open: 2 },
    policies: '/etc/sluice/policies.yml',
    keepDays: 7,
    cache: { days: 3, bytes: 5_000_000_000 },
    model: {
      baseUrl: 'http://127.0.0.1:8089/v1',
      apiKey: 'key',
      name: 'small',
      price: { input: 0.25, output: 2 },
      context: 32_000,
    },
    recordings: undefined,
    toolsFolder: '/opt/checkers',
    semgrepRules: '/etc/sluice/semgrep',
    npmRegistry: 'https://npm.example.com',
    pythonIndex: 'https://py.example.com/simple',
    buildScripts: ['esbuild', '@swc/core'],
    sandbox: { kind: 'auto', image: 'sluice-sandbox', runtime: undefined, engine: {} },
  });
});

test('nothing of it can be changed afterwards', () => {
  const config = readConfig(app, person);
  expect(() => Object.assign(config.github, { apiUrl: 'elsewhere' })).toThrow(TypeError);
});

test.each([
  ['root', {}, { uid: 0, homedir: '/root' }, '/var/lib/sluice'],
  ['a person with XDG', { XDG_STATE_HOME: '/home/ann/state' }, person, '/home/ann/state/sluice'],
  ['a relative XDG path', { XDG_STATE_HOME: 'state' }, person, '/home/ann/.local/state/sluice'],
])('the data of %s lies where such data belongs', (_, environment, account, folder) => {
  expect(readConfig(environment, account).dataFolder).toBe(folder);
});

test('a key alone names the vendor that the variable is named after', () => {
  const { model } = readConfig({ OPENAI_API_KEY: 'key' }, person);
  expect(model).toMatchObject({ baseUrl: 'https://api.openai.com/v1', price: undefined });
});

test('recordings take the place of a model', () => {
  const config = readConfig({ OPENAI_API_KEY: 'key', SLUICE_RECORDINGS: '/r' }, person);
  expect([config.model, config.recordings]).toEqual([undefined, '/r']);
});

test('an empty variable is one that is not set', () => {
  expect(readConfig({ APP_ID: '', PORT: ' ', OPENAI_API_KEY: '' }, person)).toEqual(
    readConfig({}, person),
  );
});

test('every problem is told at once, by name, with what to do', () => {
  expect(
    messageOf({ APP_ID: 'seven', PORT: '70000', GHE_PROTOCOL: 'http', SLUICE_WORKERS: '0' }),
  ).toBe(
    [
      'invalid: APP_ID cannot be read. Give a whole number from 1 to 999999999999.',
      'PORT cannot be read. Give a whole number from 0 to 65535.',
      'SLUICE_WORKERS cannot be read. Give a whole number from 1 to 64.',
      "PRIVATE_KEY is missing. Generate one on the App's settings page, or give PRIVATE_KEY_PATH.",
      "WEBHOOK_SECRET is missing. Set one on the App's settings page and give it here.",
      'GHE_PROTOCOL is http, which would send tokens in the clear. Remove it: only a GHE_HOST on this machine may be reached so.',
    ].join('\n'),
  );
});

test.each([
  ['two keys', { ...app, PRIVATE_KEY_PATH: '/k.pem' }, 'PRIVATE_KEY is given beside'],
  ['one price', { SLUICE_MODEL_PRICE_OUTPUT: '1' }, 'SLUICE_MODEL_PRICE_INPUT is missing'],
  ['another database', { DATABASE_URL: 'mysql://db' }, 'DATABASE_URL cannot be read'],
  ['a host with a scheme', { GHE_HOST: 'https://x.example' }, 'GHE_HOST cannot be read'],
  ['an odd level', { LOG_LEVEL: 'loud' }, 'Give one of: trace, debug'],
])('%s is refused', (_, environment: Record<string, string>, message) => {
  expect(messageOf(environment)).toContain(message);
});

test('plain http is taken for a GitHub on this machine, and only there', () => {
  const local = { ...app, GHE_HOST: '127.0.0.1:4000', GHE_PROTOCOL: 'http' };
  expect(readConfig(local, person).github).toEqual({
    apiUrl: 'http://127.0.0.1:4000/api/v3',
    webUrl: 'http://127.0.0.1:4000',
  });
  expect(messageOf({ ...local, GHE_HOST: '127.0.0.1.example.com' })).toContain('in the clear');
});

test('a message never holds what was given', () => {
  const message = messageOf({
    DATABASE_URL: 'mysql://ann:pa55@db',
    OPENAI_BASE_URL: 'ftp://s3cret',
  });
  expect(message).toContain('DATABASE_URL');
  expect(message).not.toMatch(/pa55|s3cret/);
});

test('every variable is explained for the README', () => {
  expect(settings.map(({ name }) => name)).toContain('SLUICE_NPM_REGISTRY');
  expect(settings.filter(({ meaning }) => !meaning.endsWith('.'))).toEqual([]);
  expect(settings.find(({ name }) => name === 'PORT')?.default).toBe('3000');
});
