/** How a person or a supervisor ends a verb before its time: what it started is ended and removed all the same. */
import { SluiceError } from '#core/errors.ts';

const endings = ['SIGINT', 'SIGTERM'] as const;

/** Resolves at the first SIGINT or SIGTERM from now on; the second, whichever it is, ends the process at once. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const heard = () => {
      // Without a listener a signal does what it does to any process.
      for (const signal of endings) process.off(signal, heard);
      resolve();
    };
    for (const signal of endings) process.on(signal, heard);
  });
}

export interface Stopping {
  /** The work's result. Throws refused `interrupted` when the verb was told to end before there is one. */
  unless<T>(work: Promise<T>): Promise<T>;
}

/** Listens from now on, so that a signal while things are being started is not lost and does not kill half-way. */
export function listenForStop(): Stopping {
  const stopped = untilStopped();
  return {
    unless: (work) =>
      Promise.race([
        work,
        stopped.then(() => {
          throw new SluiceError({
            code: 'interrupted',
            kind: 'refused',
            message: 'Interrupted. What was started has been ended and removed.',
          });
        }),
      ]),
  };
}
