/** Git's own folder under every name that some file system takes for it; nothing of a repository may be called so. */

/** Characters that some file systems leave out when they compare names: `.g<U+200C>it` is `.git` there. */
const ignorable = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu;

/** `.git` in any case, as systems that drop trailing dots and spaces, streams, short names and invisible characters read it. */
export function isGitName(segment: string): boolean {
  const plain = segment
    .replace(ignorable, '')
    .toLowerCase()
    .replace(/:.*$/u, '')
    .replace(/[ .]+$/u, '');
  return plain === '.git' || /^git~\d+$/u.test(plain);
}
