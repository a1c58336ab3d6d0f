/** World: what the local GitHub starts with - people, repositories, issues and the App - as a file that people write. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { roles } from './state.ts';
import { isBot, loginsOf, Milestone, moment, Organisation, Step } from './world/history.ts';
import { Check, Merges, Protection } from './world/merging.ts';

const login = z
  .string()
  .regex(/^[a-zA-Z\d][a-zA-Z\d-]{0,38}$/, 'must be letters, digits and dashes, at most 39');
const fullName = z.string().regex(/^[\w-]+\/[\w.-]+$/, 'must be owner/name');
const names = z.record(z.string(), z.enum(['read', 'write', 'admin']));

const Comment = z.strictObject({ author: login, body: z.string().min(1) });

const Issue = z.strictObject({
  title: z.string().min(1).max(256),
  body: z.string().default(''),
  /** Absent: the first user. */
  author: login.optional(),
  labels: z.array(z.string().min(1)).default([]),
  /** By its title. */
  milestone: z.string().optional(),
  comments: z.array(Comment).default([]),
  state: z.enum(['open', 'closed']).default('open'),
});

const Label = z.strictObject({
  name: z.string().min(1).max(50),
  color: z
    .string()
    .regex(/^[0-9a-f]{6}$/i, 'must be six hexadecimal digits without #')
    .default('ededed'),
  description: z.string().max(100).nullable().default(null),
});

const Repository = z
  .strictObject({
    /** `owner/name`; an owner that is no user becomes an organisation. */
    name: fullName,
    /** Names that it had before: the API leads from there to here. */
    formerly: z.array(fullName).default([]),
    private: z.boolean().default(true),
    description: z.string().nullable().default(null),
    /** Absent: the source's own, else main. */
    defaultBranch: z.string().min(1).optional(),
    /** A plain folder; what its .gitignore names is left out. */
    folder: z.string().min(1).optional(),
    /** A git bundle. */
    bundle: z.string().min(1).optional(),
    /** A git repository, bare or not. */
    bare: z.string().min(1).optional(),
    /** Path to text. */
    files: z.record(z.string(), z.string()).optional(),
    /** Role by login, where it differs from the user's own. */
    collaborators: z.record(login, z.enum(roles)).default({}),
    labels: z.array(z.union([Label, z.string().min(1).max(50)])).default([]),
    milestones: z.array(Milestone).default([]),
    issues: z.array(Issue).default([]),
    /** What happened after the first commit, in order; absent dates are a minute apart. */
    history: z.array(Step).default([]),
    /** Of the repository and its first commit; absent: the start, or as long before as the history needs. */
    createdAt: moment.optional(),
    immutableReleases: z.boolean().default(false),
    /** Seconds for which a merged pull request is not found by its commit. */
    pullIndexLag: z.number().min(0).default(0),
    /** Whether the App is installed on it; absent: unless it is a fork. */
    installed: z.boolean().optional(),
    /** Another repository, by its name: it is forked with its branches and tags. */
    fork: fullName.optional(),
    merges: Merges.prefault({}),
    /** Protected branches by name. */
    protect: z.record(z.string().min(1), Protection).default({}),
    /** What other Apps reported. */
    checks: z.array(Check).default([]),
    /** Whether code scanning takes uploads; a private repository of GitHub has to buy that. */
    codeScanning: z.boolean().default(true),
  })
  .refine(
    ({ folder, bundle, bare, files, fork }) =>
      [folder, bundle, bare, files, fork].filter((source) => source !== undefined).length === 1,
    'must have exactly one of folder, bundle, bare, files or fork',
  );

const App = z.strictObject({
  id: z.int().positive().default(1001),
  slug: z
    .string()
    .regex(/^[a-z\d-]+$/, 'must be small letters, digits and dashes')
    .default('sluice-local'),
  name: z.string().min(1).optional(),
  permissions: names.default({
    checks: 'write',
    contents: 'write',
    issues: 'write',
    metadata: 'read',
    pull_requests: 'write',
  }),
  events: z
    .array(z.string())
    .default([
      'check_run',
      'check_suite',
      'create',
      'delete',
      'issue_comment',
      'issues',
      'label',
      'pull_request',
      'push',
    ]),
  webhookSecret: z.string().min(1).optional(),
});

