/** Cuts Markdown to what GitHub takes, with a note that says so. */

/** In characters; one outside the basic plane is counted twice here, which only errs low. */
export const bodyLimit = 65_536;
/** In bytes of UTF-8. */
const summaryLimit = 65_535;

export function cutTo(limit: number, text: string): string {
  if (text.length <= limit) return text;
  const note = noteOf(limit, 'characters');
  return close(text.slice(0, limit - note.length - fence), note);
}

/** The summary of a check run, which GitHub measures in bytes. */
export function cutSummary(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= summaryLimit) return text;
  const note = noteOf(summaryLimit, 'bytes');
  let end = summaryLimit - note.length - fence;
  // Back to where a character begins.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return close(bytes.toString('utf8', 0, end), note);
}

/** Characters of the longest fence of ours, with its line end. */
const fence = 13;
/** Characters that are given up for a whole last line: what was code there would else lose its end. */
const lastLine = 4_000;

function noteOf(limit: number, unit: string): string {
  return `\n\n*Cut here: GitHub takes no more than ${limit.toLocaleString('en')} ${unit}.*`;
}

/** Half a character and half a line at the end are left out, and a fence that was cut open is closed. */
function close(text: string, note: string): string {
  const whole = text.replace(/[\uD800-\uDBFF]$/, '');
  const end = whole.lastIndexOf('\n');
  const kept = end > whole.length - lastLine && end > 0 ? whole.slice(0, end) : whole;
  const open = openFence(kept);
  return `${kept}${open === '' ? '' : `\n${open}`}${note}`;
}

/** The fence that nothing has ended yet, or nothing. */
function openFence(text: string): string {
  let open = '';
  for (const [line, run = ''] of text.matchAll(/^(`{3,12}).*$/gm)) {
    if (open === '') open = run;
    else if (run.length >= open.length && line.trimEnd() === run) open = '';
  }
  return open;
}
