/** Builds the state that a world describes, with its bare git repositories. */
import { generateKeyPair, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createRepository } from './git/seed.ts';
import { noreplyAddress } from './shapes/commits.ts';
import type { Account, App, Installation, Issue, Label, Repository, State } from './state.ts';
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
  const [app, ...repositories] = await Promise.all([
    seedApp(seed, making),
    ...world.repositories.map((each) => seedRepository(seed, each, making)),
  ]);
  accounts.push(app.bot);
  const installations = install(world, { app, repositories, nextId });
  const fresh = { tokens: new Map(), deliveries: [] };
  return { accounts, app, installations, repositories, nextId, ...fresh };
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
  const owners = new Set(world.repositories.map(({ name }) => ownerOf(name)));
  const organisations = [...owners]
    .filter((owner) => !users.some(({ login }) => login === owner))
    .map((login): Account => {
      return { id: nextId(), login, type: 'Organization', name: login, token: null, createdAt };
    });
  return [...users, ...organisations];
}

function ownerOf(fullName: string): string {
  return fullName.slice(0, fullName.indexOf('/'));
}

async function seedApp({ world, now, hookUrl }: Seed, { accounts, nextId }: Making): Promise<App> {
  const { id, slug, name = slug, permissions, events, webhookSecret } = world.app;
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const owner = accounts.find(({ type }) => type === 'Organization') ?? accounts[0];
  if (!owner) throw new WorldError('users: must name at least one user');
  const login = `${slug}[bot]`;
  return {
    id,
    slug,
    name,
    clientId: `Iv23li${randomBytes(7).toString('hex')}`,
    owner,
    bot: { id: nextId(), login, type: 'Bot', name: null, token: null, createdAt: now },
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
    const chosen = own.filter((each) => world.repositories[repositories.indexOf(each)]?.installed);
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
    };
  });
}

async function seedRepository(
  seed: Seed,
  given: RepositoryWorld,
  { accounts, nextId }: Making,
): Promise<Repository> {
  const { now, world } = seed;
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
    private: given.private,
    description: given.description,
    defaultBranch: await fill(folder, given, { author: first, now }),
    folder,
    collaborators: new Map(
      world.users.map(({ login, role }) => [login, given.collaborators[login] ?? role]),
    ),
    labels,
    issues: new Map(),
    checkSuites: [],
    checkRuns: [],
    signedCommits: new Set(),
    createdAt: now,
    updatedAt: now,
    pushedAt: now,
  };
  for (const each of given.issues) seedIssue(repository, each, { accounts, nextId, now });
  return repository;
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

function newLabel(given: RepositoryWorld['labels'][number] | string, nextId: () => number): Label {
  const named =
    typeof given === 'string' ? { name: given, color: 'ededed', description: null } : given;
  return { id: nextId(), ...named, isDefault: false };
}

function seedIssue(
  repository: Repository,
  given: RepositoryWorld['issues'][number],
  { accounts, nextId, now }: Making & { readonly now: string },
): void {
  const who = (login: string | undefined): Account => {
    const account =
      login === undefined ? accounts[0] : accounts.find((each) => each.login === login);
    if (!account) throw new WorldError(`users: nobody is called "${login ?? ''}"`);
    return account;
  };
  const labels = given.labels.map((name) => {
    const known = repository.labels.find((label) => label.name === name);
    const label = known ?? newLabel(name, nextId);
    if (!known) repository.labels.push(label);
    return label;
  });
  const author = who(given.author);
  const closed = given.state === 'closed';
  const issue: Issue = {
    id: nextId(),
    number: repository.issues.size + 1,
    author,
    viaApp: false,
    title: given.title,
    body: given.body,
    state: given.state,
    stateReason: closed ? 'completed' : null,
    locked: false,
    labels,
    assignees: [],
    comments: given.comments.map((comment) => ({
      id: nextId(),
      author: who(comment.author),
      viaApp: false,
      body: comment.body,
      createdAt: now,
      updatedAt: now,
      reactions: [],
    })),
    timeline: [],
    reactions: [],
    createdAt: now,
    updatedAt: now,
    closedAt: closed ? now : null,
    closedBy: closed ? author : null,
    pull: null,
  };
  repository.issues.set(issue.number, issue);
}
