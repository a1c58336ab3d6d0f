/** Where installed packages are kept: what anybody's tree came to is never what a writer's tree is given. */
import type { Trust } from '#ports/packages.ts';
import type { Layer, Sandbox } from '#ports/sandbox.ts';

/**
 * The layer that is kept under `content`, which names all that decides what an install comes to, and the key under which
 * a new one is to be kept. Anybody may be given what was installed for writers; not the other way round: what a key
 * leaves out would be a way to plant something.
 */
export async function keptFor(
  sandbox: Sandbox,
  content: string,
  trust: Trust,
): Promise<{ readonly key: string; readonly layer: Layer | undefined }> {
  const ofWriters = await sandbox.kept(content);
  if (trust === 'writers') return { key: content, layer: ofWriters };
  const key = `anybody-${content}`;
  return { key, layer: ofWriters ?? (await sandbox.kept(key)) };
}
