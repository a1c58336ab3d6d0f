/** Cuts Markdown to what GitHub takes, with a note that says so. */

/** GitHub's limits in characters; a character outside the basic plane is counted twice here, which only errs low. */
export const bodyLimit = 65_536;
export const summaryLimit = 65_535;

export function cutTo(limit: number, text: string): string {
  if (text.length <= limit) return text;
  const note = `\n\n*Cut here: GitHub takes no more than ${limit.toLocaleString('en')} characters.*`;
  const end = '\n```';
  const kept = text.slice(0, limit - note.length - end.length).replace(/[\uD800-\uDBFF]$/, '');
  const isInsideFence = (kept.match(/^```/gm) ?? []).length % 2 === 1;
  return `${kept}${isInsideFence ? end : ''}${note}`;
}
