/**
 * Each file: how programs of ours look at files of the folder that they were started in, one after another. The names come as
 * arguments, the answer is one JSON object on standard output; a file that cannot be read or looked at costs only itself.
 */
import { readFileSync } from 'node:fs';
import { filePlace } from './place.ts';
import { Misasked } from './question.ts';

/** What a program says of one place. */
export interface Seen {
  readonly rule: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly help?: string;
  /** Counted from 1. */
  readonly line: number;
  readonly endLine: number;
}

/** Thrown for a file that cannot be looked at; the message says why, for people. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

type Answer =
  | { readonly path: string; readonly seen: readonly Seen[] }
  | { readonly path: string; readonly problem: string };

const mostBytes = 2 * 1024 * 1024;
/** Of one file: beyond, it is no file that anybody reads finding by finding. */
const mostSeen = 200;

/** Looks at every file that the arguments name and prints what it saw. */
export function lookAtEach(lookAt: (path: string, text: string) => readonly Seen[]): void {
  const root = process.cwd();
  const files = process.argv.slice(2).map((path) => answerOf(root, path, lookAt));
  process.stdout.write(JSON.stringify({ files }));
}

function answerOf(
  root: string,
  path: string,
  lookAt: (path: string, text: string) => readonly Seen[],
): Answer {
  try {
    const place = filePlace(root, path, mostBytes);
    return { path, seen: lookAt(path, readFileSync(place.real, 'utf8')).slice(0, mostSeen) };
  } catch (error) {
    if (error instanceof Misasked || error instanceof Unreadable) {
      return { path, problem: error.message };
    }
    const what = error instanceof Error ? error.name : 'error';
    // Its words may quote the file.
    return { path, problem: `the program of ours that looks at it failed (${what})` };
  }
}
