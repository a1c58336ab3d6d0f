/**
 * Answers a model's questions about the folder that it was started in, one after another: each line on standard input is a
 * JSON list of the question's name and its text, `{program, input}`; each line on standard output one of that name and a reply.
 */
import { createInterface } from 'node:readline';
import { listProgram } from './list.ts';
import { outlineProgram } from './outline.ts';
import { reply } from './question.ts';
import type { Reply } from './question.ts';
import { readProgram } from './read.ts';
import { searchProgram } from './search.ts';

/** The reply of the program of that name. Throws on a name that is none, as on every defect of ours. */
export function answer(program: string, json: string, root: string): Promise<Reply> {
  if (program === 'list') return reply(listProgram, json, root);
  if (program === 'outline') return reply(outlineProgram, json, root);
  if (program === 'read') return reply(readProgram, json, root);
  if (program === 'search') return reply(searchProgram, json, root);
  throw new TypeError(`there is no program ${program}`);
}

if (import.meta.main) {
  for await (const line of createInterface({ input: process.stdin })) {
    // Written by our own adapter and our own tools.
    const [name, text] = JSON.parse(line) as readonly [string, string];
    const asked = JSON.parse(text) as { program: string; input: unknown };
    const said = await answer(asked.program, JSON.stringify(asked.input), process.cwd());
    process.stdout.write(`${JSON.stringify([name, JSON.stringify(said)])}\n`);
  }
}
