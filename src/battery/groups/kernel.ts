/**
 * Kernel: each way into the kernel or the machine that no command needs, tried one by one. A call counts as refused when it
 * ends as if the kernel had none; where even an ordinary process of this machine is refused, the case proves nothing here
 * and is skipped.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Arena } from '#battery/arena.ts';
import type { Attack, Group, Trial } from '#battery/attack.ts';
import { perArena } from '#battery/arena.ts';
import { places, type Place } from '#battery/kernel/places.ts';
import { primitives, type Primitive } from '#battery/kernel/calls.ts';
import { programOf, type Machine } from '#battery/kernel/program.ts';
import { blobOf } from '#core/change.ts';
import type { Execution, Workspace } from '#ports/sandbox.ts';

/** What a filter answers: the call does not exist, or is not allowed. */
const refusals = ['EPERM', 'ENOSYS', 'EAFNOSUPPORT', 'SIGSYS'];
const numbers = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));
const word = 'canary-51c0de';

/** The programs of this machine's calls, by name; none where there is no table. */
function programs(): readonly (readonly [string, Buffer])[] {
  const { arch } = process;
  if (arch !== 'x64' && arch !== 'arm64') return [];
  return primitives.flatMap((primitive) => {
    const number = numberFor(primitive, arch);
    if (number === null) return [];
    const call = { number, words: primitive.words };
    return [[primitive.name, programOf(arch, call, primitive.convention)] as const];
  });
}

function numberFor({ numbers: [x64, arm64] }: Primitive, machine: Machine): number | null {
  return machine === 'x64' ? x64 : arm64;
}

/** One workspace for all: a program changes nothing there. */
const sandboxed = perArena(async ({ sandbox, layer }: Arena): Promise<Workspace> => {
  const workspace = await sandbox.open([await layer({ 'README.md': 'a repository\n' })]);
  const mode = '100755' as const;
  await workspace.write(
    programs().map(([path, bytes]) => ({ path, mode, content: blobOf(bytes) })),
  );
  return workspace;
});

/** The same programs in a folder of the machine, with a canary beside them. */
const machine = perArena(async ({ folder }: Arena): Promise<string> => {
  const place = join(await folder(), 'programs');
  await mkdir(place);
  await writeFile(join(place, 'canary'), word);
  for (const [name, bytes] of programs())
    await writeFile(join(place, name), bytes, { mode: 0o755 });
  return place;
});

function trialOfCall({ exitCode, signal, stdout, stderr }: Execution): Trial {
  // A program of another convention is killed when it would leave its mark.
  const ran = stdout === 'ran\n' || signal === 'SIGSYS';
  const end = signal ?? (exitCode === 0 ? 'done' : (numbers.get(exitCode ?? 0) ?? '?'));
  return { ran, breached: ran && !refusals.includes(end), seen: `${end} ${stderr}`.trim() };
}

function trialOfPlace({ stdout, stderr }: Execution): Trial {
  const lines = stdout.split('\n');
  const breached = lines.includes('breached');
  return { ran: lines.includes('ran'), breached, seen: stderr.trim().slice(-200) || '-' };
}

/** Root in name only: its powers hold for its own namespaces. Ordinary users get no further, and root no less far. */
const recipe = [
  ...['bwrap', '--unshare-all', '--uid', '0', '--gid', '0', '--cap-add', 'ALL'],
  ...['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev'],
];

interface Probe {
  readonly name: string;
  readonly attack: string;
  readonly argv: (programs: string) => readonly string[];
  readonly judge: (execution: Execution) => Trial;
}

/** As an ordinary process of this machine, or else as root of a namespace: whichever shows it open. */
async function outside(arena: Arena, { argv, judge }: Probe): Promise<Trial> {
  const cwd = await machine(arena);
  const options = { cwd, environment: { CANARY: join(cwd, 'canary'), WORD: word } };
  const plain = judge(await arena.outside(argv(cwd), options));
  if (plain.breached) return plain;
  const again = await arena.outside([...recipe, ...argv(cwd)], options).then(judge, () => plain);
  return again.breached ? again : plain;
}

async function inside(arena: Arena, { argv, judge }: Probe): Promise<Trial> {
  const environment = { CANARY: join(await machine(arena), 'canary'), WORD: word };
  const workspace = await sandboxed(arena);
  return judge(await workspace.exec({ argv: argv('.'), environment, purpose: 'tool' }));
}

function attackOf(probe: Probe, layer: string): Attack {
  const control = perArena((arena: Arena) => outside(arena, probe));
  return {
    id: `kernel/${probe.name}`,
    attack: probe.attack,
    layer,
    missing: async (arena) => {
      const { ran, breached, seen } = await control(arena).catch((error: unknown) => ({
        ...{ ran: false, breached: false, seen: String(error) },
      }));
      if (ran && breached) return undefined;
      return `this machine refuses it to an ordinary process too (${seen})`;
    },
    attempt: (arena) => inside(arena, probe),
    control,
  };
}

function callAttack({ name, attack }: Primitive): Attack {
  const argv = (folder: string): readonly string[] => [`${folder}/${name}`];
  return attackOf({ name, attack, argv, judge: trialOfCall }, 'filter of system calls');
}

function placeAttack({ name, attack, script }: Place): Attack {
  const text = `echo ran; if ${script}; then echo breached; fi`;
  const argv = (): readonly string[] => ['/bin/sh', '-c', text];
  return attackOf({ name, attack, argv, judge: trialOfPlace }, 'own root file system');
}

export const kernel: Group = {
  name: 'kernel',
  about: 'ways into the kernel and the machine that no command needs',
  attacks: [...primitives.map(callAttack), ...places.map(placeAttack)],
};
