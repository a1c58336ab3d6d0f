/** Serve: the runner's side of the channel; it holds the workspaces and does what the broker asks. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asSluiceError, errors } from '#core/errors.ts';
import { assertAlone } from './alone.ts';
import { openControlGroups, type ControlGroups } from './cgroups.ts';
import { rootFolder, stageFolder } from './command-line.ts';
import { closeInherited } from './descriptors.ts';
import type { Machinery } from './launch.ts';
import { adoptLayer, mountOverlay } from './overlay.ts';
import type { Slot } from '#workspace/write.ts';
import {
  Envelope,
  frame,
  messagesOf,
  type Answer,
  type Request,
  type Started,
} from './protocol.ts';
import { isMachine, seccompFilter } from './seccomp.ts';
import { layRoot } from './root.ts';
import { runSystem } from './system.ts';
import { stageTools } from './tools.ts';
import { HeldWorkspace } from './workspace.ts';

type Ask<Kind extends Request['do']> = Extract<Request, { do: Kind }>;

interface Settings {
  readonly asRoot: boolean;
  readonly firstUid: number;
  readonly machinery: Machinery;
}

/** Users of commands in root mode: one for each open workspace. */
const slotCount = 1000;

/** Serves until the broker closes the channel, and ends the process then: every mount and command goes with it. */
export async function serveRunner(): Promise<void> {
  closeInherited();
  const state = new Runner();
  for await (const message of messagesOf(process.stdin)) {
    const { id, request } = Envelope.parse(message);
    void answerTo(state, id, request).then((answer) => process.stdout.write(answer));
  }
  await state.close();
  process.exit(0);
}

async function answerTo(runner: Runner, id: number, request: Request): Promise<Buffer> {
  try {
    return frame({ id, result: await runner.handle(request) } satisfies Answer);
  } catch (thrown) {
    const { code, kind, message, hint } = asSluiceError(thrown);
    const error = { code, kind, message, ...(hint && { hint }) };
    return frame({ id, result: null, error } satisfies Answer);
  }
}

/** Holds the workspaces, the slots and the control groups. */
class Runner {
  readonly #workspaces = new Map<number, { held: HeldWorkspace; slot: number }>();
  readonly #adopting = new Map<string, Promise<void>>();
  readonly #slots = new Set<number>();
  #settings: Settings | undefined;
  #groups: ControlGroups | undefined;
  #count = 0;

  async handle(request: Request): Promise<unknown> {
    switch (request.do) {
      case 'start':
        return this.#start(request);
      case 'open':
        return this.#open(request);
      case 'exec':
        return this.#held(request.workspace).exec(request);
      case 'ask':
        return this.#held(request.workspace).ask(request);
      case 'write':
        await this.#held(request.workspace).write(request.files);
        return {};
      case 'collect':
        return this.#held(request.workspace).collect();
      case 'keep':
        await this.#held(request.workspace).keep(request.folder, request.target);
        return {};
      case 'owner':
        return { uid: await this.#held(request.workspace).owner(request.path) };
      case 'close':
        await this.#close(request.workspace);
        return {};
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#workspaces.keys()].map((id) => this.#close(id)));
    this.#groups?.close();
  }

  async #start({ asRoot, tools, firstUid }: Ask<'start'>): Promise<Started> {
    assertAlone();
    // As root bubblewrap covers parts of /proc, and the kernel lets nobody mount a less covered one inside: this one
    // is whole, and still shows only the runner's own processes.
    if (asRoot) await runSystem('mount', ['-n', '-t', 'proc', 'proc', '/proc']);
    const filter = isMachine(process.arch) ? join(stageFolder, 'seccomp') : undefined;
    if (filter !== undefined && isMachine(process.arch)) {
      writeFileSync(filter, seccompFilter(process.arch));
    }
    const problem = this.#openGroups();
    this.#settings = { asRoot, firstUid, machinery: { filter } };
    const copiedTools = asRoot ? await stageTools(tools) : 0;
    await layRoot(rootFolder);
    return {
      controlGroups: { version: this.#groups?.version ?? null, problem },
      seccomp: filter !== undefined,
      copiedTools,
    };
  }

  /** Why there are no control groups; empty when there are. */
  #openGroups(): string {
    try {
      this.#groups = openControlGroups();
      return '';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async #open({ layers, limits }: Ask<'open'>): Promise<{ workspace: number }> {
    const settings = this.#settings;
    if (!settings) throw errors.sandboxFailed('The runner was not started.');
    const { asRoot, firstUid, machinery } = settings;
    const number = this.#takeSlot();
    const slot = asRoot ? { uid: firstUid + 1 + number, gid: firstUid } : undefined;
    this.#count += 1;
    const id = this.#count;
    const folder = join(stageFolder, `w${id}`);
    try {
      for (const layer of layers) await this.#adopt(layer, slot);
      const overlay = await mountOverlay({ folder, layers, limits, slot });
      const place = { groups: this.#groups, overlay, slot, machinery };
      this.#workspaces.set(id, { held: new HeldWorkspace(place), slot: number });
    } catch (error) {
      this.#slots.delete(number);
      const words = error instanceof Error ? error.message : String(error);
      throw errors.sandboxFailed(`The workspace could not be mounted: ${words}`);
    }
    return { workspace: id };
  }

  /** Two workspaces may open the same new layer at once. */
  #adopt(layer: string, slot: Slot | undefined): Promise<void> {
    const adopting = (this.#adopting.get(layer) ?? Promise.resolve())
      .then(() => adoptLayer(layer, slot))
      .finally(() => this.#adopting.delete(layer));
    this.#adopting.set(layer, adopting);
    return adopting;
  }

  #takeSlot(): number {
    for (let slot = 0; slot < slotCount; slot += 1) {
      if (this.#slots.has(slot)) continue;
      this.#slots.add(slot);
      return slot;
    }
    throw errors.sandboxFailed(`More than ${slotCount} workspaces are open.`);
  }

  #held(id: number): HeldWorkspace {
    const found = this.#workspaces.get(id);
    if (!found) throw errors.workspaceRefused('The workspace is closed.');
    return found.held;
  }

  /** Its slot is given away again only when its last process and its mounts are gone. */
  async #close(id: number): Promise<void> {
    const found = this.#workspaces.get(id);
    if (!found) return;
    this.#workspaces.delete(id);
    await found.held.close();
    this.#slots.delete(found.slot);
  }
}
