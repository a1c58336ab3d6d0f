/** `doctor`: what works on this machine, what is weaker, what is missing, and the remedy for each. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Command, InvalidArgumentError } from 'commander';
import { openLog, openRuns, openSandbox } from '#app.ts';
import { readConfig, type Config } from '#config.ts';
import { asSluiceError } from '#core/errors.ts';
import { answer, type Environment } from './answer.ts';
import { batteryProbe } from './battery.ts';
import { liveProbe } from './live.ts';
import { modelProbe } from './model-probe.ts';
import type { Probe } from './probe.ts';
import { toolsFor } from './tool-table.ts';
import { readInstalled } from './tools.ts';

interface Note {
  readonly area: string;
  readonly level: 'ok' | 'weaker' | 'missing';
  readonly text: string;
  readonly remedy?: string;
}

const sign = { ok: '✓', weaker: '~', missing: '✗' } as const;

/** git 2.38 brought `merge-tree --write-tree`, which the local GitHub merges with. */
const oldestGit: readonly [number, number] = [2, 38];

async function git(): Promise<Note> {
  const remedy = `Install git ${oldestGit.join('.')} or newer.`;
  const { stdout } = await promisify(execFile)('git', ['--version']).catch(() => ({ stdout: '' }));
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
  const isNew = major > oldestGit[0] || (major === oldestGit[0] && minor >= oldestGit[1]);
  return isNew
    ? { area: 'git', level: 'ok', text: stdout.trim() }
    : { area: 'git', level: 'missing', text: stdout.trim() || 'git is not installed', remedy };
}

async function sandbox(config: Config): Promise<readonly Note[]> {
  const opened = openSandbox({ config, log: openLog('error') });
  try {
    const { notes } = await opened.health();
    return notes.map((note) => ({ area: 'sandbox', ...note }));
  } finally {
    await opened.close();
  }
}

async function database(config: Config): Promise<Note> {
  const where = config.databaseUrl === undefined ? 'embedded' : 'at DATABASE_URL';
  try {
    const runs = await openRuns({ config, log: openLog('error') });
    await runs.close();
    return { area: 'database', level: 'ok', text: `PostgreSQL, ${where}, answers` };
  } catch (thrown) {
    const { message, hint } = asSluiceError(thrown);
    return { area: 'database', level: 'missing', text: message, ...(hint && { remedy: hint }) };
  }
}

function settings(config: Config): readonly Note[] {
  const app: Note =
    config.app === undefined
      ? {
          area: 'app',
          level: 'missing',
          text: 'no GitHub App is configured',
          remedy: 'Run `npm run -s sluice -- serve`: it leads through registering one.',
        }
      : {
          area: 'app',
          level: 'ok',
          text: `App ${String(config.app.appId)} on ${config.github.webUrl}`,
        };
  const model: Note =
    config.model === undefined && config.recordings === undefined
      ? {
          area: 'model',
          level: 'missing',
          text: 'no model is configured',
          remedy: 'Set OPENAI_BASE_URL, OPENAI_API_KEY and SLUICE_MODEL.',
        }
      : {
          area: 'model',
          level: 'ok',
          text: config.model
            ? `${config.model.name} at ${config.model.baseUrl}`
            : 'recorded answers',
        };
  return [app, model];
}

/** The programs of checks: one that is missing costs its check alone. */
function checkers(config: Config): readonly Note[] {
  const installed = readInstalled(config.toolsFolder);
  return toolsFor(process.arch).map(({ name }) => {
    const found = installed?.tools.find((tool) => tool.name === name);
    if (found) return { area: 'tools', level: 'ok', text: `${name} ${found.version}` };
    const reason = installed?.left.find((tool) => tool.name === name)?.reason;
    const text = `${name} is not installed: its check is skipped`;
    return { area: 'tools', level: 'weaker', text, remedy: reason ?? 'Run: npm run tools' };
  });
}

/** What is looked at instead of this machine, one option each. */
const probes: readonly Probe[] = [modelProbe, liveProbe, batteryProbe];

export function doctorCommand(environment: Environment): Command {
  const command = new Command()
    .description(
      'Says what works on this machine, what does not, and the remedy. Exit code 1: no run can work.',
    )
    .option('--json', 'print one JSON document');
  for (const { flag, about, also = [] } of probes)
    for (const [each, meaning] of [[flag, about] as const, ...also]) command.option(each, meaning);
  return command.action(async (options: Readonly<Record<string, string | true | undefined>>) => {
    const json = options.json === true;
    const asked = probes.filter(({ name }) => options[name] !== undefined);
    if (asked.length > 1)
      throw new InvalidArgumentError(
        `Ask for one at a time: ${asked.map(({ flag }) => flag).join(', ')}.`,
      );
    const [probe] = asked;
    const given = probe && options[probe.name];
    const value = typeof given === 'string' ? given : undefined;
    const works = probe
      ? await probe.run({ value, environment, json, options })
      : await lookAround(readConfig(environment), json);
    process.exitCode = works ? 0 : 1;
  });
}

/** Prints what was found; whether a run can work. */
async function lookAround(config: Config, json: boolean): Promise<boolean> {
  const notes = [
    { area: 'node', level: 'ok' as const, text: `Node ${process.versions.node}` },
    await git(),
    ...(await sandbox(config)),
    ...checkers(config),
    await database(config),
    ...settings(config),
  ];
  const vital = notes.filter(
    ({ area, level }) => level === 'missing' && !['app', 'model'].includes(area),
  );
  const works = vital.length === 0;
  answer(
    json,
    { works, notes },
    notes.flatMap(({ area, level, text, ...more }) => [
      `${sign[level]} ${area}: ${text}`,
      ...('remedy' in more ? [`    ${more.remedy ?? ''}`] : []),
    ]),
  );
  return works;
}
