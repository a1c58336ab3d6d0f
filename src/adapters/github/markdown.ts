/** Cuts Markdown to what GitHub takes, with a note that says so. */

/** In characters; one outside the basic plane is counted twice here, which only errs low. */
export const bodyLimit = 65_536;
/** In bytes of UTF-8. */
const summaryLimit = 65_535;

export function cutTo(limit: number, text: string): string {
  if (text.length <= limit) return text;
  const note = noteOf(limit, 'characters');
  return close(text.slice(0, limit - note.length - fence.length), note);
}

/** The summary of a check run, which GitHub measures in bytes. */
export function cutSummary(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= summaryLimit) return text;
  const note = noteOf(summaryLimit, 'bytes');
  let end = summaryLimit - note.length - fence.length;
  // Back to where a character begins.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return close(bytes.toString('utf8', 0, end), note);
}

const fence = '\n```';

function noteOf(limit: number, unit: string): string {
  return `\n\n*Cut here: GitHub takes no more than ${limit.toLocaleString('en')} ${unit}.*`;
}

/** Half a character at the end is left out, and a fence that was cut open is closed. */
function close(text: string, note: string): string {
  const kept = text.replace(/[\uD800-\uDBFF]$/, '');
  const isInsideFence = (kept.match(/^```/gm) ?? []).length % 2 === 1;
  return `${kept}${isInsideFence ? fence : ''}${note}`;
}
