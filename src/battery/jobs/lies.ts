/** Lies: jobs that make a failing suite look like one that passed, and files that trap whoever reads them. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runInside } from '#agent/inside.ts';
import type { Arena } from '#battery/arena.ts';
import type { Attack, Trial } from '#battery/attack.ts';
import type { Suite } from '#checks/detect.ts';
import { runReported, shell } from '#checks/report.ts';
import { runSuite } from '#checks/suite.ts';
import { textBlob } from '#core/change.ts';
import type { Execution, Workspace } from '#ports/sandbox.ts';
import { trialOf } from './judge.ts';
import { canary, stageOf } from './stage.ts';
import { placeWith, run, sh, within, type Files } from './workspace.ts';

const tree: Files = { 'README.md': 'hello\n' };

const suite: Suite = {
  ...{ runner: 'node:test', typed: 'node --test', word: 'node', before: [], flags: ['--test'] },
  ...{ environment: {}, prepare: [], report: null },
};
const failing = `require('node:test')('adds', () => { throw new Error('it does not add'); });\n`;

interface Lie {
  readonly id: string;
  readonly attack: string;
  readonly files: Files;
  /** What a reader of exit codes or of output would go by. */
  readonly believes: (execution: Execution) => boolean;
  readonly command: string;
}

const pretences: readonly Lie[] = [
  {
    id: 'result-by-words',
    attack: 'A failing test prints the words of a suite that passed.',
    files: {
      'a.test.js': `process.stdout.write('# pass 1\\n# fail 0\\nok 1 - adds\\n1..1\\n');\n${failing}`,
    },
    command: '"$NODE" a.test.js',
    believes: ({ stdout }) => stdout.includes('# fail 0'),
  },
  {
    id: 'result-by-exit-code',
    attack: 'A failing test makes its process end as if all were well.',
    files: {
      'a.test.js': `process.on('exit', () => { process.exitCode = 0; process.reallyExit(0); });\n${failing}`,
    },
    command: '"$NODE" a.test.js',
    believes: ({ exitCode }) => exitCode === 0,
  },
  {
    id: 'result-brought-along',
    attack: 'A repository brings along the report of a suite that passed, and its tests never run.',
    files: {
      'report.xml':
        '<testsuites><testsuite name="a"><testcase name="adds" file="a.test.js"/></testsuite></testsuites>\n',
      'a.test.js': failing,
    },
    command: 'true; cat report.xml',
    believes: ({ stdout }) => stdout.includes('<testcase'),
  },
];

/** The report that a repository brings along is one that its settings name. */
const brought: Suite = { ...suite, runner: 'junit', word: 'true', report: 'report.xml' };

export const lies: readonly Attack[] = pretences.map(
  ({ id, attack, files, command, believes }) => ({
    id: `jobs/${id}`,
    attack,
    layer: 'reports instead of words and exit codes',
    attempt: async (arena) =>
      within(arena, [await arena.layer(files)], async (workspace) => {
        const report = await runSuite(workspace, id === 'result-brought-along' ? brought : suite);
        const seen = `${report.state} ${report.reason ?? ''}`;
        return { ran: report.runner !== '', breached: report.state === 'passed', seen };
      }),
    control: async (arena) => {
      const cwd = await placeWith(arena, files);
      const execution = await arena.outside(sh(command), {
        cwd,
        environment: { NODE: process.execPath },
      });
      return { ran: true, breached: believes(execution), seen: execution.stdout.slice(-200) };
    },
  }),
);

/** What a model is answered about a file that a test laid down. */
async function answered(workspace: Workspace, path: string): Promise<string> {
  const asked = { program: 'read', input: { path } } as const;
  return runInside(asked, workspace).catch((error: unknown) => String(error));
}

