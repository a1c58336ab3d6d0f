/** Neutral: text that a model or a stranger wrote, so that publishing it calls nobody, closes nothing and leads nowhere. */
import { readable } from './unseen.ts';

/** What the forge would act on: mentions, references that close or link issues, and addresses. */
const acting =
  /[A-Za-z][\w+.-]*:\/\/[^\s<>)\]\\`|]*|(?:www\.|(?:mailto|xmpp):)[^\s<>)\]\\`|]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![A-Za-z0-9])@[\w-]+(?:\/[\w-]+)?|(?:[\w.-]+\/[\w.-]+)?#\d+|GH-\d+/gi;

/**
 * Markdown prose for a comment or a pull request. Code spans stay; mentions, references and addresses become code, where
 * the forge leaves them alone; images and links keep their words only; HTML is shown, not read.
 */
export function neutral(text: string): string {
  const parts = readable(text).split(/(`[^`\n]+`)/);
  return (
    joined(parts.flatMap((part, at) => (at % 2 === 1 ? [part] : coded(neutralProse(part)))))
      // A line that begins so would be a heading, a command, a workflow command or a fence that nothing ends.
      .replace(/^([ \t*+-]*)([#/~=]|::)/gm, '$1\\$2')
      .trim()
  );
}

/** Prose cut at what acts, which becomes code: what stood behind it may act only now. */
function coded(prose: string): readonly string[] {
  const parts: string[] = [];
  let rest = prose;
  for (;;) {
    acting.lastIndex = 0;
    const found = acting.exec(rest);
    if (found === null) return [...parts, rest];
    parts.push(rest.slice(0, found.index), `\`${found[0]}\``);
    rest = rest.slice(found.index + found[0].length);
  }
}

/** Code beside code would be one, or none. */
function joined(parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .reduce((all, part) => all + (all.endsWith('`') && part.startsWith('`') ? ' ' : '') + part, '');
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
      // Bars make tables, which are cut at bars in code, too.
      .replace(/[\\[\]|]/g, '\\$&')
  );
}

/** "&" too: `&#64;` would be read as "@". */
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** What the forge would act on in plain text, and what keeps a commit from being checked. */
const actingPlain =
  /[A-Za-z][\w+.-]*:\/\/\S*|(?:www\.|(?:mailto|xmpp):)\S*|@(?=\w)|#(?=\d)|GH-(?=\d)|\[(?:skip (?:ci|actions)|(?:ci|actions) skip|no ci)\]/gi;

/** One line of plain text, for titles and subjects, which the forge reads without code spans. */
export function neutralLine(text: string, most: number): string {
  let line = readable(text).replace(/\s+/g, ' ');
  // What is taken out may bring together what stood around it: `##12`.
  for (let before = ''; before !== line;) {
    before = line;
    line = line.replace(actingPlain, '').replace(/\s+/g, ' ').trim();
  }
  return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line;
}

/** Text in a code span of a table's cell: on one line, without what would end either. */
export function codeCell(text: string, most = 200): string {
  const line = readable(text)
    .replace(/\s+/g, ' ')
    .replaceAll('`', "'")
    .replaceAll('|', '\\|')
    .trim();
  const cut = line.length > most ? `${line.slice(0, most - 1)}…` : line;
  return cut === '' ? '' : `\`${cut}\``;
}

/** A fenced block that nothing inside can end. */
export function fenced(text: string, language = ''): string {
  const clean = readable(text)
    // Other bots read commands at the beginning of a line, whether it is code or not.
    .replace(/^([ \t]*)(\/[A-Za-z][\w-]*(?![\w/-])|::[A-Za-z])/gm, '$1\\$2')
    // A fence of any length would be longer than a comment.
    .replace(/`{11,}/g, '`'.repeat(10));
  const longest = Math.max(2, ...[...clean.matchAll(/`{3,}/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${clean.trimEnd()}\n${fence}`;
}
