/** Neutral: text that a model or a stranger wrote, so that publishing it calls nobody, closes nothing and leads nowhere. */

/** Control characters but tab and line feed, colours of a terminal, and what cannot be seen. */
const unseen =
  /\p{Cc}\[[0-9;?]*[A-Za-z]|(?![\t\n])\p{Cc}|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** What the forge would act on: mentions, references that close or link issues, and addresses. */
const acting =
  /(?<![A-Za-z0-9])@[\w-]+(?:\/[\w-]+)?|(?:[\w.-]+\/[\w.-]+)?#\d+\b|\bGH-\d+\b|\b(?:https?:\/\/|www\.)[^\s<>)\]\\`]+/gi;

/**
 * Markdown prose for a comment or a pull request. Code spans stay; mentions, references and addresses become code, where
 * the forge leaves them alone; images and links keep their words only; HTML is shown, not read.
 */
export function neutral(text: string): string {
  return text
    .replace(unseen, '')
    .split(/(`[^`\n]+`)/)
    .map((part, at) => (at % 2 === 1 ? part : neutralProse(part)))
    .join('')
    .trim();
}

function neutralProse(text: string): string {
  return (
    text
      .replace(/!?\[([^\]\n]*)\]\([^)\n]*\)/g, '$1')
      .replace(/!?\[([^\]\n]*)\]\[[^\]\n]*\]/g, '$1')
      .replaceAll('`', "'")
      .replace(/[&<>]/g, (sign) => entities[sign] ?? '')
      // A backslash would make the next backtick a mere sign, and what stands in code act again; brackets left over
      // from nested links would meet and be one.
      .replace(/[\\[\]]/g, '\\$&')
      .replace(acting, (found) => `\`${found}\``)
      // A line that begins so would be a heading, a command, a workflow command or a fence that nothing ends.
      .replace(/^([ \t]*)([#/~]|::)/gm, '$1\\$2')
  );
}

/** "&" too: `&#64;` would be read as "@". */
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** What the forge would act on in plain text, and what keeps a commit from being checked. */
const actingPlain =
  /@(?=\w)|#(?=\d)|\bGH-(?=\d)|\b(?:https?:\/\/|www\.)\S+|\[(?:skip (?:ci|actions)|(?:ci|actions) skip|no ci)\]/gi;

/** One line of plain text, for titles and subjects, which the forge reads without code spans. */
export function neutralLine(text: string, most: number): string {
  let line = text.replace(unseen, '').replace(/\s+/g, ' ');
  // What is taken out may bring together what stood around it: `##12`.
  for (let before = ''; before !== line;) {
    before = line;
    line = line.replace(actingPlain, '').replace(/\s+/g, ' ').trim();
  }
  return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line;
}

/** Text in a code span of a table's cell: on one line, without what would end either. */
export function codeCell(text: string, most = 200): string {
  const line = text
    .replace(unseen, '')
    .replace(/\s+/g, ' ')
    .replaceAll('`', "'")
    .replaceAll('|', '\\|')
    .trim();
  const cut = line.length > most ? `${line.slice(0, most - 1)}…` : line;
  return cut === '' ? '' : `\`${cut}\``;
}

/** A fenced block that nothing inside can end. */
export function fenced(text: string, language = ''): string {
  const clean = text.replace(unseen, '');
  const longest = Math.max(2, ...[...clean.matchAll(/`{3,}/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${clean.trimEnd()}\n${fence}`;
}
