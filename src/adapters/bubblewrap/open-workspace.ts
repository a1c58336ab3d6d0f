/** Open workspace: the broker's side of a workspace that the runner holds. */
import type { FileChange } from '#core/change.ts';
import type {
  Collected,
  Command,
  Execution,
  Layer,
  Question,
  Reply,
  Workspace,
} from '#ports/sandbox.ts';
import { keptPath, type Folders } from '#workspace/shelf.ts';
import { openGate } from './gate.ts';
import { limitsFor, type LimitSettings } from '#workspace/limits.ts';
import type { Request } from './protocol.ts';
import { patience, type Result, type RunnerProcess } from './runner-process.ts';

export interface Opened {
  readonly runner: RunnerProcess;
  readonly id: number;
  readonly folders: Folders;
  readonly limits: LimitSettings;
}

/** Holds a workspace of the runner. */
export class OpenWorkspace implements Workspace {
  readonly #opened: Opened;
  /** Milliseconds that commands under way may still take: they wait for one another, and all else for them. */
  #owed = 0;
  #closing: Promise<void> | undefined;

  constructor(opened: Opened) {
    this.#opened = opened;
  }

  async exec(command: Command): Promise<Execution> {
    const { id: workspace, folders, limits: settings } = this.#opened;
    const allowed = limitsFor(command.purpose, settings);
    const limits = { ...allowed, wall: Math.min(allowed.wall, command.timeout ?? allowed.wall) };
    const gate = command.gate && (await openGate(folders.gates, command.gate));
    this.#owed += limits.wall;
    try {
      return await this.#ask({
        do: 'exec',
        workspace,
        argv: [...command.argv],
        folder: command.folder ?? '',
        environment: { ...command.environment },
        input: command.input ?? null,
        limits,
        gate: gate ? gate.name : null,
      });
    } finally {
      this.#owed -= limits.wall;
      if (gate) await gate.close();
    }
  }

  async ask({ program, text, timeout }: Question): Promise<Reply> {
    const { id: workspace, limits: settings } = this.#opened;
    const allowed = limitsFor('tool', settings);
    const limits = { ...allowed, wall: Math.min(allowed.wall, timeout ?? allowed.wall) };
    this.#owed += limits.wall;
    try {
      return await this.#ask({ do: 'ask', workspace, program: [...program], text, limits });
    } finally {
      this.#owed -= limits.wall;
    }
  }

  async write(files: readonly FileChange[]): Promise<void> {
    const { id: workspace } = this.#opened;
    await this.#ask({ do: 'write', workspace, files: files.map((file) => ({ ...file })) });
  }

  collect(): Promise<Collected> {
    return this.#ask({ do: 'collect', workspace: this.#opened.id });
  }

  async keep(folder: string, key: string): Promise<Layer> {
    const { id: workspace, folders } = this.#opened;
    const target = keptPath(folders.kept, key);
    await this.#ask({ do: 'keep', workspace, folder, target });
    return { key, path: target };
  }

  close(): Promise<void> {
    const { runner, id: workspace } = this.#opened;
    // Gone with the runner if that is gone.
    this.#closing ??= runner.isUsable
      ? runner.ask({ do: 'close', workspace }).then(() => undefined)
      : Promise.resolve();
    return this.#closing;
  }

  #ask<Kind extends Request['do']>(request: Extract<Request, { do: Kind }>): Promise<Result<Kind>> {
    return this.#opened.runner.ask(request, patience + this.#owed);
  }
}