export const traps: readonly Attack[] = [
  ...(
    [
      ['link', 'ln -s "$HOST_FILE" trap', 'A file that a model reads is a link to the machine.'],
      ['link-chain', 'ln -s "$HOST_DIR" a; ln -s a/canary trap', 'A link leads to another link.'],
    ] as const
  ).map(([id, script, attack]): Attack => ({
    id: `jobs/answer-by-${id}`,
    attack,
    layer: 'answers from inside the sandbox',
    incident: 'File tool outside of the sandbox, June 2026',
    attempt: async (arena) =>
      within(arena, [await arena.layer(tree)], async (workspace) => {
        const { names: environment } = await stageOf(arena);
        const argv = sh(`echo ran; ${script}`);
        const execution = await workspace.exec({ argv, environment, purpose: 'tool' });
        const text = await answered(workspace, 'trap');
        return { ...trialOf(execution, text.includes(canary)), seen: text.slice(0, 200) };
      }),
    control: async (arena) => {
      const { names: environment } = await stageOf(arena);
      const cwd = await arena.folder();
      const execution = await arena.outside(sh(`echo ran; ${script}`), { cwd, environment });
      return trialOf(execution, (await readFile(join(cwd, 'trap'), 'utf8')).includes(canary));
    },
  })),
  {
    id: 'jobs/answer-by-pipe',
    attack: 'A file that a model reads is a pipe into which nobody ever writes.',
    layer: 'answers about plain files only',
    attempt: async (arena) =>
      within(arena, [await arena.layer(tree)], async (workspace) => {
        const execution = await run(workspace, 'echo ran; mkfifo trap');
        const text = await answered(workspace, 'trap');
        return { ...trialOf(execution, !text.includes('no regular file')), seen: text };
      }),
    control: (arena) => pipeOutside(arena, 'timeout 1 cat trap; [ $? -eq 124 ] && echo breached'),
  },
  {
    id: 'jobs/collected-pipe',
    attack: 'A test leaves a pipe among the changes, and whoever reads it waits for ever.',
    layer: 'collector of plain files',
    attempt: async (arena) =>
      within(arena, [await arena.layer(tree)], async (workspace) => {
        const execution = await run(workspace, 'echo ran; mkfifo trap');
        const late = sleep(10_000, 'late' as const, { ref: false });
        const done = await Promise.race([workspace.collect(), late]);
        return trialOf(execution, done === 'late');
      }),
    control: (arena) =>
      pipeOutside(
        arena,
        'timeout 1 tar cf /dev/null --dereference trap/. trap; timeout 1 cat trap; [ $? -eq 124 ] && echo breached',
      ),
  },
  {
    id: 'jobs/write-through-link',
    attack: 'A test puts a link where the product writes a file of the change.',
    layer: 'writer that follows no link',
    attempt: async (arena) =>
      within(arena, [await arena.layer(tree)], async (workspace) => {
        const { names: environment, folder } = await stageOf(arena);
        const argv = sh('echo ran; ln -s "$HOST_DIR" out');
        const execution = await workspace.exec({ argv, environment, purpose: 'tool' });
        const content = textBlob('written');
        const file = { path: 'out/through-link', mode: '100644', content } as const;
        const told = await workspace.write([file]).catch((error: unknown) => error);
        const breached = existsSync(join(folder, 'through-link'));
        return { ...trialOf(execution, breached), seen: String(told) };
      }),
    control: async (arena) => {
      const cwd = await arena.folder();
      const target = await arena.folder();
      const environment = { HOST_DIR: target };
      const script = 'echo ran; ln -s "$HOST_DIR" out';
      const execution = await arena.outside(sh(script), { cwd, environment });
      await writeFile(join(cwd, 'out', 'through-link'), 'written');
      return trialOf(execution, existsSync(join(target, 'through-link')));
    },
  },
  {
    id: 'jobs/words-for-the-terminal',
    attack: 'A broken build says words that write to the terminal of whoever reads the report.',
    layer: 'words made plain',
    attempt: async (arena) =>
      within(arena, [await arena.layer(tree)], async (workspace) => {
        const argv = shell(`printf '\\033]0;evil\\007\\033[2J\\rran\\n'; exit 1`);
        const { tail } = await runReported(workspace, { argv, file: '/tmp/none' });
        const seen = JSON.stringify(tail);
        return {
          ran: tail.includes('ran'),
          breached: /(?![\n\t])\p{Cc}/u.test(tail),
          seen,
        };
      }),
    control: async (arena) => {
      const { stdout } = await arena.outside(sh(`printf '\\033]0;evil\\007\\033[2J\\rran\\n'`));
      return { ran: stdout.includes('ran'), breached: stdout.includes('\u001b'), seen: '' };
    },
  },
];

async function pipeOutside(arena: Arena, script: string): Promise<Trial> {
  const cwd = await arena.folder();
  return trialOf(await arena.outside(sh(`echo ran; mkfifo trap; ${script}`), { cwd }));
}
