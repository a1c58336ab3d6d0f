/** Lines: where the parts of a structured file stand, which its parser does not tell. */

/** The first line that begins with the text, indented or not, counted from 1; 1 where there is none. */
export function lineFinder(text: string): (start: string, after?: number) => number {
  const lines = text.split('\n').map((line) => line.trimStart());
  const known = new Map<string, number[]>();
  for (const [at, line] of lines.entries()) {
    const key = keyOf(line);
    const same = known.get(key);
    if (same === undefined) known.set(key, [at]);
    else same.push(at);
  }
  return (start, after = 0) => {
    const candidates = known.get(keyOf(start)) ?? [];
    const found = candidates.find((at) => at >= after && (lines[at] ?? '').startsWith(start));
    return (found ?? 0) + 1;
  };
}

/** Up to the end of a quoted or plain key. */
function keyOf(line: string): string {
  return /^(?:"[^"]*"|'[^']*'|[^\s:=]+)/.exec(line)?.[0] ?? '';
}

/** The lines that fit, counted from 1. */
export function linesThat(text: string, fits: RegExp): readonly number[] {
  return text.split('\n').flatMap((line, at) => (fits.test(line) ? [at + 1] : []));
}
