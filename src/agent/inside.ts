/** Asks one of our programs inside the sandbox for a model: its answer, or what the model can do better. */
import { z } from 'zod';
import { errors } from '#core/errors.ts';
import type { Workspace } from '#ports/sandbox.ts';

export interface InsideProgram {
  /** Its name in `inside/answer.ts`. */
  readonly program: 'list' | 'outline' | 'read' | 'search';
  readonly input: unknown;
}

/** One for all four: it stays open from one question of the model to the next. */
const answering = ['/opt/tools/bin/node', '/opt/tools/src/inside/answer.ts'];

const Reply = z.object({ exitCode: z.int(), text: z.string() });

/** Throws unusable when the question was wrong or took too long, and a plain error when the program broke. */
export async function runInside(asked: InsideProgram, workspace: Workspace): Promise<string> {
  const done = await workspace.ask({ program: answering, text: JSON.stringify(asked) });
  if (done.timedOut || done.outOfMemory) {
    throw errors.answerUnusable(`${asked.program} took too long: ask for less.`);
  }
  if (done.text === null) throw new Error(`${asked.program} broke: ${done.stderr.slice(-1000)}`);
  const { exitCode, text } = Reply.parse(JSON.parse(done.text));
  if (exitCode !== 0) throw errors.answerUnusable(text);
  return text.trimEnd();
}
