/** Which names of a repository's files may be written to a disk and shown to others. */

const maxDepth = 50;
const maxBytes = 1024;
const maxSegmentBytes = 255;

/** Characters that HFS+ leaves out when it compares names: `.g<U+200C>it` is `.git` there. */
const ignorable = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f]/u;

/** `.git` in any case, as NTFS (trailing dots and spaces, short names, streams) and HFS+ would read it. */
function isGitFolder(segment: string): boolean {
  const plain = segment
    .replace(ignorable, '')
    .toLowerCase()
    .replace(/:.*$/u, '')
    .replace(/[ .]+$/u, '');
  return plain === '.git' || /^git~\d+$/u.test(plain);
}

function isSafeSegment(segment: string): boolean {
  if (segment === '' || segment === '.' || segment === '..') return false;
  if (Buffer.byteLength(segment) > maxSegmentBytes) return false;
  return !isGitFolder(segment);
}

/** Whether `path` is relative, stays below its root, is not too deep or long, and is not git's own. */
export function isSafePath(path: string): boolean {
  if (path.includes('\ufffd') || control.test(path) || Buffer.byteLength(path) > maxBytes) {
    return false;
  }
  const segments = path.split('/');
  return segments.length <= maxDepth && segments.every(isSafeSegment);
}
