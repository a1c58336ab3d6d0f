/** `battery`: every attack that ships with the product, tried on this machine, each with a control that shows that it is real. */
import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { openLog } from '#app.ts';
import { openArena } from '#battery/arena.ts';
import type { Group } from '#battery/attack.ts';
import { groups } from '#battery/groups/all.ts';
import { runBattery, type Report, type Tried } from '#battery/run.ts';
import { readConfig } from '#config.ts';
import { SluiceError } from '#core/errors.ts';
import { answer, table, type Environment } from './answer.ts';
import type { Probe } from './probe.ts';

interface Options {
  readonly json?: boolean;
  readonly group?: readonly string[];
  readonly sandbox?: string;
  readonly jsonFile?: string;
}

const sign = { held: '✓', breached: '✗', vacuous: '?', skipped: '-' } as const;

/** How many attacks go on at once: most of them wait. */
const side = 4;

export function batteryCommand(environment: Environment): Command {
  return new Command()
    .description(
      'Tries every attack that ships with Sluice on this machine, with and without its protection. Exit code 1: one was not held, or proved nothing.',
    )
    .option('--group <name...>', `only these: ${groups.map(({ name }) => name).join(', ')}`)
    .addOption(
      new Option('--sandbox <kind>', 'in which sandbox, instead of the configured one').choices([
        'bubblewrap',
        'container',
      ]),
    )
    .option('--json', 'print one JSON document')
    .option('--json-file <path>', 'write that document into a file, too')
    .action(async (options: Options) => {
      const asked = options.sandbox === undefined ? {} : { SLUICE_SANDBOX: options.sandbox };
      const whole = { ...environment, ...asked };
      const isHeld = await tryAndTell(whole, options, chosen(options.group));
      process.exitCode = isHeld ? 0 : 1;
    });
}

export const batteryProbe: Probe = {
  name: 'battery',
  flag: '--battery',
  about:
    'try every attack that ships with Sluice, as the command `battery` does; exit code 1: one was not held',
  run: ({ environment, json }) => tryAndTell(environment, { json }, groups),
};

/** Whether every attack was held. */
async function tryAndTell(
  environment: Environment,
  { json, jsonFile }: { readonly json?: boolean | undefined; readonly jsonFile?: string },
  which: readonly Group[],
): Promise<boolean> {
  const report = await tryAll(environment, which);
  if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify(report)}\n`);
  answer(json, report, linesOf(report));
  return report.failures.length === 0;
}

/** Runs the groups on this machine; progress goes to the error stream. */
export async function tryAll(
  environment: Environment,
  which: readonly Group[] = groups,
): Promise<Report> {
  const arena = await openArena({
    config: readConfig(environment),
    log: openLog('error'),
    path: environment.PATH ?? '/usr/bin:/bin',
  });
  try {
    const told = (tried: Tried): void => console.error(`${sign[tried.standing]} ${tried.id}`);
    return await runBattery({ groups: which, arena, side, told });
  } finally {
    await arena.close();
  }
}

function chosen(names: readonly string[] | undefined): readonly Group[] {
  if (names === undefined) return groups;
  return names.map((name) => {
    const found = groups.find((group) => group.name === name);
    if (found) return found;
    throw new SluiceError({
      code: 'group-unknown',
      kind: 'invalid',
      message: `There is no group "${name}".`,
      hint: `There are: ${groups.map((group) => group.name).join(', ')}.`,
    });
  });
}

/** A table of the groups, then each case that did not hold, and each that could not be tried. */
export function linesOf({ groups: all, failures, cases, seconds }: Report): readonly string[] {
  const rows = all.map(
    ({ name, cases: count, held, skipped, controls, controlsBreached, about }) => [
      name,
      `${String(held)}/${String(count - skipped)}`,
      `${String(controlsBreached)}/${String(controls)}`,
      String(skipped),
      about,
    ],
  );
  const told = [...failures, ...cases.filter(({ standing }) => standing === 'skipped')];
  return [
    ...table([['group', 'held', 'controls breached', 'skipped', ''], ...rows]),
    '',
    ...told.flatMap(({ standing, id, attack, layer, seen }) => [
      `${sign[standing]} ${id}: ${attack} (${layer})`,
      `    ${standing}: ${seen}`,
    ]),
    failures.length === 0
      ? `Every attack that could be tried was held (${String(seconds)} s).`
      : `${String(failures.length)} were not held or prove nothing (${String(seconds)} s).`,
  ];
}
