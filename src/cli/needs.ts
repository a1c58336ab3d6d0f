/** `needs`: installs what npm cannot bring and only the system's package manager has, or names it in one line. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { SluiceError } from '#core/errors.ts';

const search = ['/usr/local/bin', '/usr/bin', '/bin'];

function isInstalled(program: string): boolean {
  return search.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false; // Not in this folder, or not ours to run: the next one decides.
    }
  });
}

/** How each package manager installs bubblewrap; the first one that is there is used. */
const managers: readonly { program: string; commands: readonly (readonly string[])[] }[] = [
  {
    program: 'apt-get',
    commands: [
      ['apt-get', 'update', '-q'],
      ['apt-get', 'install', '-y', '-q', '--no-install-recommends', 'bubblewrap'],
    ],
  },
  { program: 'dnf', commands: [['dnf', 'install', '-y', 'bubblewrap']] },
  { program: 'apk', commands: [['apk', 'add', 'bubblewrap']] },
  { program: 'pacman', commands: [['pacman', '-S', '--noconfirm', 'bubblewrap']] },
  { program: 'zypper', commands: [['zypper', '--non-interactive', 'install', 'bubblewrap']] },
];

function run([program = '', ...rest]: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, rest, {
      stdio: ['inherit', 2, 2], // The package manager talks to people: stdout stays for answers.
    });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}

async function maySudo(command: string): Promise<boolean> {
  if (!isInstalled('sudo') || !process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Sluice needs bubblewrap. Run "${command}"? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

/**
 * Makes sure that bubblewrap is there: installs it as root, or by sudo after asking.
 * Throws invalid `needs-missing` with the one command to type where neither is possible.
 */
export async function ensureNeeds(): Promise<void> {
  // macOS and Windows have no bubblewrap: strange code runs in containers there, and `doctor` says what they need.
  if (process.platform !== 'linux' || isInstalled('bwrap')) return;
  const isRoot = process.getuid?.() === 0;
  const commands = commandsFor(isRoot);
  const shown = commands.at(-1)?.join(' ') ?? 'install bubblewrap with your package manager';
  if (isRoot || (await maySudo(shown))) {
    for (const command of commands) await run(command);
    if (isInstalled('bwrap')) return;
  }
  throw new SluiceError({
    code: 'needs-missing',
    kind: 'invalid',
    message: `bubblewrap, the sandbox in which strange code runs, is not installed. Run: ${shown}`,
  });
}

function commandsFor(isRoot: boolean): readonly (readonly string[])[] {
  const commands = managers.find(({ program }) => isInstalled(program))?.commands ?? [];
  return isRoot ? commands : commands.map((command) => ['sudo', ...command]);
}

export function needsCommand(): Command {
  return new Command()
    .description(
      "Installs bubblewrap, which only the system's package manager has (as root, or by sudo after asking).",
    )
    .action(async () => {
      await ensureNeeds();
    });
}
