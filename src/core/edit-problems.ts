/** What a model is told about a block that has no place, or several: the real text, so that it can copy it. */
import type { Place } from './locate.ts';
import { nearest } from './similarity.ts';
import { isElision } from './elision.ts';

/** Lines of the file shown at most, and occurrences. */
const shownLines = 60;
const shownPlaces = 5;
const shownWidth = 500;

export function notFound(
  lines: readonly string[],
  search: readonly string[],
  path: string,
): string {
  const elided = search.find((line) => isElision(line, path));
  const advice =
    elided === undefined
      ? ''
      : ` SEARCH must hold every line: \`${elided.trim()}\` does not stand for others.`;
  const { at, score } = nearest(lines, search);
  if (score < 0.3)
    return `SEARCH was not found, nor anything like it. Read the file again and copy the lines from it.${advice}`;
  const real = lines.slice(at, at + search.length);
  const off = search.findIndex((line, index) => line.trim() !== real[index]?.trim());
  const first =
    off < 0
      ? ''
      : ` They differ first in line ${off + 1} of SEARCH: you wrote ${show(search[off])}, the file has ${show(real[off])}.`;
  return `SEARCH was not found.${advice} The nearest lines of the file are ${at + 1} to ${at + real.length}; copy them exactly:\n${fenced(real)}\n${first.trim()}`.trimEnd();
}

export function ambiguous(
  lines: readonly string[],
  search: readonly string[],
  places: readonly Place[],
): string {
  const shown = places.slice(0, shownPlaces).map(({ at }) => {
    const from = Math.max(0, at - 2);
    const to = Math.min(lines.length, at + search.length + 2);
    return `Lines ${at + 1} to ${at + search.length}, shown with what stands around them:\n${fenced(lines.slice(from, to))}`;
  });
  const more = places.length > shownPlaces ? `\n(${places.length - shownPlaces} more places)` : '';
  return `SEARCH fits ${places.length} places. Add lines before or after it until it fits only the one that you mean.\n${shown.join('\n')}${more}`;
}

function show(line: string | undefined): string {
  return line === undefined ? 'no more line' : JSON.stringify(line.slice(0, shownWidth));
}

function fenced(lines: readonly string[]): string {
  const cut = lines.slice(0, shownLines).map((line) => line.slice(0, shownWidth));
  const rest = lines.length > shownLines ? [`(${lines.length - shownLines} more lines)`] : [];
  const longest = Math.max(2, ...cut.map((line) => /`{3,}/.exec(line)?.[0].length ?? 0));
  const fence = '`'.repeat(longest + 1);
  return [fence, ...cut, ...rest, fence].join('\n');
}
