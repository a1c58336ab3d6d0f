/** Starts the program in which CEL is read and asked: no files but its own, no network, no environment, little memory, little time. */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { policyFactsSchema, type PolicyFacts } from '#core/policy-facts.ts';
import { patience, type Answered, type Checked } from './cel.ts';

const program = fileURLToPath(new URL('./cel-program.ts', import.meta.url));

/** Megabytes of heap: the largest facts take a tenth. */
const heap = 96;
/** Milliseconds until it reads expressions, on a busy machine. */
const startUp = 10_000;
/** Characters of facts: those of a pull request with ten thousand files. */
const mostFacts = 4_000_000;

const Answer = z.union([
  z.strictObject({ value: z.boolean() }),
  z.strictObject({ broken: z.string() }),
]);
const Check = z.strictObject({ at: z.int(), problem: z.string() }).nullable();

/** `root` is the checkout. What is wrong with each expression, or null. */
export async function checkCel(
  root: string,
  expressions: readonly string[],
): Promise<readonly Checked[]> {
  const { lines, end } = await run(root, expressions, null);
  const read = lines.map((line) => Check.parse(JSON.parse(line)));
  if (read.length === expressions.length) return read;
  const rest = await checkCel(root, expressions.slice(read.length + 1));
  return [...read, { at: 0, problem: end }, ...rest];
}

/** What each expression says. One that ends the process is broken, and the others are asked in another. */
export async function askCel(
  root: string,
  expressions: readonly string[],
  facts: PolicyFacts,
): Promise<readonly Answered[]> {
  if (JSON.stringify(facts).length > mostFacts) {
    return expressions.map(() => ({ broken: 'The change is too large for rules.' }));
  }
  const { lines, end } = await run(root, expressions, facts);
  const read = lines.map((line) => Answer.parse(JSON.parse(line)));
  if (read.length === expressions.length) return read;
  const rest = await askCel(root, expressions.slice(read.length + 1), facts);
  return [...read, { broken: end }, ...rest];
}

/** The lines that it wrote, and why there are no more. */
async function run(
  root: string,
  expressions: readonly string[],
  facts: PolicyFacts | null,
): Promise<{ readonly lines: readonly string[]; readonly end: string }> {
  if (expressions.length === 0) return { lines: [], end: '' };
  const input = JSON.stringify({ shape: policyFactsSchema(), facts, expressions });
  const done = await execa(process.execPath, [...flags(root), program], {
    input,
    cwd: '/',
    env: {},
    extendEnv: false,
    reject: false,
    timeout: startUp + 2 * patience * expressions.length,
    killSignal: 'SIGKILL',
    maxBuffer: 1_000_000,
  });
  // What stands behind the last line's end was cut off.
  const lines = done.stdout.split('\n').slice(0, expressions.length);
  const end = done.timedOut ? 'It took too long.' : 'It needs too much memory, or cannot be read.';
  const whole = lines.filter((line) => line.endsWith('}') || line === 'null');
  return { lines: whole, end };
}

/** Node's own fence: the program may read itself and packages, and nothing else of the machine. */
function flags(root: string): readonly string[] {
  const packages = join(root, 'node_modules');
  // Where they lie behind a link, Node asks about both paths.
  const folders = [fileURLToPath(new URL('.', import.meta.url)), packages, realpathSync(packages)];
  const readable = [
    join(root, 'package.json'),
    ...folders.flatMap((each) => [each, join(each, '*')]),
  ];
  return [
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--max-old-space-size=${String(heap)}`,
    '--disallow-code-generation-from-strings',
    '--no-warnings',
  ];
}
