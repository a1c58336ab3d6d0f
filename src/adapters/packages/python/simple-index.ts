/** Asks a Python package index which files a project has, and picks those that a lockfile names and the interpreter can use. */
import { z } from 'zod';
import { errors } from '#core/errors.ts';
import { LockfileRefused } from '#adapters/packages/phases.ts';
import type { Artifact } from '#adapters/packages/download.ts';
import type { Interpreter } from './interpreter.ts';
import type { Pinned } from './pinned.ts';
import { wheelRank } from './wheel-tags.ts';

/** Milliseconds for one question. */
const timeout = 60_000;
/** Bytes of one answer: projects with thousands of files have some ten million. */
const cap = 64_000_000;

interface Listed {
  readonly filename: string;
  readonly url: string;
  readonly sha256: string;
}

/** A file that is to be installed. */
export interface Chosen extends Artifact {
  readonly filename: string;
  /** A source must be built, which runs its code. */
  readonly isWheel: boolean;
}

const Page = z.object({
  files: z.array(
    z.object({
      filename: z.string(),
      url: z.string(),
      hashes: z.object({ sha256: z.string().optional() }),
    }),
  ),
});

/** The older form of a page: links, whose fragment names the hash. */
function readLinks(html: string): readonly Listed[] {
  return [...html.matchAll(/<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)')/giu)].flatMap((found) => {
    const link = (found[1] ?? found[2] ?? '').replaceAll('&amp;', '&');
    const [url = '', fragment = ''] = link.split('#');
    const sha256 = /(?:^|&)sha256=([0-9a-f]{64})(?:&|$)/u.exec(fragment)?.[1];
    const filename = decodeURIComponent(url.split('/').at(-1) ?? '');
    return sha256 === undefined ? [] : [{ filename, url, sha256 }];
  });
}

function readPage(text: string, type: string): readonly Listed[] {
  if (!type.includes('json')) return readLinks(text);
  return Page.parse(JSON.parse(text)).files.flatMap(({ filename, url, hashes }) =>
    hashes.sha256 === undefined ? [] : [{ filename, url, sha256: hashes.sha256 }],
  );
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > cap) throw new Error('its answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function filesOf(
  index: string,
  name: string,
  signal: AbortSignal,
): Promise<readonly Listed[]> {
  const address = new URL(`${name}/`, index);
  const unavailable = (reason: string) =>
    errors.registryUnavailable(`${name}: the package index ${reason}.`);
  try {
    const response = await fetch(address, {
      redirect: 'manual',
      headers: { accept: 'application/vnd.pypi.simple.v1+json, text/html;q=0.5' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
    });
    if (response.status === 404) throw new LockfileRefused(`The package index has no ${name}.`);
    if (!response.ok) throw unavailable(`answered ${String(response.status)}`);
    const listed = readPage(await textOf(response), response.headers.get('content-type') ?? '');
    return listed.map((file) => ({ ...file, url: new URL(file.url, address).href }));
  } catch (error) {
    signal.throwIfAborted();
    if (
      error instanceof LockfileRefused ||
      (error instanceof Error && 'code' in error && error.code === 'registry-unavailable')
    )
      throw error;
    throw unavailable('cannot be asked, or is not understood');
  }
}

const filename = /^[A-Za-z0-9][A-Za-z0-9._+!-]*\.(?:whl|tar\.gz)$/u;

function choose(files: readonly Listed[], pinned: Pinned, interpreter: Interpreter): Listed {
  const locked = files.filter(
    (file) => pinned.hashes.includes(file.sha256) && filename.test(file.filename),
  );
  const ranked = locked
    .map((file) => ({ file, rank: wheelRank(file.filename, interpreter) }))
    .filter(({ rank }) => rank !== undefined)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
  const best = ranked[0]?.file ?? locked.find((file) => file.filename.endsWith('.tar.gz'));
  if (best) return best;
  const label = `${pinned.name} ${pinned.version}`;
  throw new LockfileRefused(
    `The package index has no file of ${label} that the lockfile names and this machine's Python ${interpreter.python_version} can use.`,
  );
}

/** Throws LockfileRefused, and unavailable while the index cannot be asked. `index` ends in a slash. */
export async function findFile(
  index: string,
  pinned: Pinned,
  { interpreter, signal }: { interpreter: Interpreter; signal: AbortSignal },
): Promise<Chosen> {
  const listed = choose(await filesOf(index, pinned.name, signal), pinned, interpreter);
  if (!listed.url.startsWith('https:') && !listed.url.startsWith(new URL(index).origin + '/')) {
    throw new LockfileRefused(`The package index has ${pinned.name} where it is not asked for.`);
  }
  return {
    label: `${pinned.name} ${pinned.version}`,
    address: listed.url,
    integrity: `sha256-${Buffer.from(listed.sha256, 'hex').toString('base64')}`,
    filename: listed.filename,
    isWheel: listed.filename.endsWith('.whl'),
  };
}
