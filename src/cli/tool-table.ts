/** The tools that checks run: where each comes from, how it is started in the sandbox, and what it is asked to tell its version. */

export type SourceName = 'python' | 'npm' | 'go';

export interface Tool {
  readonly name: string;
  readonly source: SourceName;
  /** Absolute words in the sandbox; a program of the repository can take no place in it. */
  readonly command: readonly string[];
  readonly ask: readonly string[];
}

/** Where the sandbox has the folder. */
export const mounted = '/opt/checkers';

/** Where the sandbox has the Node that starts the App. */
export const mountedNode = '/opt/tools/bin/node';

/** The system's own Python, which the sandbox has too: another's packages would not fit it. */
export const systemPython = '/usr/bin/python3';

/** A program that came in a wheel. */
function inWheel(name: string): Tool {
  return { name, source: 'python', command: [`${mounted}/python/bin/${name}`], ask: ['--version'] };
}

/** A Python module: isolated from its environment, its folder and the packages of the machine. */
function asModule(name: string, module = name): Tool {
  const command = [systemPython, '-IS', `${mounted}/start.py`, module];
  return { name, source: 'python', command, ask: ['--version'] };
}

function inPackage(name: string, path: string, starter: readonly string[] = []): Tool {
  const command = [...starter, `${mounted}/node_modules/${path}`];
  return { name, source: 'npm', command, ask: ['--version'] };
}

function built(name: string, ask: string): Tool {
  return { name, source: 'go', command: [`${mounted}/bin/${name}`], ask: [ask] };
}

/** `arch` as Node names it. */
export function toolsFor(arch: string): readonly Tool[] {
  return [
    built('actionlint', '-version'),
    asModule('bandit'),
    inPackage('biome', `@biomejs/cli-linux-${arch}/biome`),
    asModule('black'),
    inWheel('hadolint'),
    asModule('mypy'),
    built('opa', 'version'),
    inPackage('oxlint', 'oxlint/bin/oxlint', [mountedNode]),
    inPackage('pyright', 'pyright/index.js', [mountedNode]),
    inWheel('ruff'),
    {
      ...asModule('semgrep', 'semgrep.console_scripts.pysemgrep'),
      // Without it, it waits for an answer from the network that never comes.
      ask: ['--version', '--disable-version-check'],
    },
    inWheel('shellcheck'),
    inWheel('zizmor'),
  ];
}

/** The first version in what a program prints, or undefined. */
export function versionIn(text: string): string | undefined {
  return /\d+\.\d+(?:\.\d+)*/.exec(text)?.[0];
}
