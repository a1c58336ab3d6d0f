/**
 * Acting: what a published text would do, read as the forge does: rendered by the local GitHub, which knows nothing of how
 * the App makes its texts harmless.
 */
import { markdown } from '#local-github/pages/markdown.ts';

/** What a Markdown text does, apart from linking to `home` and closing `closes`; empty when nothing. */
export function deedsOf(
  text: string,
  { home, closes }: { readonly home: string; readonly closes?: number },
): readonly string[] {
  const { markup } = markdown(text, { repository: 'acme/app' });
  const own = closes === undefined ? markup : markup.replace(ownReference(closes), '');
  const shown = own.replace(/<pre>[\s\S]*?<\/pre>/g, ' ').replace(/<code>[\s\S]*?<\/code>/g, ' ');
  const links = [...shown.matchAll(/<a [^>]*?href="([^"]*)"/g)].map(([, href = '']) => href);
  const words = decoded(
    shown.replace(/<a [^>]*>[\s\S]*?<\/a>/g, ' ').replace(/<[^>]*>/g, '\u0001'),
  );
  return [
    ...links
      .filter((href) => !href.startsWith(`${home}/`) || href.includes('?'))
      .map((href) => `leads to ${href}`),
    ...found(words, /(?<![A-Za-z0-9])@[A-Za-z0-9][\w-]*/g, 'calls'),
    ...found(words, /(?<![\w&])#\d+|\bGH-\d+/g, 'refers to'),
    ...found(words, /\bhttps?:\/\/\S+|\bwww\.\S+/g, 'names'),
    ...imagesIn(text),
    ...unseenIn(text),
    ...commandsIn(text),
  ];
}

function ownReference(number: number): RegExp {
  return new RegExp(`<p>Fixes <a [^>]*>#${number}</a></p>`);
}

function decoded(markup: string): string {
  return markup
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#64;', '@')
    .replaceAll('&num;', '#')
    .replaceAll('&commat;', '@')
    .replaceAll('&amp;', '&');
}

function found(text: string, form: RegExp, deed: string): readonly string[] {
  return [...text.matchAll(form)].map(([what]) => `${deed} ${what}`);
}

/** Images are left out by the local GitHub, so they are looked for in the text outside of code. */
function imagesIn(text: string): readonly string[] {
  const prose = text
    .replace(/^(`{3,})[^\n]*\n[\s\S]*?(?:\n\1`*$|$(?![\s\S]))/gm, '')
    .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '');
  return [
    ...found(prose, /(?<!\\)!\[[^\]]*\][([]/g, 'shows'),
    ...found(
      prose,
      /(?<!\\)<(?:img|picture|video|iframe|svg|a|script|style|form|object)\b/gi,
      'has',
    ),
  ];
}

function unseenIn(text: string): readonly string[] {
  return found(
    text,
    /(?![\t\n])\p{Cc}|[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu,
    'hides',
  ).map((deed) => `hides ${(deed.codePointAt(6) ?? 0).toString(16)}`);
}

/** Bots read commands wherever a line begins with one, also in code. */
function commandsIn(text: string): readonly string[] {
  return found(text, /^[ \t]*(?:\/(?:approve|merge|lgtm|close)(?![\w/-])|::[a-z-]+)/gm, 'commands');
}

/** What a commit's message does. */
export function deedsOfMessage(message: string): readonly string[] {
  return [
    ...found(message, /(?<![A-Za-z0-9])@[A-Za-z0-9][\w-]*/g, 'calls'),
    ...found(message, /#\d+|\bGH-\d+/g, 'refers to'),
    ...found(message, /https?:\/\/\S+/g, 'names'),
    ...found(
      message,
      /\[(?:skip (?:ci|actions)|(?:ci|actions) skip|no ci)\]|^skip-checks:/gim,
      'skips',
    ),
    ...unseenIn(message),
  ];
}
