/** Descriptors: closes what a process inherited by accident, before it starts anything. */
import { closeSync, readdirSync, readlinkSync } from 'node:fs';

/**
 * Closes every descriptor above the standard three that Node did not open for itself, and returns their targets.
 * Node hands inherited descriptors on to its children (it only hides the lowest few), and so does bubblewrap: a lock
 * or key file that is open in the operator's shell would otherwise be open in the sandbox.
 */
export function closeInherited(): readonly string[] {
  const open = readdirSync('/proc/self/fd')
    .map(Number)
    .filter((descriptor) => descriptor > 2)
    .flatMap((descriptor) => {
      const target = targetOf(descriptor);
      return target === undefined ? [] : [{ descriptor, target }];
    });
  const targets = open.map(({ target }) => target);
  // Node's own are event queues and pipes to itself, of which both ends are here.
  const isOwn = (target: string) =>
    target === '/dev/null' ||
    target.startsWith('anon_inode:') ||
    (target.startsWith('pipe:') && targets.indexOf(target) !== targets.lastIndexOf(target));
  const strange = open.filter(({ target }) => !isOwn(target));
  for (const { descriptor } of strange) closeSync(descriptor);
  return strange.map(({ target }) => target);
}

/** Undefined for the descriptor that listed the folder: it is closed by now. */
function targetOf(descriptor: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}
