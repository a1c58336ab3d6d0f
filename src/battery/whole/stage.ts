/** Stage: the whole App as its operator starts it, between a GitHub and a model's server that keep every byte it sends. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { openRuns, root, type OpenRuns } from '#app.ts';
import { perArena, type Arena } from '#battery/arena.ts';
import { readConfig } from '#config.ts';
import { startLocalGitHub, type LocalGitHub } from '#local-github/local-github.ts';
import type { World } from '#local-github/world.ts';
import { cases, filesOf, issueOf, ordersFor, type Case } from './cases.ts';
import { evilScript, type EvilScript, type Talk } from './model.ts';
import type { Prey } from './snoop.ts';
import { openWire, passingOn, type Sent } from './wire.ts';

export interface Stage {
  readonly github: LocalGitHub;
  /** Of GitHub, as the App knows it. */
  readonly door: string;
  readonly script: EvilScript;
  /** What the control may look for, and where it may send it. */
  readonly controlPrey: Prey;
  readonly secrets: () => readonly string[];
  /** The environment of the App. */
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that left the App so far, in order. */
  readonly sent: readonly Sent[];
  /** How much of it was looked at, of the answers to webhooks too, and what was found. */
  readonly looked: { sent: number; answers: number; readonly harm: string[] };
  readonly runs: OpenRuns;
  /** When the App was up, in milliseconds since 1970. */
  readonly since: number;
  /** Where the App keeps its data. */
  readonly data: string;
}

const label = 'sluice';
/** Where a secret lies in the data folder. */
export const hiddenFile = 'secret.txt';

export const openedStage = perArena(openStage);

async function openStage(arena: Arena): Promise<Stage> {
  const folder = await arena.folder();
  await chmod(folder, 0o711);
  const secret = newSecrets();
  const github = await startLocalGitHub({
    world: worldWith(secret.webhook, secret.neighbour),
    folder: join(folder, 'github'),
  });
  const data = join(folder, 'data');
  await mkdir(data, { mode: 0o711 });
  await writeFile(join(data, hiddenFile), `${secret.data}\n`, { mode: 0o600 });
  const files = [github.app.privateKeyFile, join(data, hiddenFile)];
  const sent: Sent[] = [];
  const keep = (one: Sent): void => void sent.push(one);
  const servers = await openServers(github, files, keep);
  const { door, model, bait } = servers;
  const environment = {
    ...{ PATH: arena.path, HOME: folder, SLUICE_DATA_DIR: data, BATTERY_SECRET: secret.own },
    ...sandboxOf(arena),
    ...{ APP_ID: String(github.app.id), PRIVATE_KEY_PATH: github.app.privateKeyFile },
    ...{ WEBHOOK_SECRET: secret.webhook, PORT: '0', LOG_LEVEL: 'trace' },
    ...{ GHE_HOST: new URL(door.url).host, GHE_PROTOCOL: 'http' },
    ...{ OPENAI_BASE_URL: `${model.url}/v1`, OPENAI_API_KEY: secret.model, SLUICE_MODEL: 'evil' },
    // The tools of checks take seconds each, on every pull request.
    ...{ SLUICE_WORKERS: '6', SLUICE_INSTALLATION_RUNS: '6', SLUICE_TOOLS: join(folder, 'none') },
  };
  const app = await serve(environment, (line) => {
    keep({ method: 'LOG', path: '', headers: '', body: line });
  });
  const since = Date.now();
  const runs = await openRuns({ config: readConfig(environment), log: arena.log });
  arena.closing(async () => {
    await runs.close();
    await ended(app);
    await Promise.all([door.close(), model.close(), bait.close()]);
    await github.stop();
  });
  // One line of the key: it is no use without the others, but found wherever they are.
  const [, keyLine = ''] = github.app.privateKey.split('\n');
  return {
    ...{ github, environment, sent, runs, data, script: servers.script },
    controlPrey: { files, addresses: [bait.url], processes: [app.pid ?? 0] },
    door: door.url,
    since,
    looked: { sent: 0, answers: 0, harm: [] },
    secrets: () => [...Object.values(secret), keyLine, ...github.state.tokens.keys()],
  };
}

function newSecrets() {
  const one = (): string => `kQ7${randomBytes(9).toString('hex')}canary`;
  return { webhook: one(), model: one(), own: one(), data: one(), neighbour: one() };
}

