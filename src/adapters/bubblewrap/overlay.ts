/** Overlay: the mounts of one workspace, read-only layers below and a sized layer above that takes every write. */
import { mkdir, readdir, rmdir, stat, symlink, chmod, chown } from 'node:fs/promises';
import { join } from 'node:path';
import type { Limits } from '#workspace/limits.ts';
import type { Slot } from '#workspace/write.ts';
import { makePipes } from './pipes.ts';
import { runSystem } from './system.ts';

export interface Overlay {
  /** What commands see. */
  readonly merged: string;
  /** What they changed. */
  readonly upper: string;
  /** The layers as they are without the changes. */
  readonly below: string;
  /** The lowest layer: the repository's own tree. */
  readonly tree: string;
  /** Where the named pipes of its commands are. */
  readonly pipes: string;
  /** Bytes that the upper layer may hold. */
  room(): number;
  /** Lets the upper layer hold at least this much. */
  grow(limits: Limits): Promise<void>;
  unmount(): Promise<void>;
}

export interface OverlaySpec {
  readonly folder: string;
  /** Lowest first. */
  readonly layers: readonly string[];
  readonly limits: Limits;
  /** Undefined when the runner is not the machine's root. */
  readonly slot: Slot | undefined;
}

const flags = 'nosuid,nodev';

export async function mountOverlay(spec: OverlaySpec): Promise<Overlay> {
  const { folder, slot } = spec;
  const at = (name: string) => join(folder, name);
  await mkdir(folder);
  let held = { disk: spec.limits.disk, inodes: spec.limits.inodes };
  const size = () => `size=${held.disk},nr_inodes=${held.inodes},${flags}`;
  await runSystem('mount', ['-n', '-t', 'tmpfs', '-o', `mode=755,${size()}`, 'tmpfs', folder]);
  try {
    for (const name of ['upper', 'work', 'merged', 'below', 'empty']) await mkdir(at(name));
    // Links of ours: a layer's own path may hold what the mount options use as separators, or be too long for them.
    for (const [index, layer] of spec.layers.entries()) await symlink(layer, at(`l${index}`));
    const lower = spec.layers.map((_layer, index) => at(`l${index}`)).reverse();
    await chmod(at('upper'), 0o775);
    if (slot) await chown(at('upper'), slot.uid, slot.gid);
    await makePipes(folder);
    await mountLayers(at, lower, slot !== undefined);
    const single = lower.length === 1 ? lower[0] : undefined;
    return {
      pipes: folder,
      merged: at('merged'),
      upper: at('upper'),
      below: `${single ?? at(lower.length === 0 ? 'empty' : 'below')}/`,
      tree: `${lower.at(-1) ?? at('empty')}/`,
      room: () => held.disk,
      grow: async (limits) => {
        if (limits.disk <= held.disk && limits.inodes <= held.inodes) return;
        held = {
          disk: Math.max(held.disk, limits.disk),
          inodes: Math.max(held.inodes, limits.inodes),
        };
        // Source and target both named: else mount adds options from the mount table that a user namespace refuses.
        await runSystem('mount', ['-n', '-t', 'tmpfs', '-o', `remount,${size()}`, 'tmpfs', folder]);
      },
      unmount: () => unmount(folder),
    };
  } catch (error) {
    await unmount(folder);
    throw error;
  }
}

async function mountLayers(
  at: (name: string) => string,
  lower: readonly string[],
  asRoot: boolean,
): Promise<void> {
  const overlay = (options: string, target: string) =>
    runSystem('mount', ['-n', '-t', 'overlay', '-o', `${options},${flags}`, 'overlay', target]);
  const lowerdir = `lowerdir=${lower.length > 0 ? lower.join(':') : at('empty')}`;
  // Every changed file lies whole in the upper layer, under its own name: that is what is collected.
  const kind = asRoot ? 'redirect_dir=off,metacopy=off' : 'userxattr';
  await overlay(`${lowerdir},upperdir=${at('upper')},workdir=${at('work')},${kind}`, at('merged'));
  if (lower.length > 1) {
    await overlay(asRoot ? lowerdir : `${lowerdir},userxattr`, at('below'));
  }
}

async function unmount(folder: string): Promise<void> {
  // Lazily and as a whole: what is mounted inside goes with it, and a failed set-up has only some of it.
  await runSystem('umount', ['-n', '-R', '-l', folder]);
  await rmdir(folder);
}

/**
 * Makes a layer usable as a lower layer: its files may be written by whoever commands run as, so that the overlay lets
 * them be changed (above; the layer itself is never written). Done once for each layer, marked on its folder.
 */
export async function adoptLayer(layer: string, slot: Slot | undefined): Promise<void> {
  const { mode, gid } = await stat(layer);
  if ((mode & 0o020) !== 0 && (slot === undefined || gid === slot.gid)) return;
  const entries = await readdir(layer, { withFileTypes: true });
  // Below these both programs leave links alone, but what they are given by name they follow.
  const paths = entries.flatMap((each) => (each.isSymbolicLink() ? [] : [join(layer, each.name)]));
  if (paths.length > 0) {
    if (slot) await runSystem('chgrp', ['-R', '-h', '-P', String(slot.gid), '--', ...paths]);
    await runSystem('chmod', ['-R', 'u+rwX,g+rwX', '--', ...paths]);
  }
  if (slot) await chown(layer, -1, slot.gid);
  await chmod(layer, (mode & 0o777) | 0o775);
}
