/** Standing: a program of ours in a container of its own that only reads the files and answers one question after another. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Reply } from '#ports/sandbox.ts';
import { lastWords, linesOf } from '#workspace/lines.ts';
import type { Limits } from '#workspace/limits.ts';
import type { Contained } from './contained.ts';

export interface Standing {
  isFor(program: readonly string[]): boolean;
  /** Ends the program when it takes longer than `wall` milliseconds. */
  ask(text: string, wall: number): Promise<Reply>;
  close(): Promise<void>;
}

export async function openStanding(
  container: Contained,
  program: readonly string[],
  limits: Limits,
): Promise<Standing> {
  const { child } = container;
  let outOfMemory = false;
  const closed = once(child, 'close');
  closed.catch(() => undefined);
  await container.begin({ argv: program, folder: '', environment: {}, limits });
  const words = lastWords(child.stderr);
  const lines = linesOf(child.stdout, () => void container.end());
  const ended = closed.then(async () => {
    outOfMemory =
      words().endsWith(container.lastMemoryWords) ||
      (!container.isEnding && (await container.ranOutOfMemory()));
    lines.end();
    await container.end();
  });
  return {
    isFor: (other) => container.isAlive && other.join('\0') === program.join('\0'),
    ask: async (text, wall) => {
      let timedOut = false;
      const timer = setTimeout(() => {
        timedOut = true;
        void container.end();
      }, wall);
      const name = randomUUID();
      child.stdin.write(`${JSON.stringify([name, text])}\n`);
      const answer = await lines.next(name);
      clearTimeout(timer);
      // One that cannot be understood cannot be asked again either.
      if (answer === undefined) {
        if (container.isAlive) void container.end();
        await ended;
      }
      return { text: answer ?? null, timedOut, outOfMemory, stderr: words() };
    },
    close: async () => {
      await container.end();
      await ended;
    },
  };
}
