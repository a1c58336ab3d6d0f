/** Whether bytes are those that a lockfile's integrity names, told while they pass by. */
import { createHash, timingSafeEqual } from 'node:crypto';

const strongestFirst = ['sha512', 'sha384', 'sha256', 'sha1'];

export interface Watch {
  see(bytes: Uint8Array): void;
  /** Whether all that was seen fits. Asked once, at the end. */
  fits(): boolean;
}

/** Only hashes of the strongest kind that is named count; one of them must fit. */
export function watchIntegrity(integrity: string): Watch {
  const hashes = integrity.trim().split(/\s+/u);
  const kind = strongestFirst.find((one) => hashes.some((hash) => hash.startsWith(`${one}-`)));
  if (kind === undefined) return { see: () => undefined, fits: () => false };
  const hash = createHash(kind);
  const named = hashes
    .filter((one) => one.startsWith(`${kind}-`))
    .map((one) => Buffer.from(one.slice(kind.length + 1), 'base64'));
  return {
    see: (bytes) => void hash.update(bytes),
    fits: () => {
      const actual = hash.digest();
      return named.some((one) => one.length === actual.length && timingSafeEqual(one, actual));
    },
  };
}
