/** What the GitHub adapter's tests hand in: a log that can be read and a clock that is set by hand. */
import { generateKeyPairSync } from 'node:crypto';
import { githubApp, type GithubApp } from '#adapters/github/auth.ts';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/telemetry.ts';

export interface Written {
  readonly level: keyof Omit<Log, 'child'>;
  readonly facts: object;
  readonly message: string;
}

export function writtenLog(): Log & { readonly lines: Written[] } {
  const lines: Written[] = [];
  const at = (level: Written['level']) => (facts: object, message: string) => {
    lines.push({ level, facts, message });
  };
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { ...log, lines, child: () => ({ ...log, child: () => writtenLog() }) };
}

/** Sleeping passes at once and moves the time on. */
export function handClock(start = new Date()): Clock & {
  pass(milliseconds: number): void;
  readonly slept: number[];
} {
  let now = start.getTime();
  const slept: number[] = [];
  return {
    now: () => new Date(now),
    id: () => '00000000-0000-4000-8000-000000000000',
    sleep: (milliseconds) => {
      slept.push(milliseconds);
      now += milliseconds;
      return Promise.resolve();
    },
    pass: (milliseconds) => (now += milliseconds),
    slept,
  };
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const pkcs1 = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

/** An App whose API nobody serves unless the test says so. */
export function appAt(apiUrl: string, more: { clock?: Clock; log?: Log } = {}): Promise<GithubApp> {
  return githubApp({
    credentials: {
      appId: 7,
      privateKey: { text: pkcs1 },
      webhookSecret: 'a secret of the test',
      previousWebhookSecret: 'the one before',
    },
    apiUrl,
    webUrl: 'https://github.com',
    clock: more.clock ?? handClock(),
    log: more.log ?? writtenLog(),
  });
}
