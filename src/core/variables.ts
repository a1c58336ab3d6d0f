/** Variables: how the text of one is read, by its kind, and what is said of it when it cannot be. */
import { z } from 'zod';
import { readCeilings } from './ceilings.ts';
import { readLimits } from './day.ts';

/** What one variable means, for the README's table and `serve --help`. */
export interface Explained {
  readonly meaning: string;
  /** In words; empty when the variable has none. */
  readonly fallback?: string;
}

export function text(explained: Explained) {
  return z
    .string()
    .optional()
    .meta({ ...explained });
}

export function whole(range: { min: number; max: number }, explained: Explained) {
  const remedy = `Give a whole number from ${String(range.min)} to ${String(range.max)}.`;
  return z
    .string()
    .regex(/^\d{1,15}$/, { error: remedy })
    .transform(Number)
    .pipe(z.number().min(range.min, { error: remedy }).max(range.max, { error: remedy }))
    .optional()
    .meta({ ...explained });
}

export function price(explained: Explained) {
  const remedy = 'Give US dollars for a million tokens, for example 1.25.';
  return z
    .string()
    .regex(/^\d{1,6}(\.\d{1,6})?$/, { error: remedy })
    .transform(Number)
    .optional()
    .meta({ ...explained });
}

export function dayLimits(explained: Explained) {
  return z
    .string()
    .transform((given, context) => {
      const limits = readLimits(given);
      if (limits !== undefined) return limits;
      context.addIssue('Give for example runs=20 usd=5, or none.');
      return z.NEVER;
    })
    .optional()
    .meta({ ...explained });
}

export function ceilings(explained: Explained) {
  return z
    .string()
    .transform((given, context) => {
      const read = readCeilings(given);
      if (read !== undefined) return read;
      context.addIssue('Give for example usd=2 files=10, or none.');
      return z.NEVER;
    })
    .optional()
    .meta({ ...explained });
}

export function address(explained: Explained) {
  const remedy = 'Give an address that starts with https:// or http://.';
  return z
    .url({ protocol: /^https?$/, error: remedy })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .meta({ ...explained });
}

export function list(explained: Explained) {
  const remedy = 'Give names with commas between, for example esbuild,@swc/core.';
  return z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.string().regex(/^(?:@[\w.~-]+\/)?[\w.~][\w.~-]*$/, { error: remedy })))
    .optional()
    .meta({ ...explained });
}

/** Names of hosts, in small letters. */
export function hosts(explained: Explained) {
  const remedy = 'Give names of hosts with commas between, for example docs.example.com.';
  const name = /^[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)+$/;
  return z
    .string()
    .transform((text) => text.split(',').map((each) => each.trim().toLowerCase()))
    .pipe(z.array(z.string().max(253).regex(name, { error: remedy })))
    .optional()
    .meta({ ...explained });
}

export function oneOf<const T extends readonly [string, ...string[]]>(
  values: T,
  explained: Explained,
) {
  return z
    .enum(values, { error: `Give one of: ${values.join(', ')}.` })
    .optional()
    .meta({ ...explained });
}
