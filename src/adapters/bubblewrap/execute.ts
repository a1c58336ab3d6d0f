/** Execute: runs one command in its sandbox from the runner and returns only when all of it is dead. */
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import type { Execution } from '#ports/sandbox.ts';
import { errors } from '#core/errors.ts';
import {
  countKills,
  launch,
  wordsOf,
  type Launched,
  type Machinery,
  type Order,
  type Tree,
} from './launch.ts';
import { watchMemory } from './memory-watch.ts';
import { endOf, saysOutOfMemory } from '#workspace/ending.ts';
import { readOutput } from '#workspace/output.ts';
import { closeDescriptors, openPipe } from './pipes.ts';

export interface CommandOrder extends Order {
  /** The folder of the workspace's named pipes. */
  readonly pipes: string;
  readonly input: string | null;
}

export interface Running {
  readonly done: Promise<Execution>;
  kill(): void;
}

export function execute(machinery: Machinery, order: CommandOrder): Running {
  const started = performance.now();
  const stdout = openPipe(order.pipes, 'stdout');
  const stderr = openPipe(order.pipes, 'stderr');
  try {
    const stdin = order.input === null ? 'ignore' : 'pipe';
    const launched = launch(machinery, order, [stdin, stdout.writer, stderr.writer]);
    const [out, err] = [stdout.reader, stderr.reader];
    return {
      done: finish({ ...launched, stdout: out, stderr: err, order, started }),
      kill: () => launched.tree.kill(),
    };
  } catch (error) {
    stdout.reader.destroy();
    stderr.reader.destroy();
    throw error;
  } finally {
    closeDescriptors([stdout.writer, stderr.writer]);
  }
}

interface Started extends Launched {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly order: CommandOrder;
  readonly started: number;
}

type Reason = 'time' | 'flood' | 'memory';

async function finish(command: Started): Promise<Execution> {
  const { process: child, tree, order, started } = command;
  const newKills = countKills(order);
  // Why we ended it ourselves, if we did.
  let stopped: Reason | undefined;
  const stop = (reason: Reason) => {
    stopped ??= reason;
    tree.kill();
  };
  const stdout = readOutput(command.stdout, () => stop('flood'));
  const stderr = readOutput(command.stderr, () => stop('flood'));
  const guards = guard(order, tree, stop);
  // A command that does not read its input closes the pipe.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(order.input);
  try {
    await ended(command);
    const killed = stopped === 'memory' || newKills() > 0;
    const code = tree.exitCode();
    // Killed by nobody, and bubblewrap never came to tell of an end.
    if (code === undefined && !killed && !tree.wasKilled()) throw notStarted(stderr.text());
    return {
      ...endOf(code),
      timedOut: stopped === 'time',
      outOfMemory: killed || saysOutOfMemory(code, stderr.text()),
      stdout: stdout.text(),
      stderr: stderr.text(),
      truncated: stdout.isCut() || stderr.isCut(),
      milliseconds: Math.round(performance.now() - started),
    };
  } finally {
    guards.stop();
  }
}

/** Watches the clock, and the memory where no control group does. */
function guard(
  { spec: { limits }, group }: Order,
  tree: Tree,
  stop: (reason: Reason) => void,
): { stop(): void } {
  const timer = setTimeout(() => stop('time'), limits.wall);
  const watch = group
    ? undefined
    : watchMemory(
        () => tree.first(),
        limits.memory,
        () => stop('memory'),
      );
  return {
    stop: () => {
      clearTimeout(timer);
      watch?.stop();
    },
  };
}

function notStarted(words: string): Error {
  // An earlier command closed it; trying again would not help.
  if (words.startsWith("bwrap: Can't chdir")) {
    return errors.workspaceRefused('The folder of the command cannot be entered.');
  }
  return errors.sandboxFailed(`The command could not be started: ${words.slice(-1000)}`);
}

/** Resolves when bubblewrap has ended, nothing of its sandbox lives, and the pipes are read to their end. */
async function ended({ process: child, tree, stdout, stderr }: Started): Promise<void> {
  try {
    await Promise.all([
      once(child, 'exit').then(() => tree.gone()),
      // Only now are the status lines read to their end, which name the process that must be gone.
      once(child, 'close').then(() => tree.gone()),
      finished(stdout),
      finished(stderr),
    ]);
  } catch (error) {
    throw notStarted(wordsOf(error));
  }
}
