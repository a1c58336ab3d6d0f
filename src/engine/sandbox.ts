/** The sandbox as a run sees it: when the run is over for this worker, so is every command of it. */
import type { Sandbox, Workspace } from '#ports/sandbox.ts';

/** What a command gave that was ended so is nobody's result: its caller gets the signal's reason. */
export function endingSandbox(sandbox: Sandbox, signal: AbortSignal): Sandbox {
  return {
    health: () => sandbox.health(),
    kept: (key) => sandbox.kept(key),
    close: () => sandbox.close(),
    async open(layers) {
      signal.throwIfAborted();
      const workspace = await sandbox.open(layers);
      // It is closed again by whoever opened it, and fails then if it has to.
      const end = () => void workspace.close().catch(() => undefined);
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
      return endingWorkspace(workspace, signal, () => signal.removeEventListener('abort', end));
    },
  };
}

function endingWorkspace(workspace: Workspace, signal: AbortSignal, closed: () => void): Workspace {
  async function unlessEnded<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } finally {
      signal.throwIfAborted();
    }
  }
  return {
    exec: (command) => unlessEnded(workspace.exec(command)),
    ask: (question) => unlessEnded(workspace.ask(question)),
    write: (files) => unlessEnded(workspace.write(files)),
    collect: () => unlessEnded(workspace.collect()),
    keep: (folder, key) => unlessEnded(workspace.keep(folder, key)),
    async close() {
      closed();
      await workspace.close();
    },
  };
}
