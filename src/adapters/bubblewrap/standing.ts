/** Standing: a program of ours that stays in a sandbox of its own and answers one question after the other. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import type { Reply } from '#ports/sandbox.ts';
import { countKills, launch, type Launched, type Machinery, type Order } from './launch.ts';
import { watchMemory } from './memory-watch.ts';

/** Characters of one answer at most; the program is ended at more. */
const longest = 2 ** 20;
/** Characters kept of its error stream. */
const keptWords = 4000;

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

/** A program that ended breaks its pipes; that it ended is heard elsewhere. */
function ignoreErrors(stream: Readable | Writable): void {
  stream.on('error', () => undefined);
}

async function endOf({ process: child, tree }: Launched): Promise<void> {
  // A program that could not be started tells so by an error alone.
  await Promise.race([once(child, 'close'), once(child, 'error')]).catch(() => undefined);
  await tree.gone();
}

function lastWords(stream: Readable): () => string {
  let words = '';
  ignoreErrors(stream);
  stream.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-keptWords);
  });
  return () => words;
}

interface Lines {
  /** The answer to the question of this name; undefined when there will be none, or what comes is none. */
  next(name: string): Promise<string | undefined>;
  end(): void;
}

/** One question is under way at a time, so at most one answer is waited for. */
function linesOf(stream: Readable, onFlood: () => void): Lines {
  const whole: string[] = [];
  let text = '';
  let ended = false;
  let wake: (() => void) | undefined;
  ignoreErrors(stream);
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const parts = (text + chunk).split('\n');
    text = parts.pop() ?? '';
    whole.push(...parts);
    // More than it was asked for is no answer of ours.
    if (text.length > longest || whole.length > 1) onFlood();
    if (whole.length > 0) wake?.();
  });
  return {
    next: async (name) => {
      if (whole.length === 0 && !ended) await new Promise<void>((resolve) => (wake = resolve));
      const line = whole.shift();
      return line === undefined || line.length > longest ? undefined : answerIn(line, name);
    },
    end: () => {
      ended = true;
      wake?.();
    },
  };
}

function answerIn(line: string, name: string): string | undefined {
  try {
    const [to, text] = z.tuple([z.string(), z.string()]).parse(JSON.parse(line));
    return to === name ? text : undefined;
  } catch {
    // The caller ends a program that says what is no answer.
    return undefined;
  }
}