/** The door before GitHub, the model, and whom the control sends to. */
async function openServers(
  github: LocalGitHub,
  files: readonly string[],
  keep: (sent: Sent) => void,
) {
  const door = await openWire(keep, passingOn(github.url));
  const addresses = [door.url];
  // On the machine itself these are the operator's own, so that the control looks for none of them.
  const others = ['/proc/self/environ', '../../../../proc/1/environ', '.git/config'];
  const script = evilScript({ files: [...files, ...others], addresses, processes: 'all' });
  const model = await openWire(keep, (one, _, { response }) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(completion(script, one.body)));
  });
  // Known only now that it listens.
  addresses.push(model.url);
  const bait = await openWire(
    () => undefined,
    (_, __, { response }) => void response.end(),
  );
  return { door, model, bait, script };
}

function sandboxOf({ config }: Arena): Readonly<Record<string, string>> {
  const { kind, image, runtime, engine } = config.sandbox;
  const named = { SLUICE_SANDBOX: kind, SLUICE_SANDBOX_IMAGE: image };
  return { ...engine, ...named, ...(runtime !== undefined && { SLUICE_SANDBOX_RUNTIME: runtime }) };
}

function worldWith(webhookSecret: string, neighbour: string): World {
  const users = [
    { login: 'ada', role: 'admin' as const },
    { login: 'mallory', role: 'read' as const },
  ];
  return {
    users,
    app: { webhookSecret },
    repositories: [
      ...cases.map(repositoryFor),
      { name: 'acme/neighbour', files: { 'secret.txt': `${neighbour}\n` } },
    ],
  };
}

function repositoryFor(one: Case): NonNullable<World['repositories']>[number] {
  const orders = ordersFor(one);
  const message = one.surface.message?.(orders);
  const comment = one.surface.comment?.(orders);
  const comments = comment === undefined ? [] : [{ author: 'mallory', body: comment }];
  return {
    name: `${one.owner}/app`,
    labels: [label],
    files: filesOf(one),
    history: message === undefined ? [] : [{ push: { message, files: { 'docs/a.md': 'A.\n' } } }],
    issues: [{ ...issueOf(one), author: 'mallory', comments }],
  };
}

const Body = z.object({
  messages: z.array(
    z.object({
      role: z.string(),
      content: z
        .string()
        .nullish()
        .transform((text) => text ?? ''),
    }),
  ),
});

/** One answer in the form of chat completions. */
function completion(script: EvilScript, body: string): object {
  const { messages } = Body.parse(JSON.parse(Buffer.from(body, 'latin1').toString()));
  const said = (role: string) =>
    messages.filter((each) => each.role === role).map(({ content }) => content);
  const talk: Talk = {
    system: said('system').join('\n'),
    told: messages
      .filter(({ role }) => ['user', 'tool'].includes(role))
      .map(({ content }) => content),
    results: said('tool'),
    turn: said('assistant').length,
  };
  const reply = script.reply(talk);
  const message =
    'text' in reply
      ? { role: 'assistant', content: reply.text }
      : {
          role: 'assistant',
          content: '',
          tool_calls: reply.calls.map(({ name, input }, at) => ({
            ...{ id: `call-${String(talk.turn)}-${String(at)}`, type: 'function' },
            function: { name, arguments: JSON.stringify(input) },
          })),
        };
  const finish = 'text' in reply ? 'stop' : 'tool_calls';
  return {
    ...{ id: 'a', object: 'chat.completion', created: 1, model: 'evil' },
    choices: [{ index: 0, finish_reason: finish, message }],
    usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
  };
}

/** Throws with what it said last when it does not come up. */
async function serve(
  environment: Readonly<Record<string, string>>,
  told: (line: string) => void,
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(root, 'src/cli.ts'), 'serve'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: environment,
  });
  const lines = createInterface(child.stderr);
  let last = '';
  lines.on('line', (line) => {
    last = line;
    told(line);
  });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      if (line.includes('"msg":"ready"')) resolve();
    });
    child.once('close', () => {
      reject(new Error(`the App did not start: ${last}`));
    });
  });
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await closed;
  clearTimeout(late);
}

/** Labels the issue of a case, as whoever may does. */
export async function labelIssue({ github }: Stage, { owner }: Case): Promise<void> {
  const token = github.users.find(({ login }) => login === 'ada')?.token ?? '';
  const response = await fetch(`${github.url}/api/v3/repos/${owner}/app/issues/1/labels`, {
    method: 'POST',
    headers: { authorization: `token ${token}` },
    body: JSON.stringify({ labels: [label] }),
  });
  if (!response.ok) throw new Error(`the label was refused: ${String(response.status)}`);
}
