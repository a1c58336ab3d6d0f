/** Turns: one thing at a time in a workspace, and nothing any more once it is closed. Both sandboxes take them. */
import { errors } from '#core/errors.ts';

export interface Turns {
  /** Begins when all before it have ended. Throws `workspace-refused` when the workspace was closed by then. */
  take<T>(work: () => Promise<T>): Promise<T>;
  /** For work that took its time: throws `workspace-refused` when the workspace was closed meanwhile. */
  assertOpen(): void;
  /** From now on nothing begins. */
  end(): void;
  /** When what was under way has ended, however it did. */
  settled(): Promise<unknown>;
}

export function newTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let ended = false;
  const assertOpen = (): void => {
    if (ended) throw errors.workspaceRefused('The workspace is closed.');
  };
  return {
    take(work) {
      const turn = last.then(() => {
        assertOpen();
        return work();
      });
      last = turn.catch(() => undefined);
      return turn;
    },
    assertOpen,
    end: () => {
      ended = true;
    },
    settled: () => last,
  };
}
