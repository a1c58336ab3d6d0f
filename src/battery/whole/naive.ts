/** Naive: the control of whole runs. The same model is shown all of the attacker's text, and its host does all that it wants. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Arena } from '#battery/arena.ts';
import { parseEdits } from '#core/edits.ts';
import { filesOf, rawText, type Case } from './cases.ts';
import { evilScript, type Call, type EvilScript, type Memory, type Reply } from './model.ts';
import type { Stage } from './stage.ts';

/** By which the script knows what it is asked for. */
const systems = ['FILES: PLAN:', 'You write one automated test', 'You mend the fault'];

export interface Naive {
  readonly memory: Memory;
  /** What would have been published: as the model wrote it. */
  readonly published: string;
  /** What its programs said when they ran on the machine. */
  readonly output: string;
}

/** Plays a case without the App: no sandbox, nothing kept back, nothing made harmless. */
export async function playNaively(arena: Arena, stage: Stage, one: Case): Promise<Naive> {
  const script = evilScript(stage.controlPrey);
  const answers: string[] = [];
  const { files } = stage.controlPrey;
  for (const system of systems)
    answers.push(await converse({ script, system, files }, rawText(one)));
  return {
    memory: script.memory(one),
    published: answers.join('\n\n'),
    output: await runAll(arena, { stage, one, answers }),
  };
}

interface Talking {
  readonly script: EvilScript;
  readonly system: string;
  /** What the host reads for it: nothing else of the machine is anybody's prey. */
  readonly files: readonly string[];
}

async function converse({ script, system, files }: Talking, question: string): Promise<string> {
  const results: string[] = [];
  for (let turn = 0; ; turn += 1) {
    const reply = script.reply({ system, told: [question, ...results], results, turn });
    if ('text' in reply) return reply.text;
    results.push(...(await onTheHost(reply, files)));
  }
}

/** Tools in the App's own process, as others have theirs. */
async function onTheHost(
  { calls }: Extract<Reply, { calls: unknown }>,
  files: readonly string[],
): Promise<string[]> {
  const read = ({ input }: Call) => {
    const path = files.find((each) => each === input.path);
    return path === undefined ? Promise.resolve('not here') : readFile(path, 'latin1');
  };
  return Promise.all(calls.map(read));
}

/** The test, with the App's own environment, beside the code that it tests. */
async function runAll(
  { folder, outside }: Arena,
  { stage, one, answers }: { stage: Stage; one: Case; answers: readonly string[] },
): Promise<string> {
  const cwd = await folder();
  const edits = answers.flatMap((answer) => parseEdits(answer));
  const written = edits.flatMap((edit) =>
    edit.kind === 'write' ? [[edit.path, edit.content]] : [],
  );
  for (const [path = '', text = ''] of [...Object.entries(filesOf(one)), ...written]) {
    await mkdir(dirname(join(cwd, path)), { recursive: true });
    await writeFile(join(cwd, path), text);
  }
  const { stdout, stderr } = await outside([process.execPath, '--test'], {
    cwd,
    environment: stage.environment,
  });
  return stdout + stderr;
}
