/** Whether bytes are those that a lockfile's integrity names. */
import { createHash, timingSafeEqual } from 'node:crypto';

const strongestFirst = ['sha512', 'sha384', 'sha256', 'sha1'];

/** Only hashes of the strongest kind that is named count; one of them must fit. */
export function hasIntegrity(bytes: Uint8Array, integrity: string): boolean {
  const hashes = integrity.trim().split(/\s+/u);
  const kind = strongestFirst.find((one) => hashes.some((hash) => hash.startsWith(`${one}-`)));
  if (kind === undefined) return false;
  const actual = createHash(kind).update(bytes).digest();
  return hashes
    .filter((hash) => hash.startsWith(`${kind}-`))
    .map((hash) => Buffer.from(hash.slice(kind.length + 1), 'base64'))
    .some((named) => named.length === actual.length && timingSafeEqual(named, actual));
}
