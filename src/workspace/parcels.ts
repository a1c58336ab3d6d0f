/** Parcels: messages with a small head in JSON and a body of bytes, as they go in and out of a container by its streams. */

/** Bytes of a head and of a body at most. Larger files go in several parcels. */
const maxHead = 2 ** 20;
export const maxBody = 4 * 2 ** 20;

export interface Parcel {
  /** Parsed, but not yet read. */
  readonly head: unknown;
  readonly body: Buffer;
}

const none = Buffer.alloc(0);

/** Eight bytes that say how long head and body are, the head, the body. */
export function parcel(head: unknown, body: Uint8Array = none): Buffer {
  const words = Buffer.from(JSON.stringify(head));
  if (words.length > maxHead || body.length > maxBody) throw new RangeError('a parcel is too long');
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(words.length);
  lengths.writeUInt32BE(body.length, 4);
  return Buffer.concat([lengths, words, body]);
}

/** Yields each whole parcel of a byte stream. Throws on one that is too long or whose head is no JSON. */
export async function* parcelsOf(
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<Parcel, undefined> {
  let chunks: Uint8Array[] = [];
  let held = 0;
  let needed = 8;
  for await (const chunk of stream) {
    chunks.push(chunk);
    held += chunk.length;
    if (held < needed) continue;
    let bytes = Buffer.concat(chunks);
    needed = neededFor(bytes);
    while (bytes.length >= needed) {
      const bodyAt = 8 + bytes.readUInt32BE(0);
      const head: unknown = JSON.parse(bytes.toString('utf8', 8, bodyAt));
      yield { head, body: bytes.subarray(bodyAt, needed) };
      bytes = bytes.subarray(needed);
      needed = neededFor(bytes);
    }
    chunks = [bytes];
    held = bytes.length;
  }
}

/** Bytes of the next parcel, as far as its lengths are known. */
function neededFor(bytes: Buffer): number {
  if (bytes.length < 8) return 8;
  const [head, body] = [bytes.readUInt32BE(0), bytes.readUInt32BE(4)];
  if (head > maxHead || body > maxBody) throw new RangeError('a parcel is too long');
  return 8 + head + body;
}
