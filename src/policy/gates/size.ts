/** Size: a change that a person can read, within the limits of the repository's settings; text only. */
import { bytesOf } from '#core/change.ts';
import { lineDifference } from '#core/line-diff.ts';
import type { Gate } from './gate.ts';
import { listed, verdict } from '#policy/reasons.ts';

const mostBytes = 256 * 1024;
const mostTogether = 1024 * 1024;

export const size: Gate = {
  name: 'size',
  asks: 'The change stays within the limits of `.github/sluice.yml`, and holds no binary or oversized file.',
  decide({ change: { files }, originals, settings: { limits } }) {
    const lines = files.reduce((sum, { path, content }) => {
      const { added, removed } = lineDifference(originals.get(path) ?? undefined, content?.text);
      return sum + added.length + removed.length;
    }, 0);
    const large = files.filter(({ content }) => content && bytesOf(content).length > mostBytes);
    const together = files.reduce(
      (sum, { content }) => sum + (content ? bytesOf(content).length : 0),
      0,
    );
    const binary = files.filter(({ content }) => content?.encoding === 'base64');
    const raise = 'Make the issue smaller, or raise';
    return verdict('size', [
      ...(files.length === 0 ? ['The change is empty.'] : []),
      ...(files.length > limits.files
        ? [
            `The change touches ${String(files.length)} files, more than ${String(limits.files)}. ${raise} limits.files.`,
          ]
        : []),
      ...(lines > limits.lines
        ? [
            `The change adds and removes ${String(lines)} lines, more than ${String(limits.lines)}. ${raise} limits.lines.`,
          ]
        : []),
      ...(large.length > 0
        ? [`Files above 256 KiB: ${listed(large.map(({ path }) => path))}.`]
        : []),
      ...(together > mostTogether ? ['The files are larger than 1 MiB together.'] : []),
      ...(binary.length > 0
        ? [`Files that are no text: ${listed(binary.map(({ path }) => path))}.`]
        : []),
    ]);
  },
};
