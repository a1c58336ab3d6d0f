/** Lines: the answers of a program that stays, one line each, read from a stream that strange code may have got hold of. */
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';

/** Characters of one answer at most; the program is ended at more. */
const longest = 2 ** 20;
/** Characters kept of its error stream. */
const keptWords = 4000;

/** A program that ended breaks its pipes; that it ended is heard elsewhere. */
export function ignoreErrors(stream: Readable | Writable): void {
  stream.on('error', () => undefined);
}

/** The end of what a stream said so far, whenever it is asked. */
export function lastWords(stream: Readable): () => string {
  let words = '';
  ignoreErrors(stream);
  stream.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-keptWords);
  });
  return () => words;
}

export interface Lines {
  /** The answer to the question of this name; undefined when there will be none, or what comes is none. */
  next(name: string): Promise<string | undefined>;
  end(): void;
}

/** One question is under way at a time, so at most one answer is waited for. */
export function linesOf(stream: Readable, onFlood: () => void): Lines {
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