export const World = z.strictObject({
  app: App.prefault({}),
  users: z
    .array(
      z.strictObject({
        login,
        name: z.string().nullable().default(null),
        /** In every repository whose `collaborators` does not say otherwise. */
        role: z.enum(roles).default('read'),
        token: z.string().min(8).optional(),
      }),
    )
    .min(1, 'must name at least one user'),
  /** By login; owners of repositories need not stand here. */
  organisations: z.record(login, Organisation).default({}),
  repositories: z.array(Repository).default([]),
});
/** As it is written. */
export type World = z.input<typeof World>;
/** With every default filled in. */
export type WholeWorld = z.output<typeof World>;

/** Used when no world is given: one small repository, three people, one issue. */
export const defaultWorld: World = {
  users: [
    { login: 'ada', name: 'Ada', role: 'admin' },
    { login: 'ben', name: 'Ben', role: 'write' },
    { login: 'eve', name: 'Eve', role: 'read' },
  ],
  repositories: [
    {
      name: 'acme/hello',
      files: {
        'README.md': '# Hello\n\nSays hello.\n',
        'package.json':
          '{ "name": "hello", "type": "module", "scripts": { "test": "node --test" } }\n',
        'src/hello.js': 'export function hello(name) {\n  return `Hello, ${nam}!`;\n}\n',
      },
      labels: ['bug', { name: 'sluice', color: '5319e7', description: 'Starts a run' }],
      issues: [
        {
          title: 'hello() throws',
          body: '`hello("Ada")` throws a ReferenceError instead of returning a greeting.',
          author: 'eve',
          labels: ['bug'],
        },
      ],
    },
  ],
};

export class WorldError extends Error {
  override readonly name = 'WorldError';
}

/** Throws WorldError that names each bad place and what should stand there. `where` is the file, for the message. */
export function readWorld(value: unknown, where = 'world'): WholeWorld {
  const read = World.safeParse(value);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => `  ${place(path)}: ${message}`);
    throw new WorldError(`${where} cannot be used:\n${problems.join('\n')}`);
  }
  const problems = references(read.data);
  if (problems.length > 0)
    throw new WorldError(`${where} cannot be used:\n  ${problems.join('\n  ')}`);
  return read.data;
}

function place(path: readonly PropertyKey[]): string {
  return path.length === 0
    ? 'top level'
    : path
        .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
        .join('')
        .replace(/^\./, '');
}

/** Logins that nobody has. */
function references({ users, repositories, organisations }: WholeWorld): string[] {
  const known = new Set(users.map((user) => user.login));
  const named = repositories.flatMap((repository, at) => [
    ...Object.keys(repository.collaborators).map((who) => [
      `repositories[${at}].collaborators`,
      who,
    ]),
    ...repository.issues.flatMap(({ author, comments }, number) => [
      ...(author === undefined ? [] : [[`repositories[${at}].issues[${number}].author`, author]]),
      ...comments.map((comment) => [
        `repositories[${at}].issues[${number}].comments`,
        comment.author,
      ]),
    ]),
    ...loginsOf(repository.history)
      .filter(([, who]) => !isBot(who))
      .map(([place, who]) => [`repositories[${at}].${place}`, who]),
  ]);
  const belonging = Object.entries(organisations).flatMap(([name, { members = [], teams }]) =>
    [...members, ...Object.values(teams).flat()].map((who) => [`organisations.${name}`, who]),
  );
  return [...named, ...belonging]
    .filter(([, who = '']) => !known.has(who))
    .map(([where = '', who = '']) => `${where}: nobody is called "${who}": add them under users`);
}

/** Reads JSON or YAML; relative paths in it are taken from its own folder. Throws WorldError. */
export async function readWorldFile(path: string): Promise<WholeWorld> {
  let value: unknown;
  try {
    value = parse(await readFile(path, 'utf8'));
  } catch (thrown) {
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    throw new WorldError(`${path} cannot be read as JSON or YAML: ${problem}`);
  }
  const world = readWorld(value, path);
  const base = dirname(resolve(path));
  const repositories = world.repositories.map((repository) => ({
    ...repository,
    ...absolute(base, repository, 'folder'),
    ...absolute(base, repository, 'bundle'),
    ...absolute(base, repository, 'bare'),
  }));
  return { ...world, repositories };
}

function absolute(
  base: string,
  source: Pick<WholeWorld['repositories'][number], 'folder' | 'bundle' | 'bare'>,
  key: 'folder' | 'bundle' | 'bare',
): Partial<Record<typeof key, string>> {
  const value = source[key];
  return value === undefined ? {} : { [key]: resolve(base, value) };
}
