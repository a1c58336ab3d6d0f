/** Builds the state that a world describes, with its bare git repositories. */
import { generateKeyPair, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createRepository } from './git/seed.ts';
import { noreplyAddress } from './shapes/commits.ts';
import { rulesOf, seedChecks } from './seed/checks.ts';
import { playHistory } from './seed/history.ts';
import { accountOf, labelOf, milestonesOf, newLabel, seedIssue } from './seed/issue.ts';
import { seedOrganisations } from './seed/organisations.ts';
import type { Account, App, Installation, Repository, Role, State } from './state.ts';
import { isBot, loginsOf } from './world/history.ts';
import { WorldError } from './world.ts';
import type { WholeWorld } from './world.ts';

type RepositoryWorld = WholeWorld['repositories'][number];

interface Seed {
  readonly world: WholeWorld;
  /** Where bare repositories go. */
  readonly folder: string;
  readonly now: string;
  readonly hookUrl: string | null;
}

/** Throws WorldError when a repository's source cannot be read. */
export async function seedState(seed: Seed): Promise<State> {
  let lastId = 1_000_000;
  const nextId = (): number => (lastId += 1);
  const { world, now } = seed;
  const accounts = people(world, nextId, now);
  const making = { accounts, nextId };
  accounts.push(ownBot(world, nextId, now));
  const [app, repositories] = await Promise.all([
    seedApp(seed, making),
    seedRepositories(seed, making),
  ]);
  const installations = install(world, { app, repositories, nextId });
  const fresh = { tokens: new Map(), deliveries: [] };
  const organisations = seedOrganisations(world, making);
  return { accounts, app, installations, organisations, repositories, nextId, ...fresh };
}

interface Making {
  readonly accounts: Account[];
  readonly nextId: () => number;
}

function people(world: WholeWorld, nextId: () => number, createdAt: string): Account[] {
  const users = world.users.map(({ login, name, token }): Account => {
    const secret = token ?? `ghp_${randomBytes(18).toString('hex')}`;
    return { id: nextId(), login, type: 'User', name, token: secret, createdAt };
  });
  const owners = new Set([
    ...Object.keys(world.organisations),
    ...world.repositories.map(({ name }) => ownerOf(name)),
  ]);
  const organisations = [...owners]
    .filter((owner) => !users.some(({ login }) => login === owner))
    .map((login): Account => {
      return { id: nextId(), login, type: 'Organization', name: login, token: null, createdAt };
    });
  return [...users, ...organisations, ...bots(world, nextId, createdAt)];
}

/** Other bots than the App's own, which is made with it. */
function bots({ app, repositories }: WholeWorld, nextId: () => number, createdAt: string) {
  const named = repositories.flatMap(({ history }) => loginsOf(history).map(([, login]) => login));
  return [...new Set(named)]
    .filter((login) => isBot(login) && login !== `${app.slug}[bot]`)
    .map((login): Account => {
      return { id: nextId(), login, type: 'Bot', name: null, token: null, createdAt };
    });
}

function ownerOf(fullName: string): string {
  return fullName.slice(0, fullName.indexOf('/'));
}

function ownBot({ app }: WholeWorld, nextId: () => number, createdAt: string): Account {
  const login = `${app.slug}[bot]`;
  return { id: nextId(), login, type: 'Bot', name: null, token: null, createdAt };
}

async function seedApp({ world, now, hookUrl }: Seed, { accounts, nextId }: Making): Promise<App> {
  const { id, slug, name = slug, permissions, events, webhookSecret } = world.app;
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const owner = accounts.find(({ type }) => type === 'Organization') ?? accounts[0];
  if (!owner) throw new WorldError('users: must name at least one user');
  return {
    id,
    slug,
    name,
    clientId: `Iv23li${randomBytes(7).toString('hex')}`,
    owner,
    bot: accountOf(accounts, `${slug}[bot]`),
    permissions: { ...permissions, metadata: 'read' },
    events,
    privateKey: pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    publicKey: pair.publicKey,
    createdAt: now,
    hook: {
      id: nextId(),
      url: hookUrl,
      secret: webhookSecret ?? randomBytes(20).toString('hex'),
      contentType: 'json',
    },
  };
}

interface Installing {
  readonly app: App;
  readonly repositories: readonly Repository[];
  readonly nextId: () => number;
}

/** One installation per owner; on selected repositories when one of them is left out. */
function install(world: WholeWorld, { app, repositories, nextId }: Installing): Installation[] {
  const owners = [...new Set(repositories.map(({ owner }) => owner))];
  return owners.flatMap((account) => {
    const own = repositories.filter(({ owner }) => owner === account);
    const chosen = own.filter((each) => {
      const given = world.repositories[repositories.indexOf(each)];
      return given?.installed ?? given?.fork === undefined;
    });
    if (chosen.length === 0) return [];
    const { permissions, events, createdAt } = app;
    const all = chosen.length === own.length;
    return {
      id: nextId(),
      account,
      repositories: all ? ('all' as const) : new Set(chosen.map(({ id }) => id)),
      permissions,
      events,
      createdAt,
      suspendedAt: null,
      suspendedBy: null,
    };
  });
}

