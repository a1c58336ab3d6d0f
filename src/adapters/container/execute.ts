/** Execute: runs one command in the container that was started for it, and returns only when all of it is dead. */
import { once } from 'node:events';
import type { Execution } from '#ports/sandbox.ts';
import { endOf, saysOutOfMemory } from '#workspace/ending.ts';
import { readOutput } from '#workspace/output.ts';
import type { Contained, Wanted } from './contained.ts';

/** `wall` in milliseconds counts from the command's beginning, not from its container's. */
export async function execute(
  container: Contained,
  wanted: Wanted,
  input: string | undefined,
): Promise<Execution> {
  const { child } = container;
  const closed = once(child, 'close');
  // Whoever waits for its beginning hears of a client that could not be started.
  closed.catch(() => undefined);
  await container.begin(wanted);
  const began = performance.now();
  let timedOut = false;
  const stop = () => void container.end();
  const [stdout, stderr] = [readOutput(child.stdout, stop), readOutput(child.stderr, stop)];
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, wanted.limits.wall);
  try {
    child.stdin.end(input);
    const [code] = (await closed) as [number | null];
    const milliseconds = Math.round(performance.now() - began);
    const wasEnded = container.isEnding;
    const exitCode = wasEnded ? undefined : (code ?? undefined);
    const words = stderr.text();
    const said = words.endsWith(container.lastMemoryWords);
    const killed = said || (!wasEnded && code === 137 && (await container.ranOutOfMemory()));
    return {
      ...endOf(exitCode),
      timedOut,
      outOfMemory: killed || (!wasEnded && saysOutOfMemory(exitCode, words)),
      stdout: stdout.text(),
      stderr: said ? words.slice(0, -container.lastMemoryWords.length) : words,
      truncated: stdout.isCut() || stderr.isCut(),
      milliseconds,
    };
  } finally {
    clearTimeout(timer);
  }
}
