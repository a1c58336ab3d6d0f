/** A test's failure as people and models read it: the same on every machine and in every run. */
import type { TestCase } from '#core/evidence.ts';

/** Characters of one failure message. */
const most = 2_000;

// eslint-disable-next-line no-control-regex -- terminal colours and other control characters are what is looked for
const control = /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** Frames of JavaScript and Python stacks, and lines of pytest that only name a file of the runner. */
const frame = /^\s*(?:at .+[:(]|❯ |- \/|File ".*", line \d+, in |.*site-packages\/|<frozen )/;

/**
 * Without colours, stack frames, durations, and paths of the sandbox; paths below `root` become relative.
 * Only durations that runners write are taken out: a text under test may be about seconds itself.
 */
export function normalise(text: string, root: string): string {
  const lines = text
    .replace(control, '')
    .replaceAll(`file://${root}/`, '')
    .replaceAll(`${root}/`, '')
    .replaceAll(root, '.')
    .replace(/(?:\/tmp|\/home|\/root|\/var|\/opt)\/[^\s'"():]*/g, '<path>')
    .replace(/\b0x[0-9a-f]{6,}\b/g, '0x…')
    .replace(/\(\d+(?:\.\d+)?\s?m?s\)|\bin \d+(?:\.\d+)?\s?m?s\b|duration_ms:? [\d.]+/g, '')
    .split('\n')
    .filter((line) => !frame.test(line))
    .map((line) => line.trimEnd());
  const kept = lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return kept.length > most ? `${kept.slice(0, most - 1)}…` : kept;
}

const unloadable =
  /Cannot find (?:module|package)|ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND|Failed to resolve import|Failed to load url|does not provide an export|ModuleNotFoundError|ImportError|No test suite found|Your test suite must contain/;
const asserted =
  /^(?:\w*AssertionError|Error: expect\(|expect\(|assert\b|Failed: )|ERR_ASSERTION|expect\(received\)/;

/** Why a test failed, from what it said. A file that could not be read as a test is always `load`. */
export function faultOf(message: string): NonNullable<TestCase['fault']> {
  if (unloadable.test(message)) return 'load';
  return asserted.test(message.trimStart()) ? 'assertion' : 'exception';
}
