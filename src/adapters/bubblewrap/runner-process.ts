/** Runner process: the broker's end of the channel to the one process that starts every sandbox. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { z } from 'zod';
import { asSluiceError, errors, SluiceError } from '#core/errors.ts';
import { jailArguments, type Tool } from './command-line.ts';
import type { Folders } from '#workspace/shelf.ts';
import { Answer, frame, messagesOf, results, type Request } from './protocol.ts';

/** Milliseconds in which the runner must do what has no time limit of its own. */
export const patience = 120_000;

export type Result<Kind extends Request['do']> = z.infer<(typeof results)[Kind]>;

export interface RunnerSpec {
  readonly bubblewrap: string;
  readonly asRoot: boolean;
  readonly folders: Folders;
  readonly tools: readonly Tool[];
  /** The program's file, `src/runner.ts` of a checkout. */
  readonly program: string;
  readonly firstUid: number;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Holds the runner; when it ends, by itself or by `end`, everything that it started ends with it. */
export class RunnerProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;
  #failure: SluiceError | undefined;
  #complaints = '';

  constructor(spec: RunnerSpec) {
    // No environment at all: what stands in ours would be readable in /proc for as long as bubblewrap lives.
    this.#child = spawn(spec.bubblewrap, [...jailOf(spec)], {
      env: {},
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#complaints = (this.#complaints + chunk.toString()).slice(-4000);
    });
    this.#child.stdin.on('error', () => undefined);
    this.#child.on('error', (error) => this.#fail(error.message));
    this.#child.on('close', () => this.#fail(this.#complaints.trim() || 'it ended'));
    this.#read().catch((error: unknown) => this.#fail(asSluiceError(error).message));
  }

  get isUsable(): boolean {
    return this.#failure === undefined;
  }

  /**
   * Throws what the runner threw, invalid `workspace-refused` on what is too much for one request, or unavailable
   * `sandbox-failed` when the runner is gone or does not answer in time.
   */
  async ask<Kind extends Request['do']>(
    request: Extract<Request, { do: Kind }>,
    milliseconds = patience,
  ): Promise<Result<Kind>> {
    if (this.#failure) throw this.#failure;
    this.#count += 1;
    const id = this.#count;
    const message = frame({ id, request });
    const result = await new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(
        () => this.#fail(`it did not answer "${request.do}" in time`),
        milliseconds,
      );
      this.#waiting.set(id, { resolve, reject, timer });
      this.#child.stdin.write(message);
    });
    const schema: z.ZodType = results[request.do];
    // The table of results is keyed by the request, which the compiler cannot follow.
    return schema.parse(result) as Result<Kind>;
  }

  async end(): Promise<void> {
    const isGone = this.#child.exitCode !== null || this.#child.signalCode !== null;
    const closed = isGone ? undefined : once(this.#child, 'close');
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5_000);
    await closed;
    clearTimeout(timer);
  }

  async #read(): Promise<void> {
    for await (const message of messagesOf(this.#child.stdout)) {
      const { id, result, error } = Answer.parse(message);
      const waiting = this.#waiting.get(id);
      if (!waiting) continue;
      this.#waiting.delete(id);
      clearTimeout(waiting.timer);
      if (error) {
        const { hint, ...facts } = error;
        waiting.reject(new SluiceError({ ...facts, ...(hint !== undefined && { hint }) }));
      } else waiting.resolve(result);
    }
  }

  #fail(problem: string): void {
    this.#failure ??= errors.sandboxFailed(`The sandbox's runner failed: ${problem}`);
    this.#child.kill('SIGKILL');
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(this.#failure);
    }
    this.#waiting.clear();
  }
}

/** The runner's own files, put where its imports find them; the rest of the checkout stays outside. */
function jailOf(spec: RunnerSpec): readonly string[] {
  const sources = dirname(spec.program);
  const zod = dirname(createRequire(spec.program).resolve('zod/package.json'));
  const program = [
    { from: process.execPath, to: '/app/bin/node' },
    { from: sources, to: '/app/src' },
    { from: join(dirname(sources), 'package.json'), to: '/app/package.json' },
    { from: zod, to: '/app/node_modules/zod' },
  ];
  const { asRoot, folders, tools } = spec;
  const command = ['/app/bin/node', '--no-warnings', '/app/src/runner.ts'];
  return jailArguments({ asRoot, folders, tools, program, command });
}
