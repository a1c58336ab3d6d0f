/** Secrets: keys, tokens and passwords in files, told without showing them. */
import { createHash } from 'node:crypto';
import { findSecrets, type FoundSecret } from '#core/credentials.ts';
import type { Said } from '#core/finding.ts';
import { isTestPath } from '#core/test-path.ts';
import type { Check } from '#checks/check.ts';
import { lineCounter } from '#checks/line-counter.ts';

/** Where people show how a secret looks. */
const shown =
  /(?:^|\/)(?:fixtures?|examples?|samples?|docs?|mocks?|__mocks__|testdata|__snapshots__)\/|\.(?:md|mdx|rst|adoc|snap|example|sample|template)$/i;

export const secrets: Check = {
  name: 'secrets',
  about: 'No file holds a key, a token or a password.',
  needs: [],
  scope: 'file',
  trusted: true,
  wants:
    /^(?!.*\.(?:png|jpe?g|gif|ico|webp|avif|bmp|tiff?|psd|woff2?|ttf|otf|eot|pdf|zip|gz|tgz|bz2|xz|zst|7z|jar|war|class|so|dll|dylib|exe|bin|wasm|o|a|pyc|mp[34]|wav|ogg|webm|mov|avi|sqlite3?|db|parquet|npy|pkl|lock|sum)$)/i,
  isFitting: () => Promise.resolve(true),
  async look({ targets, files }) {
    const said: Said[] = [];
    for (const { path } of targets) {
      const text = await files.read(path);
      // Not text: pictures, archives and programs hold no line that anybody could read.
      if (text !== undefined) said.push(...secretsIn(path, text));
    }
    return { said };
  },
};

function secretsIn(path: string, text: string): readonly Said[] {
  const lineAt = lineCounter(text);
  const isShown = shown.test(path) || isTestPath(path);
  return findSecrets(text)
    .filter(({ shape }) => !isShown || shape.doubtful !== true)
    .map((found) => ({
      rule: found.shape.name,
      level: isShown || found.shape.doubtful === true ? ('warning' as const) : ('error' as const),
      message: `What looks like ${found.shape.about} stands here: ${masked(found)}. Whoever can read the repository has it: revoke it, and take it from the environment instead.`,
      path,
      line: lineAt(found.start),
      endLine: lineAt(found.end - 1),
    }));
}

/**
 * Its first four characters where enough is left to guess, and four letters of a hash, by which one secret that takes
 * the place of another is told from it.
 */
function masked({ value }: FoundSecret): string {
  const beginning = value.length >= 16 && /^[\w.-]{4}/.test(value) ? value.slice(0, 4) : '';
  const hash = createHash('sha256').update(value).digest('hex').slice(0, 4);
  const letters = hash.replace(/[0-9a-f]/g, (digit) =>
    'abcdefghijklmnop'.charAt(parseInt(digit, 16)),
  );
  return `${beginning}… (${letters})`;
}
