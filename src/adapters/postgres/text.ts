/** Text for PostgreSQL: what its columns can hold, and nothing that is secret. */
import { redact } from '#core/redact.ts';

/** What `text` columns can hold: no NUL, no half characters. */
export function plain(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** JSON with everything beyond plain text escaped, which `json` columns keep to the letter; null stands for no value. */
export function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** Results quote errors, and are published. A masked secret cannot break the JSON: every string is masked by itself. */
export function redactedJson(value: unknown): string | null {
  if (value === undefined) return null;
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' ? redact(part) : part,
  );
}
