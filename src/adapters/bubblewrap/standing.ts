/** Standing: a program of ours that stays in a sandbox of its own and answers one question after the other. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Reply } from '#ports/sandbox.ts';
import { ignoreErrors, lastWords, linesOf } from '#workspace/lines.ts';
import { countKills, launch, type Launched, type Machinery, type Order } from './launch.ts';
import { watchMemory } from './memory-watch.ts';

export interface Standing {
  /** Whether it is alive and this program. */
  isFor(program: readonly string[]): boolean;
  /** Ends the program when it takes longer than `wall` milliseconds. */
  ask(text: string, wall: number): Promise<Reply>;
  /** Resolves when nothing of it is left. */
  close(): Promise<void>;
}

export function openStanding(machinery: Machinery, order: Order): Standing {
  const launched = launch(machinery, order, ['pipe', 'pipe', 'pipe']);
  const { tree } = launched;
  const { group } = order;
  const newKills = countKills(order);
  const { stdin, stdout, stderr } = streamsOf(launched);
  let outOfMemory = false;
  const watch = group
    ? undefined
    : watchMemory(
        () => tree.first(),
        order.spec.limits.memory,
        () => {
          outOfMemory = true;
          tree.kill();
        },
      );
  const words = lastWords(stderr);
  const lines = linesOf(stdout, () => tree.kill());
  const ended = endOf(launched).then(() => {
    watch?.stop();
    outOfMemory ||= newKills() > 0;
    lines.end();
  });
  let alive = true;
  void ended.then(() => (alive = false));
  return {
    isFor: (program) => alive && program.join('\0') === order.spec.argv.join('\0'),
    ask: async (text, wall) => {
      let timedOut = false;
      const timer = setTimeout(() => {
        timedOut = true;
        tree.kill();
      }, wall);
      const name = randomUUID();
      stdin.write(`${JSON.stringify([name, text])}\n`);
      const answer = await lines.next(name);
      clearTimeout(timer);
      // One that cannot be understood cannot be asked again either.
      if (answer === undefined) tree.kill();
      if (answer === undefined) await ended;
      return { text: answer ?? null, timedOut, outOfMemory, stderr: words() };
    },
    close: async () => {
      tree.kill();
      await ended;
    },
  };
}

function streamsOf({ process: { stdin, stdout, stderr } }: Launched) {
  if (!stdin || !stdout || !stderr) throw new Error('a pipe is missing');
  ignoreErrors(stdin);
  return { stdin, stdout, stderr };
}

async function endOf({ process: child, tree }: Launched): Promise<void> {
  // A program that could not be started tells so by an error alone.
  await Promise.race([once(child, 'close'), once(child, 'error')]).catch(() => undefined);
  await tree.gone();
}
