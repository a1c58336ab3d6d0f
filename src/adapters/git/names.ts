/** Which names of a repository's files may be written to a disk and shown to others. */
import { isGitName } from '#core/git-name.ts';

const maxDepth = 50;
const maxBytes = 1024;
const maxSegmentBytes = 255;

const control = /\p{Cc}/u;

function isSafeSegment(segment: string): boolean {
  if (segment === '' || segment === '.' || segment === '..') return false;
  if (Buffer.byteLength(segment) > maxSegmentBytes) return false;
  return !isGitName(segment);
}

/** Whether `path` is relative, stays below its root, is not too deep or long, and is not git's own. */
export function isSafePath(path: string): boolean {
  if (path.includes('\ufffd') || control.test(path) || Buffer.byteLength(path) > maxBytes) {
    return false;
  }
  const segments = path.split('/');
  return segments.length <= maxDepth && segments.every(isSafeSegment);
}
