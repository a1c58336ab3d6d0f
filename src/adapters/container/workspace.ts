/** Workspace: a volume in memory with a keeper of its files, and for each command a container of its own on it. */
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
import { limitsFor, type Limits, type LimitSettings } from '#workspace/limits.ts';
import { keptPath } from '#workspace/shelf.ts';
import { newTurns } from '#workspace/turns.ts';
import { collect } from './collect.ts';
import { assertWords, Contained, newName } from './contained.ts';
import { engineSays, removeVolumes } from './engine.ts';
import { execute } from './execute.ts';
import { volumeArguments, type House } from './flags.ts';
import { openGate } from './gate.ts';
import { keepFolder } from './keep.ts';
import { Keeper } from './keeper.ts';
import { readTree, type Tree } from './layers.ts';
import { openStanding, type Standing } from './standing.ts';

/** What stands of a workspace once it is used. */
interface Ground {
  readonly tree: Tree;
  readonly volume: string;
  readonly container: Contained;
  readonly keeper: Keeper;
  readonly room: Pick<Limits, 'disk' | 'inodes'>;
}

/** Memory of the keeper beside the files that it fills in. */
const keeperMemory = 256 * 2 ** 20;

export class ContainerWorkspace implements Workspace {
  readonly #house: House;
  readonly #settings: LimitSettings;
  readonly #layers: readonly string[];
  readonly #turns = newTurns();
  #ground: Ground | undefined;
  /** A container for the next command, started while the one before ran. */
  #spare: Contained | undefined;
  #standing: Standing | undefined;
  readonly #volumes = new Set<string>();
  /** All that are not gone yet. */
  readonly #containers = new Set<Contained>();
  #closing: Promise<void> | undefined;

  constructor(house: House, layers: readonly string[], settings: LimitSettings) {
    this.#house = house;
    this.#layers = layers;
    this.#settings = settings;
  }

  exec(command: Command): Promise<Execution> {
    return this.#turns.take(async () => {
      const { argv, folder = '', environment = {}, gate } = command;
      assertWords([...argv, ...Object.entries(environment).flat()]);
      const allowed = limitsFor(command.purpose, this.#settings);
      const limits = { ...allowed, wall: Math.min(allowed.wall, command.timeout ?? allowed.wall) };
      const ground = await this.#groundFor(limits);
      await ground.keeper.check(folder);
      const container = this.#containerFor(limits, ground);
      try {
        const opened = gate === undefined ? undefined : await this.#openGate(container, gate);
        const wanted = { argv, folder, environment, limits };
        const done = execute(container, wanted, command.input);
        return await done.finally(() => opened?.close());
      } finally {
        this.#leave(container);
        if (!this.#closing) this.#spare ??= this.#start(allowed, ground);
      }
    });
  }

  ask({ program, text, timeout }: Question): Promise<Reply> {
    return this.#turns.take(async () => {
      assertWords(program);
      const limits = limitsFor('tool', this.#settings);
      const ground = await this.#groundFor(limits);
      if (this.#standing?.isFor(program) !== true) {
        await this.#standing?.close();
        const mounts = [{ volume: ground.volume, to: '/repo', readOnly: true }];
        const container = this.#contain({ what: 'standing', limits, mounts });
        this.#standing = await openStanding(container, program, limits);
      }
      return this.#standing.ask(text, Math.min(limits.wall, timeout ?? limits.wall));
    });
  }

  write(files: readonly FileChange[]): Promise<void> {
    return this.#turns.take(async () => {
      const { keeper } = await this.#groundFor(limitsFor('tool', this.#settings));
      await keeper.write(files);
    });
  }

  collect(): Promise<Collected> {
    return this.#turns.take(async () => {
      // Nobody ever touched it.
      if (!this.#ground) return { files: [], refused: [] };
      return collect(this.#ground.keeper, this.#ground.tree);
    });
  }

  keep(folder: string, key: string): Promise<Layer> {
    return this.#turns.take(async () => {
      const ground = await this.#groundFor(limitsFor('tool', this.#settings));
      const path = keptPath(this.#house.folders.kept, key);
      await keepFolder(ground.keeper, { folder, target: path, bytes: ground.room.disk });
      return { key, path };
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#turns.end();
    await this.#endAll();
    await this.#turns.settled();
    await this.#endAll();
    await removeVolumes(this.#house.engine, [...this.#volumes]);
  }

  /** Made at the first use, so that its size is what the first command may have, and anew for one that may have more. */
  async #groundFor(limits: Limits): Promise<Ground> {
    const before = this.#ground;
    if (before) {
      const { disk, inodes } = before.room;
      return disk >= limits.disk && inodes >= limits.inodes ? before : this.#grow(before, limits);
    }
    const tree = await readTree(this.#layers);
    const ground = await this.#layGround(tree, limits);
    await ground.keeper.fill(tree.nodes);
    this.#ground = ground;
    return ground;
  }

  async #grow(before: Ground, limits: Limits): Promise<Ground> {
    const { disk, inodes } = before.room;
    const room = { disk: Math.max(limits.disk, disk), inodes: Math.max(limits.inodes, inodes) };
    const ground = await this.#layGround(before.tree, room, before.volume);
    await before.keeper.handOver(ground.keeper);
    this.#leave(before.container);
    if (this.#spare) this.#leave(this.#spare);
    this.#spare = undefined;
    await this.#standing?.close();
    this.#ground = ground;
    return ground;
  }

  async #layGround(tree: Tree, room: Ground['room'], old?: string): Promise<Ground> {
    const volume = newName('volume');
    const bytes = tree.bytes + room.disk;
    const files = tree.nodes.size + room.inodes;
    this.#volumes.add(volume);
    await engineSays(
      this.#house.engine,
      volumeArguments(this.#house, { name: volume, bytes, files }),
    );
    this.#turns.assertOpen();
    const limits = {
      ...limitsFor('tool', this.#settings),
      memory: bytes + keeperMemory,
      disk: 2 ** 20,
    };
    const mounts = [
      { volume, to: '/repo', readOnly: false },
      ...(old === undefined ? [] : [{ volume: old, to: '/old', readOnly: false }]),
    ];
    const container = this.#contain({ what: 'keeper', limits, mounts });
    return { tree, volume, container, keeper: new Keeper(container.child), room };
  }

  /** The one that was started ahead, when it is for the same limits. */
  #containerFor(limits: Limits, ground: Ground): Contained {
    const spare = this.#spare;
    this.#spare = undefined;
    const alike = (['memory', 'processes', 'cores', 'disk'] as const).every(
      (each) => spare?.limits[each] === limits[each],
    );
    if (spare && alike && spare.isAlive) return spare;
    if (spare) this.#leave(spare);
    return this.#start(limits, ground);
  }

  #start(limits: Limits, ground: Ground): Contained {
    const mounts = [{ volume: ground.volume, to: '/repo', readOnly: false }];
    return this.#contain({ what: 'command', limits, mounts });
  }

  async #openGate(container: Contained, target: string): Promise<{ close(): void }> {
    await container.isThere();
    return openGate(this.#house, container.name, target);
  }

  #contain(order: ConstructorParameters<typeof Contained>[1]): Contained {
    this.#turns.assertOpen();
    const container = new Contained(this.#house, order);
    this.#containers.add(container);
    return container;
  }

  /** Nothing waits for its removal but the workspace's end. */
  #leave(container: Contained): void {
    const left = container.end().then(() => this.#containers.delete(container));
    left.catch(() => undefined);
  }

  async #endAll(): Promise<void> {
    await Promise.all([...this.#containers].map((each) => each.end()));
  }
}
