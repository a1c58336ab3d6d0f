/** Where webhooks go: on a GitHub of this machine that sends them nowhere yet, to us; elsewhere the operator decides. */
import { z } from 'zod';
import type { Log } from '#ports/telemetry.ts';

/** A client that speaks as the App itself. */
export interface AsApp {
  request(route: string, parameters?: Record<string, unknown>): Promise<{ readonly data: unknown }>;
}

const HookConfig = z.object({ url: z.string().optional() });

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Sends webhooks to `address` when `webUrl` is on this machine and its App has no address so far: the local GitHub
 * then needs no set-up. Never throws: without it webhooks can still be set up by hand.
 */
export async function claimHook(
  asApp: AsApp,
  { webUrl, address, log }: { webUrl: string; address: string; log: Log },
): Promise<void> {
  if (!loopback.test(new URL(webUrl).hostname)) return;
  try {
    const { url = '' } = HookConfig.parse((await asApp.request('GET /app/hook/config')).data);
    if (url !== '') return;
    // As `data`: this client takes a parameter called url for the request's own address.
    await asApp.request('PATCH /app/hook/config', { data: { url: address, content_type: 'json' } });
    log.info({ address }, 'webhooks of the local github come here');
  } catch (error) {
    log.warn({ error, address }, 'webhooks of the local github could not be sent here');
  }
}
