/** Leads the operator through registering the App: Probot's own set-up, from app.yml, with its writes guarded. */
import { createPrivateKey } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'probot';
import { z } from 'zod';
import { errors } from '#core/errors.ts';
import type { Log } from '#ports/telemetry.ts';
import { probotLog } from './probot-log.ts';

export interface SetupOptions {
  readonly host: string;
  readonly port: number;
  /** The file of variables to which the App's id, key and secret are added. */
  readonly envFile: string;
  readonly log: Log;
}

/**
 * Serves the set-up page until it is stopped. Probot reads `app.yml` and its own variables (GHE_HOST, GH_ORG,
 * WEBHOOK_PROXY_URL) by itself. Throws invalid when there is no `app.yml` here or the port is taken.
 */
export async function runSetup(options: SetupOptions): Promise<{
  readonly url: string;
  stop(): Promise<void>;
}> {
  const { host, port, envFile, log } = options;
  if (!existsSync(join(process.cwd(), 'app.yml'))) {
    // Probot would go on and register an App without permissions.
    const hint = "Start it in the app's own folder.";
    throw errors.settingInvalid('app.yml', 'is not in the current folder', hint);
  }
  try {
    const server = await run(nothing, {
      env: { HOST: host, PORT: String(port) },
      log: probotLog(log),
      // Webhooks come by an address of the operator's; nothing is fetched or set up at a third party.
      SmeeClient: { createChannel: () => Promise.resolve(undefined) },
      updateEnv: (values) => {
        keepCredentials(envFile, values);
        return values;
      },
    });
    const shown = host === '0.0.0.0' ? 'localhost' : host;
    return { url: `http://${shown}:${String(server.port)}`, stop: () => server.stop() };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw errors.settingInvalid(
      'APP_ID',
      `is missing, and the set-up did not start (${reason})`,
      'Register the App in a checkout of this repository first, then give its values to this one.',
    );
  }
}

/** Probot asks for an App to run; during the set-up it runs none. */
function nothing(): void {
  return undefined;
}

const Credentials = z.object({
  APP_ID: z.string().regex(/^\d{1,15}$/),
  PRIVATE_KEY: z.string().transform((text) => text.replace(/^"|"$/g, '')),
  WEBHOOK_SECRET: z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{8,200}$/),
});

/**
 * Keeps the three values and nothing else. They come from whoever reaches the page, so that one with a line end could
 * else add any variable to the next start.
 */
function keepCredentials(file: string, values: Readonly<Record<string, string | undefined>>): void {
  if (values.APP_ID === undefined) return;
  const { APP_ID, PRIVATE_KEY, WEBHOOK_SECRET } = Credentials.parse(values);
  const key = createPrivateKey(PRIVATE_KEY.replaceAll('\\n', '\n'))
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();
  const lines = [
    '',
    '# The GitHub App, as the set-up registered it.',
    `APP_ID=${APP_ID}`,
    `PRIVATE_KEY="${key.trim().replaceAll('\n', '\\n')}"`,
    `WEBHOOK_SECRET="${WEBHOOK_SECRET}"`,
    '',
  ];
  appendFileSync(file, lines.join('\n'), { mode: 0o600 });
  chmodSync(file, 0o600);
}
