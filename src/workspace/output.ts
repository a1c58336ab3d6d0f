/** Output: keeps the beginning and the end of a stream, and says when there was far too much. */
import type { Readable } from 'node:stream';

/** Bytes kept of each stream: half from its beginning, half from its end, where reports put their summaries. */
const keptHalf = 512 * 1024;
/** Bytes after which the command is killed: nobody reads that much, and it fills the pipe for ever. */
const floodAt = 16 * 2 ** 20;

export interface Output {
  text(): string;
  isCut(): boolean;
}

export function readOutput(stream: Readable, onFlood: () => void): Output {
  const head: Buffer[] = [];
  let headLength = 0;
  let tail: Buffer[] = [];
  let tailLength = 0;
  let total = 0;

  stream.on('data', (chunk: Buffer) => {
    const before = total;
    total += chunk.length;
    if (before < floodAt && total >= floodAt) onFlood();
    const room = Math.max(0, keptHalf - headLength);
    head.push(chunk.subarray(0, room));
    headLength += Math.min(room, chunk.length);
    tail.push(chunk.subarray(room));
    tailLength += Math.max(0, chunk.length - room);
    if (tailLength > 4 * keptHalf) {
      const joined = Buffer.concat(tail);
      tail = [joined.subarray(joined.length - keptHalf)];
      tailLength = keptHalf;
    }
  });
  // A killed tree may break the pipe; what was read until then counts.
  stream.on('error', () => undefined);

  const left = () => Math.max(0, total - 2 * keptHalf);
  return {
    isCut: () => left() > 0,
    text: () => {
      const end = Buffer.concat(tail);
      if (left() === 0) return Buffer.concat([...head, end]).toString('utf8');
      const kept = end.subarray(end.length - keptHalf);
      return `${Buffer.concat(head).toString('utf8')}\n[... ${left()} bytes left out ...]\n${kept.toString('utf8')}`;
    },
  };
}
