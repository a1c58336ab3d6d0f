/** Where packages come from: what the host's own npm is configured with. */
import { execa } from 'execa';
import { errors } from '#core/errors.ts';

/** Asks npm; no registry is named by us. Throws invalid where it names none that we may use. */
export async function configuredRegistry(): Promise<string> {
  const done = await execa('npm', ['config', 'get', 'registry'], {
    reject: false,
    timeout: 30_000,
    stdin: 'ignore',
  });
  const url = URL.parse(done.failed ? '' : done.stdout.trim());
  if (!url || !['https:', 'http:'].includes(url.protocol) || url.username || url.password) {
    throw errors.settingInvalid(
      'npm',
      'it names no registry with a plain address',
      'See `npm config get registry`.',
    );
  }
  return url.href;
}
