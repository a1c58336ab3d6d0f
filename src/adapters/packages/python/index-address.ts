/** Where Python packages come from: what the host's own pip is configured with. */
import { execa } from 'execa';
import { errors } from '#core/errors.ts';

/** Its help tells the index that it would ask: its own, or what its configuration says. No index is named by us. */
export async function configuredIndex(): Promise<string> {
  const done = await execa('python3', ['-m', 'pip', 'install', '--help'], {
    reject: false,
    timeout: 60_000,
    stdin: 'ignore',
    env: { COLUMNS: '200' },
  });
  const told = /--index-url <url>[^]*?\(default:?\s+(\S+?)\)/u.exec(done.failed ? '' : done.stdout);
  const url = URL.parse(told?.[1] ?? '');
  if (!url || !['https:', 'http:'].includes(url.protocol) || url.username || url.password) {
    throw errors.settingInvalid(
      'pip',
      'it is not there, or names no package index with a plain address',
      'Give SLUICE_PYPI_INDEX, the address of an index, for example that of `pip config get global.index-url`.',
    );
  }
  return url.href;
}
