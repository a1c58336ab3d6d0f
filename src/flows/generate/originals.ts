/** The base commit's text of the files that a change touches, for gates that compare lines. */
import type { FileChange } from '#core/change.ts';
import type { Files } from '#checks/scripts.ts';

/** A new file is not in it; one that is no text is null. */
export async function originalsOf(
  ground: Files,
  files: readonly FileChange[],
): Promise<ReadonlyMap<string, string | null>> {
  const old = files.filter(({ path }) => ground.paths.includes(path));
  const texts = await Promise.all(
    old.map(async ({ path }) => [path, (await ground.read(path)) ?? null] as const),
  );
  return new Map(texts);
}
