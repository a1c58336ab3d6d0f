/** Probot's logger, leading into ours: it wants pino itself and would else write to standard output. */
import pino from 'pino';
import { z } from 'zod';
import { redact } from '#core/redact.ts';
import type { Log } from '#ports/telemetry.ts';

const Line = z.object({ level: z.number(), msg: z.string().default('') });

/** Warnings and errors only: below that Probot writes whole request bodies. */
export function probotLog(log: Log): pino.Logger {
  const write = (text: string) => {
    const { level, msg } = Line.parse(JSON.parse(text));
    const facts = { from: 'probot', said: redact(msg) };
    if (level >= 50) log.error(facts, 'probot reports an error');
    else log.warn(facts, 'probot reports a warning');
  };
  return pino({ level: 'warn' }, { write });
}
