/** Says nothing, for parts that want a log. */
import type { Log } from '#ports/telemetry.ts';

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};
