/** Brings commits from the forge into a mirror: exact commits, no history, over https, within a size. */
import { errors } from '#core/errors.ts';
import type { Remote } from '#ports/forge.ts';
import { fetchFailure } from './failure.ts';
import { runGit } from './git.ts';
import { dropIncoming, makeIncoming, sizeOfPacks, takeIn } from './mirror.ts';

/** Ten minutes. */
const fetchTimeout = 600_000;

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/u.test(host);
}

/** The remote's address, if we may speak to it. Throws invalid for anything but https without credentials. */
export function readRemote(remote: Remote, loopbackHttp: boolean): URL {
  const url = URL.parse(remote.url);
  const plain = loopbackHttp && url?.protocol === 'http:' && isLoopback(url.hostname);
  if (!url || (url.protocol !== 'https:' && !plain) || url.username || url.password) {
    throw errors.settingInvalid(
      'The forge',
      'its address for git is not https',
      'Use https; plain http is for a forge on this machine only.',
    );
  }
  return url;
}

/** The token reaches git through its environment only: never argv, an address or a file. */
function access(url: URL, authorization: string): Record<string, string> {
  if (/[\r\n\0]/u.test(authorization)) throw new TypeError('An authorization is one line.');
  const http = url.protocol === 'http:';
  const pairs: (readonly [string, string])[] = [
    [`http.${url.origin}/.extraHeader`, `Authorization: ${authorization}`],
    ...(http ? ([['protocol.http.allow', 'always']] as const) : []),
  ];
  const given: Record<string, string> = {};
  for (const [n, [key, value]] of pairs.entries()) {
    given[`GIT_CONFIG_KEY_${String(n)}`] = key;
    given[`GIT_CONFIG_VALUE_${String(n)}`] = value;
  }
  return {
    ...given,
    GIT_CONFIG_COUNT: String(pairs.length),
    ...(http ? { GIT_ALLOW_PROTOCOL: 'http' } : {}),
  };
}

/** Aborts once the packs in `repository` are larger than `bytes`. */
function watchSize(repository: string, bytes: number): { signal: AbortSignal; stop: () => void } {
  const control = new AbortController();
  const timer = setInterval(() => {
    void sizeOfPacks(repository).then((size) => {
      if (size > bytes) control.abort();
    });
  }, 250);
  return { signal: control.signal, stop: () => clearInterval(timer) };
}

export interface FetchOrder {
  /** For people: owner and name. */
  readonly where: string;
  readonly mirror: string;
  readonly remote: Remote;
  readonly url: URL;
  readonly commits: readonly string[];
  /** The most that may be fetched. */
  readonly bytes: number;
}

const flags = [
  '--depth=1',
  '--no-tags',
  '--no-recurse-submodules',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
  '--quiet',
];

async function fetchInto(incoming: string, order: FetchOrder): Promise<void> {
  const watch = watchSize(incoming, order.bytes);
  const end = await runGit({
    gitDir: incoming,
    args: ['fetch', ...flags, '--end-of-options', order.url.href, ...order.commits],
    environment: access(order.url, order.remote.authorization),
    timeout: fetchTimeout,
    signal: watch.signal,
  }).finally(watch.stop);
  if (watch.signal.aborted || (await sizeOfPacks(incoming)) > order.bytes) {
    throw errors.repositoryTooLarge(order.where, `its files need more than ${megabytes(order)} MB`);
  }
  if (!end.ok) throw fetchFailure(order.where, end);
}

function megabytes({ bytes }: FetchOrder): string {
  return String(Math.round(bytes / 1_000_000));
}

/** Throws stale, refused, invalid or unavailable; then the mirror is as it was. */
export async function fetchCommits(order: FetchOrder): Promise<void> {
  const incoming = await makeIncoming(order.mirror);
  try {
    await fetchInto(incoming, order);
    await takeIn(order.mirror, incoming, order.commits);
  } finally {
    await dropIncoming(incoming);
  }
}
