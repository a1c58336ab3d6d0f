/** The log: JSON lines for machines, short lines for people at a terminal, and no secret in either. */
import { pino, type DestinationStream } from 'pino';
import { redact } from '#core/redact.ts';
import type { Log } from '#ports/telemetry.ts';

export interface LogOptions {
  readonly level: 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
  /** Lines for people; when absent, wherever stderr is a terminal. */
  readonly pretty?: boolean;
  /** Where whole lines go; stderr when absent, because stdout belongs to `--json`. */
  readonly write?: (line: string) => void;
}

/** Deeper facts are cut: a log line is no dump. */
const deepest = 6;

export function pinoLog(options: LogOptions): Log {
  const write = options.write ?? ((line: string) => void process.stderr.write(line));
  const pretty = options.pretty ?? process.stderr.isTTY;
  const destination: DestinationStream = {
    write: (line) => write(pretty ? forPeople(line) : line),
  };
  const base = { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const logger = pino(
    { ...base, formatters: { level: (label) => ({ level: label }) } },
    destination,
  );
  return masked(logger);
}

function masked(logger: pino.Logger): Log {
  return {
    debug: (facts, message) => logger.debug(mask(facts), redact(message)),
    info: (facts, message) => logger.info(mask(facts), redact(message)),
    warn: (facts, message) => logger.warn(mask(facts), redact(message)),
    error: (facts, message) => logger.error(mask(facts), redact(message)),
    child: (facts) => masked(logger.child({ ...mask(facts) })),
  };
}

function mask(facts: object): Record<string, unknown> {
  const seen = new Set<object>();
  function of(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return redact(value);
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    if (seen.has(value) || depth > deepest) return '[…]';
    if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
    seen.add(value);
    const masked = Array.isArray(value)
      ? value.map((item) => of(item, depth + 1))
      : fieldsOf(value, (part) => of(part, depth + 1));
    seen.delete(value);
    return masked;
  }
  return fieldsOf(facts, (part) => of(part, 1));
}

function fieldsOf(value: object, of: (part: unknown) => unknown): Record<string, unknown> {
  const { name, message, stack, cause } = value instanceof Error ? value : {};
  const own = { ...(value instanceof Error && { name, message, stack, cause }), ...value };
  return Object.fromEntries(
    Object.entries(own)
      .filter(([, part]) => part !== undefined)
      .map(([key, part]) => [redact(key), of(part)]),
  );
}

function forPeople(line: string): string {
  const { level, time, msg, ...facts } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(facts).map(([key, value]) => `${key}=${inWords(value)}`);
  return `${[String(time).slice(11, 19), String(level).padEnd(5), String(msg), ...rest].join(' ')}\n`;
}

function inWords(value: unknown): string {
  if (typeof value === 'string') return value;
  const stack =
    typeof value === 'object' && value !== null && 'stack' in value ? value.stack : null;
  return typeof stack === 'string' ? `\n${stack}` : JSON.stringify(value);
}
