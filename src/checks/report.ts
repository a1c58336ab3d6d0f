/** Runs a command in a workspace and reads the report file that it wrote, through our own program inside the sandbox. */
import { z } from 'zod';
import type { Command, Execution, Workspace } from '#ports/sandbox.ts';
import { normalise } from './message.ts';
import { jsonOf } from './parsers/parser.ts';

/** Bytes of a report; a larger one is not read. */
const most = 32 * 1024 * 1024;

const program = '/opt/tools/src/inside/reported.ts';

const Ran = z.object({
  exitCode: z.int().nullable(),
  problem: z.string().nullable(),
  root: z.string(),
  output: z.string(),
  report: z.string().nullable(),
});

/** How the command ended. `trouble` says why there is nothing to read, `report` is what it wrote. */
export interface Reported {
  readonly exitCode: number | null;
  readonly report: string | undefined;
  readonly root: string;
  /** The end of its output without times and paths. */
  readonly tail: string;
  readonly trouble:
    { readonly state: 'crashed' | 'timed-out'; readonly reason: string } | undefined;
}

export interface ReportedCommand {
  readonly argv: readonly string[];
  /** Where it writes its report; /dev/stdout and /dev/stderr for what it says there. */
  readonly file: string;
  /** Whether nothing that the repository brings may be found by it: for programs of ours. */
  readonly isAlone?: boolean;
  /** Wall time in milliseconds, where less than the limit for tests. */
  readonly timeout?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export async function runReported(
  workspace: Workspace,
  command: ReportedCommand,
): Promise<Reported> {
  const execution = await workspace.exec(commandOf(command));
  const read = Ran.safeParse(jsonOf(execution.stdout));
  const none = { exitCode: execution.exitCode, report: undefined, root: '/', tail: '' };
  const stopped = troubleOf(execution);
  if (stopped !== undefined) return { ...none, trouble: stopped };
  if (!read.success) {
    const reason = `It ended without a result: ${tailOf(execution.stderr, '/') || 'nothing was said'}`;
    return { ...none, trouble: { state: 'crashed', reason } };
  }
  const { exitCode, problem, root, output, report } = read.data;
  const tail = tailOf(output, root);
  const text = report === null ? undefined : await unpack(report);
  const failed =
    problem === null ? undefined : `It could not be started: ${normalise(problem, root)}`;
  const trouble = failed === undefined ? undefined : { state: 'crashed' as const, reason: failed };
  return { exitCode, report: text, root, tail, trouble };
}

function commandOf({ argv, file, isAlone, timeout, environment }: ReportedCommand): Command {
  return {
    argv: ['node', program, ...(isAlone === true ? ['--alone'] : []), file, ...argv],
    purpose: 'test',
    ...(timeout !== undefined && { timeout }),
    environment: { NO_COLOR: '1', FORCE_COLOR: '0', CI: '1', ...environment },
  };
}

function troubleOf({ timedOut, outOfMemory, truncated }: Execution): Reported['trouble'] {
  if (timedOut) return { state: 'timed-out', reason: 'It did not end within its time limit.' };
  if (outOfMemory) return { state: 'crashed', reason: 'It ran out of memory.' };
  if (truncated) return { state: 'crashed', reason: 'Its report is larger than what can be read.' };
  return undefined;
}

function tailOf(output: string, root: string): string {
  return normalise(output.slice(-3_000), root);
}

async function unpack(base64: string): Promise<string | undefined> {
  const packed = new Blob([Buffer.from(base64, 'base64')]).stream();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const unpacked: AsyncIterable<Uint8Array> = packed.pipeThrough(new DecompressionStream('gzip'));
  for await (const chunk of unpacked) {
    size += chunk.byteLength;
    if (size > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf-8');
}

/** Words of a shell for a script that the repository itself holds; programs of its packages are found. */
export function shell(script: string): readonly string[] {
  return ['sh', '-c', `PATH="$PWD/node_modules/.bin:$PATH"; export PATH\n${script}`];
}
