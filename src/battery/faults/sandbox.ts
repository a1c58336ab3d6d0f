/** Faults of the sandbox: what it stands on is gone or broken, and then nothing may run at all, and somebody must be told why. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { openSandbox } from '#app.ts';
import { perArena, type Arena } from '#battery/arena.ts';
import type { Attack, Trial } from '#battery/attack.ts';
import { readConfig } from '#config.ts';
import { asSluiceError } from '#core/errors.ts';
import { textBlob } from '#core/change.ts';
import { hog } from './hog.ts';
import { programs, spoilt, type Spoilt } from './spoilt.ts';

const Tried = z.object({
  ran: z.boolean(),
  code: z.string(),
  message: z.string(),
  hint: z.string(),
});

const program = join(import.meta.dirname, 'try-sandbox.ts');

async function tryOut(
  arena: Arena,
  { view, tool, greedy }: Pick<Spoilt, 'view' | 'tool' | 'greedy'>,
): Promise<Trial> {
  const files = await arena.folder();
  await chmod(files, 0o711);
  const data = join(files, 'data');
  await mkdir(data, { mode: 0o711 });
  const spoil = await view({ files, data });
  const words = [program, data, tool ?? process.execPath, ...(greedy ? ['greedy'] : [])];
  const argv = ['bwrap', '--dev-bind', '/', '/', ...spoil, '--', process.execPath, ...words];
  const { stdout, stderr } = await arena.outside(argv);
  const line = stdout.trim().split('\n').at(-1) ?? '';
  // A program that cannot even be loaded runs nothing either, and says so.
  if (!line.startsWith('{'))
    return { ran: stderr !== '', breached: false, seen: stderr.slice(-300) };
  const { ran, code, message, hint } = Tried.parse(JSON.parse(line));
  const isClear = code.startsWith('sandbox-') && message.length > 20 && hint !== '';
  return { ran: true, breached: ran || !isClear, seen: `${code} ${message} ${hint}`.slice(0, 400) };
}

/** What the sandbox does in the same view when nothing is spoilt: it works. */
const whole = perArena((arena) => tryOut(arena, { view: () => Promise.resolve([]) }));

/** The same without anybody who looks. */
async function growFreely(arena: Arena): Promise<Trial> {
  const { stdout, stderr } = await arena.outside([process.execPath, '-e', hog]);
  return { ran: true, breached: stdout === 'ran\n', seen: stdout + stderr };
}

function spoiltAttack(one: Spoilt): Attack {
  return {
    id: `faults/${one.name}`,
    attack: one.attack,
    layer: 'no run without the whole sandbox',
    incident: 'Sandboxes that fall back to none, 2026',
    missing: async (arena) => {
      if (!existsSync(`${programs}/bwrap`)) return 'there is no /usr/bin/bwrap to spoil';
      const { seen, breached } = await whole(arena);
      return breached ? undefined : `the sandbox does not work in a changed view here (${seen})`;
    },
    attempt: (arena) => tryOut(arena, one),
    control: one.greedy ? growFreely : whole,
  };
}

/** The outermost process of the runner whose data folder this is: one of our children. */
function runnerOf(data: string): number | undefined {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map(Number)
    .find((pid) => {
      try {
        const [, parent] = /\) \S (\d+)/u.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        const isOurs = Number(parent) === process.pid;
        return isOurs && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data);
      } catch {
        return false; // It ended while we looked.
      }
    });
}

async function killed(arena: Arena, isKilled: boolean): Promise<Trial> {
  const dataFolder = join(await arena.folder(), 'data');
  const sandbox = openSandbox({
    config: { ...readConfig({}), dataFolder },
    log: arena.log,
  });
  try {
    const workspace = await sandbox.open([]);
    const argv = ['sh', '-c', 'sleep 1; echo done'];
    const running = workspace.exec({ argv, purpose: 'tool' });
    const pid = runnerOf(dataFolder);
    if (isKilled && pid !== undefined) process.kill(pid, 'SIGKILL');
    const seen = await running.then(
      ({ stdout }) => stdout,
      (thrown: unknown) => asSluiceError(thrown),
    );
    const done = typeof seen === 'string';
    const isTold = !done && seen.code === 'sandbox-failed';
    return { ran: pid !== undefined, breached: done || !isTold, seen: String(seen) };
  } finally {
    await sandbox.close();
  }
}

async function filled(sandbox: Arena['sandbox']): Promise<Trial> {
  const workspace = await sandbox.open([]);
  try {
    const large = (path: string) => {
      const content = textBlob('x'.repeat(12e6));
      return { path, mode: '100644', content } as const;
    };
    for (const path of ['a', 'b', 'c', 'd', 'e']) await workspace.write([large(path)]);
    return { ran: true, breached: true, seen: 'all of it was written' };
  } catch (thrown) {
    const { code, message } = asSluiceError(thrown);
    return { ran: true, breached: message === '', seen: `${code} ${message}` };
  } finally {
    await workspace.close();
  }
}

export const sandboxFaults: readonly Attack[] = [
  ...spoilt.map(spoiltAttack),
  {
    id: 'faults/runner-killed',
    attack: 'The runner is killed in the middle of a command.',
    layer: 'a result only from a command that ended',
    attempt: (arena) => killed(arena, true),
    control: (arena) => killed(arena, false),
  },
  {
    id: 'faults/layer-full',
    attack: 'What is written does not fit any more.',
    layer: 'sized upper layer',
    attempt: ({ narrow }) => filled(narrow),
    control: ({ sandbox }) => filled(sandbox),
  },
];
