/** A stage for flows: the local GitHub, real git, a real sandbox, a model that answers what the test wrote, and one run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { advisoriesOf } from '#adapters/advisories/database.ts';
import { diskFindings } from '#adapters/disk/findings.ts';
import { diskTools } from '#adapters/disk/tools.ts';
import { readPrompts } from '#adapters/disk/prompts.ts';
import { githubApp } from '#adapters/github/auth.ts';
import { githubForge } from '#adapters/github/forge.ts';
import { gitTrees } from '#adapters/git/trees.ts';
import { ownersRules, type RulesOptions } from '#adapters/rules/rules.ts';
import { lockedPackages } from '#adapters/packages/packages.ts';
import { openSandbox } from '#app.ts';
import { readConfig } from '#config.ts';
import { addCost, exhausted, noCost, type Budget, type Cost } from '#core/budget.ts';
import type { Event, Issue, Repository } from '#core/event.ts';
import { errors } from '#core/errors.ts';
import type { Context, World } from '#engine/flow.ts';
import { startLocalGitHub, type LocalGitHub } from '#local-github/local-github.ts';
import type { World as GitHubWorld } from '#local-github/world.ts';
import type { Clock } from '#ports/clock.ts';
import type { Model, ModelRequest } from '#ports/model.ts';
import type { Log } from '#ports/telemetry.ts';

const nothing = () => undefined;
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => log };
const clock: Clock = {
  now: () => new Date(),
  id: () => crypto.randomUUID(),
  sleep: () => Promise.resolve(),
};

/** Answers in order; what was asked can be looked at. */
export function scriptedModel(
  answers: readonly string[],
): Model & { readonly asked: ModelRequest[] } {
  const asked: ModelRequest[] = [];
  return {
    name: 'scripted',
    asked,
    complete: (request) => {
      const text = answers[asked.push(request) - 1];
      if (text === undefined)
        return Promise.reject(new Error(`nobody wrote an answer to ${request.task}`));
      const usage = {
        inputTokens: 10,
        outputTokens: 5,
        cachedTokens: 0,
        usd: 0.01,
        estimated: false,
      };
      return Promise.resolve({ model: 'scripted', text, toolCalls: [], stop: 'end', usage });
    },
  };
}

export interface Stage {
  readonly github: LocalGitHub;
  readonly world: Omit<World, 'model'>;
  repository(name: string): Repository;
  /** What GitHub's REST API answers to one of its users. */
  get(login: string, path: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** `owner`: what whoever runs the App allows and asks. */
export async function openStage(
  repositories: GitHubWorld['repositories'],
  owner: Partial<Pick<RulesOptions, 'operator' | 'ceilings'>> = {},
): Promise<Stage> {
  const users = [
    { login: 'ada', role: 'admin' as const },
    { login: 'tom', role: 'triage' as const },
    { login: 'eve', role: 'read' as const },
  ];
  const github = await startLocalGitHub({ world: { users, repositories: repositories ?? [] } });
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-stage-'));
  const { id, privateKey, webhookSecret } = github.app;
  const app = await githubApp({
    credentials: { appId: id, privateKey: { text: privateKey }, webhookSecret },
    apiUrl: `${github.url}/api/v3`,
    webUrl: github.url,
    clock,
    log,
  });
  const config = { ...readConfig({}), dataFolder: dataDir };
  const sandbox = openSandbox({ config, log });
  const registry = 'http://127.0.0.1:9/';
  const tools = diskTools(join(dataDir, 'no-tools'), []);
  return {
    github,
    world: {
      forge: githubForge({ app, clock }),
      sandbox,
      trees: gitTrees({ dataDir, log, loopbackHttp: true }),
      packages: lockedPackages({
        ...{ sandbox, dataDir, log, npmRegistry: registry, pythonIndex: registry },
        buildScripts: [],
      }),
      tools,
      rules: ownersRules({
        ...{ root: process.cwd(), sandbox, tools, dataDir, ceilings: {} },
        operator: { policies: [], rego: [] },
        ...owner,
      }),
      advisories: advisoriesOf(join(dataDir, 'no-advisories')),
      findings: diskFindings({ folder: join(dataDir, 'findings'), edition: '' }),
      prompts: await readPrompts('prompts'),
      clock,
      log,
    },
    repository(name) {
      const found = github.state.repositories.find((each) => each.name === name);
      const [installation] = github.state.installations;
      if (found === undefined || installation === undefined) throw new Error(`there is no ${name}`);
      return {
        id: found.id,
        owner: 'acme',
        name,
        defaultBranch: 'main',
        private: true,
        installation: installation.id,
      };
    },
    async get(login, path) {
      const token = github.users.find((user) => user.login === login)?.token ?? '';
      const response = await fetch(`${github.url}/api/v3${path}`, {
        headers: { authorization: `token ${token}` },
      });
      return response.json();
    },
    async stop() {
      await sandbox.close();
      await github.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export function labelled(
  repository: Repository,
  text: Partial<Issue>,
  more: { login?: string; label?: string } = {},
): Event {
  const actor = { id: 1, login: more.login ?? 'ada', kind: 'person' as const };
  const issue: Issue = {
    number: 1,
    title: 'A title',
    body: '',
    author: actor,
    labels: ['sluice'],
    state: 'open',
    url: 'https://forge.example/1',
    ...text,
  };
  return {
    kind: 'labelled',
    delivery: crypto.randomUUID(),
    repository,
    actor,
    issue,
    label: more.label ?? 'sluice',
  };
}

/** One run's context: steps are kept in a map, as the store would keep them, and calls are paid from the budget. */
export function contextOf(
  stage: Stage,
  event: Event,
  model?: Model,
  kept = new Map<string, unknown>(),
): Context {
  let spent: Cost = noCost;
  let budget: Budget | undefined;
  const paying = model && {
    ...model,
    complete: async (request: ModelRequest, signal: AbortSignal) => {
      const limit = budget && exhausted(budget, spent, 0);
      if (limit !== undefined) throw errors.budgetSpent(limit);
      const answer = await model.complete(request, signal);
      spent = addCost(spent, { calls: 1, ...answer.usage });
      return answer;
    },
  };
  const step: Context['step'] = async (name, schema, work) => {
    if (!kept.has(name))
      kept.set(name, JSON.parse(JSON.stringify(await work(new AbortController().signal))));
    return schema.parse(kept.get(name));
  };
  const now = new Date();
  return {
    ...stage.world,
    model: paying,
    run: {
      id: '11111111-2222-4333-8444-555555555555',
      flow: 'generate',
      key: 'k',
      state: 'running',
      event,
      input: null,
      attempts: 1,
      result: null,
      supersededBy: null,
      createdAt: now,
      endedAt: null,
    },
    event,
    signal: new AbortController().signal,
    spent: () => spent,
    limit: (set) => void (budget = set),
    step,
    lane: 'work',
    recall: (name, schema) =>
      Promise.resolve(kept.has(name) ? schema.parse(kept.get(name)) : undefined),
    turn: (isTurn) => Promise.resolve(isTurn({ working: [], ahead: [] })),
    begin: () => Promise.resolve(),
    order: {
      stop: () => Promise.resolve(0),
      resume: () => Promise.resolve(false),
      stops: () => Promise.resolve([]),
    },
    older: () => Promise.resolve([]),
    endOlder: () => Promise.resolve(),
    remark: () => Promise.resolve(),
    remarks: () => Promise.resolve([]),
    effect: (name, schema, { find, act }) =>
      step(name, schema, async () => (await find()) ?? act()),
  };
}
