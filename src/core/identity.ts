/** Names made from content: the same facts give the same name on every machine and in every attempt. */
import { createHash } from 'node:crypto';

/** Of our own names (RFC 9562, section 6.6), made up once. */
const namespace = Buffer.from('6f1d5c0e3b7a4f2f9a64d1c2a8e5b713', 'hex');

/** The id of the run that a delivery starts in a flow: a UUID, version 5. */
export function runId(delivery: string, flow: string): string {
  const bytes = createHash('sha1')
    .update(namespace)
    .update(JSON.stringify([delivery, flow]))
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** SHA-256, hexadecimal, of plain data; the order of an object's keys does not matter. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
