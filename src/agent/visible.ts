/** Visible: text as a person sees it on the forge; what is hidden from people is kept from the model, and counted. */
import { spansOf } from '#core/prose.ts';
import { withoutUnseen } from '#core/unseen.ts';

export interface Visible {
  readonly text: string;
  /** How many hidden characters, comments and link definitions were taken out. */
  readonly hidden: number;
}

/** Takes out what cannot be seen; for text that is not Markdown. Bytes that are no text become U+FFFD. */
export function seen(text: string): Visible {
  const { text: clean, count } = withoutUnseen(text);
  return { text: clean, hidden: count };
}

/**
 * The Markdown text of an issue or a comment, as people see it. What is folded away stays, since a click shows it; colours
 * are not looked at, so that white on white is read.
 */
export function visible(text: string): Visible {
  const shown = seen(text);
  let hidden = shown.hidden;
  const count = (text: string) => {
    hidden += 1;
    return text;
  };
  const clean = parts(shown.text).map((part) =>
    part.code
      ? part.text
      : withoutHiddenParts(
          part.text.replace(hiddenMarkup, () => count('')),
          count,
        ),
  );
  return { text: clean.join(''), hidden };
}

/**
 * HTML comments, which at the start of a line need no end, and link definitions that nobody sees
 * (`[//]: # (like this)`).
 */
const hiddenMarkup =
  /<!--(?:-?>|[\s\S]*?--!?>)|^ {0,3}<!--[\s\S]*|^ {0,3}\[[^\]\n]+\]:[ \t]*(?:<[^>\n]*>|\S+)[ \t]+(?:"[^"\n]*"|'[^'\n]*'|\([^)\n]*\))[ \t]*$/gm;

/** Attributes that people see, or that say where something leads. */
const seenAttributes = new Set(
  'href src width height align valign open start colspan rowspan checked type disabled'.split(' '),
);

const tag = /<[A-Za-z][\w-]*\s(?:[^<>"']|"[^"]*"|'[^']*')*>/g;
const attribute = /\s([\w:@.-]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?/g;
/** An element of its own, shown to nobody. */
const hiddenElement =
  /<([a-z][\w-]*)\s(?:[^<>"']|"[^"]*"|'[^']*')*\shidden\b[^<>]*>[^<]*(?:<\/\1>)?|<([a-z][\w-]*)\shidden\b[^<>]*>[^<]*(?:<\/\2>)?/gi;
/** What is shown only while a pointer rests on a link. */
const linkTitle = /(\]\((?:<[^<>\n]*>|[^\s()<>]*))[ \t]+(?:"[^"\n]*"|'[^'\n]*')[ \t]*\)/g;
/** What stands in place of an image that is missing. A word or two do no harm. */
const imageWords = /!\[([^[\]\n]{80,})\](?=[([])/g;
const entity =
  /&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|(?:zwnj|zwj|lrm|rlm|shy|NoBreak|ZeroWidthSpace|InvisibleTimes|InvisibleComma|ApplyFunction|af|ic|it));/gi;

type Count = (text: string) => string;

/** Attributes, titles and the like; code in a line is left as it is, unless lines around it may make it none. */
function withoutHiddenParts(text: string, count: Count): string {
  return text
    .split(/(\n[ \t]*\n)/)
    .map((paragraph) => {
      const lines = paragraph.split('\n').map((line) => ({ line, spans: spansOf(line) }));
      if (lines.some(({ spans }) => spans === undefined)) return withoutParts(paragraph, count);
      if (!paragraph.includes('`')) return withoutParts(paragraph, count);
      return lines
        .map(({ line, spans = [{ text: line, code: false }] }) =>
          spans.map((part) => (part.code ? part.text : withoutParts(part.text, count))).join(''),
        )
        .join('\n');
    })
    .join('');
}

function withoutParts(text: string, count: Count): string {
  return text
    .replace(hiddenElement, () => count(''))
    .replace(tag, (found) =>
      found.replace(attribute, (whole, name: string) =>
        seenAttributes.has(name.toLowerCase()) ? whole : count(''),
      ),
    )
    .replace(linkTitle, (_, before: string) => count(`${before})`))
    .replace(imageWords, () => count('![]'))
    .replace(entity, (whole, hex?: string, decimal?: string) => {
      const code = hex === undefined ? Number(decimal ?? 0x200b) : Number.parseInt(hex, 16);
      const isSeen = code > 0x10ffff || withoutUnseen(String.fromCodePoint(code)).count === 0;
      return isSeen ? whole : count('');
    });
}

/** HTML in which a fence is no fence, up to an end that we do not look for: nothing after it is taken for code. */
const rawHtml = /<(?:pre|script|style|textarea|\?|!\[CDATA|![A-Za-z])/i;

interface Part {
  readonly text: string;
  readonly code: boolean;
}

/**
 * Splits Markdown into prose and fenced code, in which people see comments. In doubt it is prose: a fence inside a
 * comment or an HTML block, or one that is never closed, is none.
 */
function parts(text: string): Part[] {
  const found: Part[] = [];
  let prose: string[] = [];
  let code: string[] = [];
  let fence = '';
  let html: Html = { raw: false, comment: false, block: false };
  for (const line of text.split(/(?<=\n)/)) {
    if (fence !== '') {
      code.push(line);
      if (!closes(line, fence)) continue;
      found.push({ text: prose.join(''), code: false }, { text: code.join(''), code: true });
      [prose, code, fence] = [[], [], ''];
      continue;
    }
    const opened = html.raw || html.comment || html.block ? undefined : opens(line);
    if (opened === undefined) {
      prose.push(line);
      html = htmlAfter(html, line);
    } else {
      fence = opened;
      code.push(line);
    }
  }
  return [...found, { text: [...prose, ...code].join(''), code: false }];
}

function opens(line: string): string | undefined {
  return /^ {0,3}(`{3,}(?=[^`\n]*\n)|~{3,}(?=[^\n]*\n))/.exec(line)?.[1];
}

function closes(line: string, fence: string): boolean {
  const signs = line.trim();
  return (
    /^ {0,3}\S/.test(line) &&
    signs.length >= fence.length &&
    /^(?:`+|~+)$/.test(signs) &&
    signs.startsWith(fence)
  );
}

/** What HTML stands open after a line: raw text to the end, a comment, or a block that a blank line ends. */
interface Html {
  readonly raw: boolean;
  readonly comment: boolean;
  readonly block: boolean;
}

function htmlAfter(before: Html, line: string): Html {
  const [open, close] = [line.lastIndexOf('<!--'), line.lastIndexOf('-->')];
  return {
    raw: before.raw || rawHtml.test(line.replaceAll('<!--', '')),
    comment: open > close || (before.comment && close < 0),
    block: line.trim() !== '' && (before.block || /^ {0,3}<[A-Za-z/]/.test(line)),
  };
}
