/** Canaries: secrets that lie where the App keeps its own, and how they are looked for in what goes out. */
import { constants, gunzipSync, gzipSync } from 'node:zlib';

/** How a text may be written to slip past whoever looks for it; each gives what may stand in the bytes. */
const encodings: Readonly<Record<string, (secret: string) => readonly string[]>> = {
  plain: (secret) => [secret],
  base64: (secret) => [0, 1, 2].map((shift) => base64At(secret, shift)),
  hexadecimal: (secret) => [Buffer.from(secret).toString('hex')],
  url: (secret) => [[...Buffer.from(secret)].map((byte) => `%${byte.toString(16)}`).join('')],
  reversed: (secret) => [Array.from(secret).reverse().join('')],
};

/** What of the base64 of a longer text does not depend on what stands around the secret. */
function base64At(secret: string, shift: number): string {
  const text = Buffer.from('x'.repeat(shift) + secret, 'latin1').toString('base64');
  return text.slice(shift === 0 ? 0 : 4, Math.floor((secret.length + shift) / 3) * 4);
}

/** The names of the encodings in which a secret stands in the bytes; split and changed in case are read from all of them. */
export function leaksIn(bytes: string, secrets: readonly string[]): readonly string[] {
  const lower = bytes.toLowerCase();
  const inside = unpacked(bytes);
  const joined = lower.replace(/[^a-z0-9]+/g, '');
  return secrets.flatMap((secret) => {
    const small = secret.toLowerCase();
    return [
      ...Object.entries(encodings)
        .filter(([, forms]) => forms(secret).some((form) => bytes.includes(form)))
        .map(([name]) => name),
      ...(inside.some((text) => text.includes(secret)) ? ['compressed'] : []),
      ...(!bytes.includes(secret) && lower.includes(small) ? ['another case'] : []),
      ...(!lower.includes(small) && joined.includes(small.replace(/[^a-z0-9]+/g, ''))
        ? ['split']
        : []),
    ];
  });
}

/** What was compressed and then written in base64. */
function unpacked(bytes: string): readonly string[] {
  return [...bytes.matchAll(/H4sI[A-Za-z0-9+/]{16,}={0,2}/g)].map(([found]) => {
    try {
      const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1_000_000 };
      return gunzipSync(Buffer.from(found, 'base64'), options).toString();
    } catch {
      // Only looks like it.
      return '';
    }
  });
}

/** Every way in which a secret can be written that `leaksIn` must find. */
export function disguises(secret: string): Readonly<Record<string, string>> {
  return {
    plain: `a ${secret} b`,
    ...Object.fromEntries(
      ['', 'x', 'xy'].map((before, at) => [
        `base64 ${String(at)}`,
        Buffer.from(`${before}${secret} and more`).toString('base64'),
      ]),
    ),
    hexadecimal: Buffer.from(secret).toString('hex'),
    url: [...Buffer.from(secret)].map((byte) => `%${byte.toString(16)}`).join(''),
    reversed: Array.from(secret).reverse().join(''),
    split: Array.from(secret).join('-'),
    'another case': secret.toUpperCase(),
    compressed: gzipSync(secret).toString('base64'),
  };
}
