/** Workspace: one overlay and its commands as the runner holds them; one thing happens in it at a time. */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileChange } from '#core/change.ts';
import { errors } from '#core/errors.ts';
import type { Collected, Execution, Reply } from '#ports/sandbox.ts';
import type { ControlGroups, Group } from './cgroups.ts';
import { collect } from './collect.ts';
import { gatesFolder } from './command-line.ts';
import { execute, type Running } from './execute.ts';
import { keepFolder } from './keep.ts';
import type { Limits } from '#workspace/limits.ts';
import type { Machinery } from './launch.ts';
import { pathProblem } from '#workspace/names.ts';
import type { Overlay } from './overlay.ts';
import type { AskMessage, ExecMessage } from './protocol.ts';
import { openStanding, type Standing } from './standing.ts';
import { newTurns } from '#workspace/turns.ts';
import { hasRealFolders, writeFiles, type Slot } from '#workspace/write.ts';

export interface Place {
  readonly groups: ControlGroups | undefined;
  readonly overlay: Overlay;
  readonly slot: Slot | undefined;
  readonly machinery: Machinery;
}

/** Holds mounts and the command that runs. Files are only read and written from outside while no command runs. */
export class HeldWorkspace {
  readonly #place: Place;
  readonly #turns = newTurns();
  #running: Running | undefined;
  #standing: Standing | undefined;
  readonly #groups = new Map<string, Group>();

  constructor(place: Place) {
    this.#place = place;
  }

  exec(message: ExecMessage): Promise<Execution> {
    return this.#turns.take(async () => {
      const { overlay, slot, machinery } = this.#place;
      assertWords([...message.argv, ...Object.entries(message.environment).flat()]);
      await this.#checkFolder(message.folder);
      await overlay.grow(message.limits);
      const { argv, folder, environment, limits } = message;
      const gate = message.gate === null ? undefined : join(gatesFolder, message.gate);
      const { merged } = overlay;
      const spec = { argv, folder, environment, limits, gate, merged, readOnly: false };
      this.#turns.assertOpen();
      this.#running = execute(machinery, {
        spec,
        slot,
        group: this.#groupFor('command', limits),
        pipes: overlay.pipes,
        input: message.input,
      });
      try {
        return await this.#running.done;
      } finally {
        this.#running = undefined;
      }
    });
  }

  /** The program is started by its first question, and again after one that it did not survive. */
  ask({ program, text, limits }: AskMessage): Promise<Reply> {
    return this.#turns.take(async () => {
      assertWords(program);
      const { overlay, slot, machinery } = this.#place;
      if (this.#standing?.isFor(program) !== true) {
        await this.#standing?.close();
        const { merged } = overlay;
        const place = { folder: '', environment: {}, gate: undefined, readOnly: true };
        const spec = { ...place, argv: program, limits, merged };
        this.#turns.assertOpen();
        const group = this.#groupFor('standing', limits);
        this.#standing = openStanding(machinery, { spec, slot, group });
      }
      return this.#standing.ask(text, limits.wall);
    });
  }

  write(files: readonly FileChange[]): Promise<void> {
    const { overlay, slot } = this.#place;
    return this.#turns.take(() => writeFiles(overlay.merged, files, slot));
  }

  collect(): Promise<Collected> {
    return this.#turns.take(() => collect(this.#place.overlay));
  }

  keep(folder: string, target: string): Promise<void> {
    const { overlay, slot } = this.#place;
    return this.#turns.take(() =>
      keepFolder({ from: overlay.merged, folder, target, slot, bytes: overlay.room() }),
    );
  }

  /** Whom a file that a command made belongs to, as the machine sees it. */
  owner(path: string): Promise<number> {
    return this.#turns.take(async () => (await lstat(join(this.#place.overlay.upper, path))).uid);
  }

  /** Kills what runs; what waits for its turn is refused. */
  async close(): Promise<void> {
    this.#turns.end();
    this.#running?.kill();
    const standing = this.#standing?.close();
    await this.#turns.settled();
    await standing;
    await this.#place.overlay.unmount();
    for (const group of this.#groups.values()) group.remove();
  }

  /** Kept until the workspace closes: a new one costs the kernel milliseconds, and what commands wrote counts on. */
  #groupFor(use: string, limits: Limits): Group | undefined {
    const key = [use, limits.memory, limits.processes, limits.cores].join(' ');
    const group = this.#groups.get(key) ?? this.#place.groups?.group(limits);
    if (group) this.#groups.set(key, group);
    return group;
  }

  /** A command may have swapped its folder for a link, which bubblewrap would follow, though only inside. */
  async #checkFolder(folder: string): Promise<void> {
    if (folder === '') return;
    const problem = pathProblem(folder);
    if (problem !== undefined || !(await hasRealFolders(this.#place.overlay.merged, folder))) {
      throw errors.workspaceRefused(`${folder} is not a folder of the workspace.`);
    }
  }
}

/** Words that no program can be given. A model may have written them. */
function assertWords(words: readonly string[]): void {
  if (words.some((word) => word.includes('\0'))) {
    throw errors.workspaceRefused('The command has a NUL character among its words.');
  }
}
