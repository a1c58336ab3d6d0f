/** Keeper: the app's end of the channel to the program that holds a workspace's files; nothing that it says is trusted. */
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { z } from 'zod';
import { bytesOf, type FileChange } from '#core/change.ts';
import { errors } from '#core/errors.ts';
import { lastWords } from '#workspace/lines.ts';
import { maxBody, parcel, parcelsOf, type Parcel } from '#workspace/parcels.ts';
import type { Node } from './layers.ts';

const End = z.union([
  z.object({ end: z.literal(true) }),
  z.object({ failed: z.string(), isRefusal: z.boolean() }),
]);

/** One request at a time: whoever asks waits for the end of the answer before. */
export class Keeper {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #parcels: AsyncGenerator<Parcel, undefined>;
  readonly #words: () => string;

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.#words = lastWords(child.stderr);
    this.#parcels = parcelsOf(child.stdout);
  }

  async fill(nodes: ReadonlyMap<string, Node>): Promise<void> {
    await this.#say({ do: 'fill' });
    for (const [path, node] of nodes) await this.#sayNode(path, node);
    await this.#say({ end: true });
    await this.#done();
  }

  async write(files: readonly FileChange[]): Promise<void> {
    await this.#say({ do: 'write', files: files.length });
    for (const { path, mode, content } of files) {
      const bytes = content === null ? Buffer.alloc(0) : bytesOf(content);
      const parts = Math.max(1, Math.ceil(bytes.length / maxBody));
      const head = { path, mode, content: content === null ? null : '', parts };
      for (let part = 0; part < parts; part += 1) {
        await this.#say(head, bytes.subarray(part * maxBody, (part + 1) * maxBody));
      }
    }
    await this.#done();
  }

  /** Throws invalid `workspace-refused` where a folder of the workspace is none. */
  async check(folder: string): Promise<void> {
    await this.#say({ do: 'check', folder });
    await this.#done();
  }

  async *changes(own: readonly string[], most: number): AsyncGenerator<Parcel, undefined> {
    await this.#say({ do: 'collect', own, most });
    yield* this.#rest();
  }

  async *folder(folder: string): AsyncGenerator<Parcel, undefined> {
    await this.#say({ do: 'keep', folder });
    yield* this.#rest();
  }

  /** Tells the keeper that comes after this one what stands in its volume, and which of it is as it was filled in. */
  async handOver(to: Keeper): Promise<void> {
    await this.#say({ do: 'unchanged' });
    const stamps: unknown[] = [];
    for await (const { head } of this.#rest()) stamps.push(head);
    await to.#say({ do: 'adopt' });
    for (const head of stamps) await to.#say(head);
    await to.#say({ end: true });
    await to.#done();
  }

  async #sayNode(path: string, node: Node): Promise<void> {
    if (node.kind !== 'file') return this.#say({ path, ...node });
    const { kind, run, size } = node;
    const file = await open(node.at, 'r');
    try {
      const chunk = Buffer.alloc(Math.min(size, maxBody));
      let head: object = { kind, path, run, size };
      let left = size;
      do {
        const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
        if (bytesRead === 0 && left > 0) throw new Error(`${path} became shorter`);
        await this.#say(head, chunk.subarray(0, bytesRead));
        left -= bytesRead;
        head = { more: true };
      } while (left > 0);
    } finally {
      await file.close();
    }
  }

  async #say(head: unknown, body?: Uint8Array): Promise<void> {
    const { stdin } = this.#child;
    if (stdin.write(parcel(head, body)) || stdin.destroyed) return;
    await Promise.race([once(stdin, 'drain'), once(stdin, 'close')]);
  }

  async #done(): Promise<void> {
    for await (const { head } of this.#rest()) throw this.#gone(`it said ${JSON.stringify(head)}`);
  }

  /** What it says until the end of its answer. Throws its refusal, or unavailable when it is gone. */
  async *#rest(): AsyncGenerator<Parcel, undefined> {
    for (;;) {
      const { value } = await this.#parcels.next().catch(() => ({ value: undefined }));
      if (value === undefined) throw this.#gone('it ended');
      const end = End.safeParse(value.head).data;
      if (end === undefined) yield value;
      else if ('end' in end) return undefined;
      else throw end.isRefusal ? errors.workspaceRefused(end.failed) : this.#gone(end.failed);
    }
  }

  #gone(problem: string): Error {
    const words = this.#words().trim().slice(-500);
    return errors.sandboxFailed(`The workspace's files cannot be reached: ${problem} ${words}`);
  }
}