/** In the world's order; forks are made last, of what their parents have become. */
async function seedRepositories(seed: Seed, making: Making): Promise<Repository[]> {
  const all = seed.world.repositories;
  const made = new Map<string, Repository>();
  const make = async (given: RepositoryWorld): Promise<void> => {
    const parent = given.fork === undefined ? null : made.get(given.fork);
    if (parent === undefined)
      throw new WorldError(`repository ${given.name}: there is no ${given.fork} before it`);
    made.set(given.name, await seedRepository(seed, { ...given, parent }, making));
  };
  await Promise.all(all.filter(({ fork }) => fork === undefined).map(make));
  for (const given of all.filter(({ fork }) => fork !== undefined)) await make(given);
  return all.flatMap(({ name }) => made.get(name) ?? []);
}

async function seedRepository(
  seed: Seed,
  given: RepositoryWorld & { readonly parent: Repository | null },
  making: Making,
): Promise<Repository> {
  const { accounts, nextId } = making;
  const { world } = seed;
  const now = given.createdAt ?? before(seed.now, given.history.length);
  const id = nextId();
  const name = given.name.slice(given.name.indexOf('/') + 1);
  const owner = accounts.find(({ login }) => login === ownerOf(given.name));
  const first = accounts[0];
  if (!owner || !first) throw new WorldError('users: must name at least one user');
  const folder = join(seed.folder, 'repositories', `${given.name}.git`);
  const labels = given.labels.map((label) => newLabel(label, nextId));
  const repository: Repository = {
    id,
    owner,
    name,
    formerly: given.formerly,
    private: given.private,
    description: given.description,
    defaultBranch: await fill(folder, sourceOf(given), { author: first, now }),
    parent: given.parent,
    ...rulesOf(given),
    folder,
    collaborators: rolesOf(world, given),
    labels,
    issues: new Map(),
    checkSuites: [],
    checkRuns: [],
    signedCommits: new Set(),
    releases: [],
    milestones: milestonesOf(given, { creator: first, nextId, now }),
    immutableReleases: given.immutableReleases,
    pullIndexLag: given.pullIndexLag * 1000,
    createdAt: now,
    updatedAt: now,
    pushedAt: now,
  };
  await tellStory(repository, given, { ...making, now, start: seed.now });
  return repository;
}

/** A fork is its owner's alone, unless the world names others. */
function rolesOf(
  { users }: WholeWorld,
  { collaborators, fork }: RepositoryWorld,
): Map<string, Role> {
  if (fork !== undefined) return new Map(Object.entries(collaborators));
  return new Map(users.map(({ login, role }) => [login, collaborators[login] ?? role]));
}

interface Telling extends Making {
  readonly now: string;
  /** When everything starts. */
  readonly start: string;
}

/** What has happened in it before the start. */
async function tellStory(
  repository: Repository,
  given: RepositoryWorld,
  telling: Telling,
): Promise<void> {
  const { accounts, nextId, now, start } = telling;
  for (const each of given.issues) seedIssue(repository, each, { accounts, nextId, now });
  await playHistory({
    repository,
    history: given.history,
    nextId,
    who: (login) => accountOf(accounts, login),
    label: (label) => labelOf(repository, label, nextId),
  });
  await seedChecks(repository, given.checks, { owner: repository.owner, nextId, now: start });
}

function sourceOf(
  given: RepositoryWorld & { readonly parent: Repository | null },
): RepositoryWorld {
  const { parent, ...own } = given;
  if (!parent) return own;
  return { ...own, bare: parent.folder, defaultBranch: own.defaultBranch ?? parent.defaultBranch };
}

/** Minutes before, so that a history whose steps say no time ends now. */
function before(now: string, minutes: number): string {
  return `${new Date(Date.parse(now) - minutes * 60_000).toISOString().slice(0, 19)}Z`;
}

async function fill(
  folder: string,
  given: RepositoryWorld,
  { author, now }: { readonly author: Account; readonly now: string },
): Promise<string> {
  const name = author.name ?? author.login;
  try {
    return await createRepository(folder, given, {
      name,
      email: noreplyAddress(author),
      date: now,
    });
  } catch (thrown) {
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    const source = given.folder ?? given.bundle ?? given.bare ?? 'files';
    throw new WorldError(`repository ${given.name}: ${source} cannot be used: ${problem}`);
  }
}
