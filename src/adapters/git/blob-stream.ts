/** Cuts the answers of `git cat-file --batch` out of its stream: a header line, so many bytes, a line feed. */
import { errors } from '#core/errors.ts';
import { startGit } from './git.ts';

const lineFeed = 10;

/** Takes lines and counted bytes from a stream; undefined once it ended before there was enough. */
function cutter(output: AsyncIterable<Buffer>) {
  const source = output[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);

  async function more(): Promise<Buffer | undefined> {
    const next = await source.next();
    return next.done ? undefined : next.value;
  }

  async function take(count: number): Promise<Buffer | undefined> {
    // Joined once, when all of it is there: a large file would else be copied again with each piece.
    const pieces = [held];
    let size = held.length;
    while (size < count) {
      const piece = await more();
      if (!piece) return undefined;
      pieces.push(piece);
      size += piece.length;
    }
    const all = pieces.length === 1 ? held : Buffer.concat(pieces);
    held = all.subarray(count);
    return all.subarray(0, count);
  }

  async function line(): Promise<string | undefined> {
    while (!held.includes(lineFeed)) {
      const piece = await more();
      if (!piece) return undefined;
      held = Buffer.concat([held, piece]);
    }
    const taken = await take(held.indexOf(lineFeed) + 1);
    return taken?.toString('latin1').trimEnd();
  }

  return { take, line };
}

function sizeIn(header: string): number {
  const size = /^[0-9a-f]+ blob (\d+)$/u.exec(header)?.[1];
  if (size === undefined) throw errors.repositoryBroken('The mirror', `git answered: ${header}`);
  return Number(size);
}

/**
 * The blobs of a mirror in the order in which they are asked for; fewer where git dies early, which the reader notices by the
 * count. Throws invalid for anything that is no blob.
 */
export async function* streamBlobs(
  gitDir: string,
  ids: readonly string[],
): AsyncGenerator<Buffer, void> {
  const git = startGit({ gitDir, args: ['cat-file', '--batch', '--buffer'] });
  git.stdin.on('error', () => undefined);
  git.on('error', () => undefined);
  git.stderr.resume();
  git.stdin.end(ids.map((id) => `${id}\n`).join(''));
  try {
    yield* readBlobs(git.stdout);
  } finally {
    git.kill('SIGKILL');
  }
}

/** The blobs in the order in which they were asked for. Throws invalid for anything that is no blob. */
async function* readBlobs(output: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { take, line } = cutter(output);
  for (let header = await line(); header !== undefined; header = await line()) {
    const size = sizeIn(header);
    const bytes = await take(size + 1);
    if (!bytes) return;
    yield bytes.subarray(0, size);
  }
}
