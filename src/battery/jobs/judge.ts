/** Judge: tries one script inside and outside, with everything that it may reach, and sees what came of it. */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root } from '#app.ts';
import type { Arena } from '#battery/arena.ts';
import type { Trial } from '#battery/attack.ts';
import type { Execution } from '#ports/sandbox.ts';
import { canary, stageOf, startVictim, type Stage, type Victim } from './stage.ts';
import type { Script } from './script.ts';

/** What a try may use that is its own. */
interface Props {
  readonly stage: Stage;
  readonly token: string;
  readonly victim: Victim;
  readonly names: Readonly<Record<string, string>>;
}

/** Puts a token's own things on the stage, and takes them away again. */
async function onStage(arena: Arena, use: (props: Props) => Promise<Trial>): Promise<Trial> {
  const stage = await stageOf(arena);
  const token = randomUUID();
  const shared = `/dev/shm/sluice-${token}`;
  const victim = startVictim(token);
  try {
    await mkdir(join(stage.folder, `wiped-${token}`));
    await writeFile(shared, `${canary}\n`, { mode: 0o644 });
    const names = { ...stage.names, TOKEN: token, VICTIM: String(victim.pid) };
    return await use({ stage, token, victim, names });
  } finally {
    await victim.end();
    await rm(shared, { force: true });
  }
}

export function trialOf({ stdout, stderr }: Execution, breached?: boolean): Trial {
  const lines = stdout.slice(0, 100_000).split('\n');
  return {
    ran: lines.includes('ran'),
    breached: breached ?? lines.includes('breached'),
    seen: `${stdout.slice(-200)}${stderr.slice(-200)}`.trim(),
  };
}

async function judge({ breached }: Script, props: Props, execution: Execution): Promise<Trial> {
  const { stage, token } = props;
  // A service may hear of it only after the one who told is gone.
  const end = performance.now() + 300;
  const left = (name: string): boolean => existsSync(join(stage.folder, `${name}-${token}`));
  const seen = { ...props, execution, left, runs: isRunning };
  while (breached && !breached(seen) && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return trialOf(execution, breached?.(seen));
}

export function isRunning(word: string): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/u.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').includes(word);
    } catch {
      return false; // It ended while we looked.
    }
  });
}

function shell({ script, marks }: Script): readonly string[] {
  return ['/bin/sh', '-c', marks ? script : `echo ran; ${script}`];
}
const npm = 'node_modules/npm/bin/npm-cli.js';

export function inside(arena: Arena, job: Script): Promise<Trial> {
  return onStage(arena, async (props) => {
    const { sandbox, narrow, layer } = arena;
    const other = await layer({ 'secret.txt': canary });
    const tree = await layer({ 'README.md': 'a repository\n', ...job.files });
    const workspace = await (job.narrow ? narrow : sandbox).open([tree]);
    const tools = { NODE: 'node', NPM: `/opt/tools/${npm}`, TOOLS: '/opt/tools' };
    try {
      const execution = await workspace.exec({
        argv: shell(job),
        environment: { ...props.names, ...tools, LAYERS: dirname(other.path) },
        purpose: 'test',
        ...(job.timeout !== undefined && { timeout: job.timeout }),
      });
      return await judge(job, props, execution);
    } finally {
      await workspace.close();
    }
  });
}

/** As an ordinary process in a folder of the machine, with the keys in its environment as a careless App would have them. */
export function outside(arena: Arena, job: Script): Promise<Trial> {
  return onStage(arena, async (props) => {
    const other = await arena.layer({ 'secret.txt': canary });
    const tree = await arena.folder();
    for (const [name, text] of Object.entries({ 'README.md': '', ...job.files })) {
      await mkdir(dirname(join(tree, name)), { recursive: true });
      await writeFile(join(tree, name), text);
    }
    const tools = await arena.folder();
    await mkdir(join(tools, 'bin'));
    await writeFile(join(tools, 'package.json'), '{}\n');
    const careless = { OPENAI_API_KEY: canary, HOME: await arena.folder() };
    const paths = { NODE: process.execPath, NPM: join(root, npm), TOOLS: tools };
    const environment = { ...props.names, ...careless, ...paths, LAYERS: dirname(other.path) };
    return judge(job, props, await arena.outside(shell(job), { cwd: tree, environment }));
  });
}
