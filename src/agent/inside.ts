/** Runs one of our programs inside the sandbox for a model: its answer, or what the model can do better. */
import { errors } from '#core/errors.ts';
import type { Workspace } from '#ports/sandbox.ts';

export interface InsideProgram {
  /** The file's name in `inside/`. */
  readonly program: string;
  readonly input: unknown;
}

/** Throws unusable when the question was wrong or took too long, and a plain error when the program broke. */
export async function runInside(
  { program, input }: InsideProgram,
  workspace: Workspace,
): Promise<string> {
  const done = await workspace.exec({
    argv: ['/opt/tools/bin/node', `/opt/tools/src/inside/${program}.ts`],
    purpose: 'tool',
    input: JSON.stringify(input),
  });
  if (done.exitCode === 0) return done.stdout.trimEnd();
  if (done.exitCode === 2) throw errors.answerUnusable(done.stderr.trim());
  if (done.timedOut || done.outOfMemory) {
    throw errors.answerUnusable(`${program} took too long: ask for less.`);
  }
  throw new Error(`${program} broke: ${done.stderr.slice(-1000)}`);
}
