/** Markdown from outside as harmless HTML: no raw tags, no images, only links that lead to the web. */
import { Marked, type TokenizerAndRendererExtension, type Tokens } from 'marked';
import { escapeHtml, type Html } from './html.ts';

export interface MarkdownPlace {
  /** `owner/name`: where `#7` leads. */
  readonly repository: string;
  /** The address that relative links start from; of the repository when absent. */
  readonly base?: string;
}

/** The only tags that may stand in a text, without attributes. */
const allowed = /^<(\/?)(details|summary)>$/i;

export function markdown(text: string | null, place: MarkdownPlace): Html {
  const parser = new Marked({ gfm: true, breaks: true });
  parser.use({
    extensions: [reference(place)],
    renderer: {
      html: ({ text: raw }) => rawHtml(raw),
      // The default writes text after a raw `<script>` as it is.
      text(token) {
        if ('tokens' in token) return this.parser.parseInline(token.tokens);
        return escapeText(token.text);
      },
      image: ({ text: alternative }) => escapeHtml(alternative),
      code: ({ text: source, lang }) => codeBlock(source, lang ?? ''),
      link({ href, tokens }) {
        const label = this.parser.parseInline(tokens);
        const address = safeAddress(href, place);
        if (address === undefined) return label;
        return `<a href="${escapeHtml(address)}" rel="nofollow noopener noreferrer">${label}</a>`;
      },
    },
  });
  const rendered = parser.parse(text ?? '', { async: false });
  const tables = rendered
    .replaceAll('<table>', '<div class="scroll"><table>')
    .replaceAll('</table>', '</table></div>');
  return { markup: `<div class="markdown">${balanced(tables)}</div>` };
}

/** Text between tags stays, as text; tags, comments and scripts go. */
function rawHtml(raw: string): string {
  return raw
    .replace(/<!--[\s\S]*?(-->|$)/g, '')
    .replace(/<(script|style)\b[\s\S]*?(<\/\1\s*>|$)/gi, '')
    .split(/(<[^<>]*>)/)
    .map((part) => {
      if (allowed.test(part)) return part.toLowerCase();
      return part.startsWith('<') && part.endsWith('>') ? '' : escapeHtml(part);
    })
    .join('');
}

/** As `escapeHtml`, but a character reference that Markdown allows stays one. */
function escapeText(text: string): string {
  return text
    .split(/(&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});)/i)
    .map((part, at) => (at % 2 === 1 ? part : escapeHtml(part)))
    .join('');
}

/** Closes what was left open and drops what closes nothing, so that a text cannot reach out of its box. */
function balanced(markup: string): string {
  const open: string[] = [];
  const text = markup.replace(/<(\/?)(details|summary)>/g, (tag, slash: string, name: string) => {
    if (slash === '') {
      open.push(name);
      return tag;
    }
    if (open.at(-1) !== name) return '';
    open.pop();
    return tag;
  });
  return (
    text +
    open
      .reverse()
      .map((name) => `</${name}>`)
      .join('')
  );
}

/** The address as the browser will read it, or nothing when it may not be followed. */
function safeAddress(href: string, { repository, base }: MarkdownPlace): string | undefined {
  const written = href.replaceAll('&amp;', '&');
  const start = `http://page${base ?? `/${repository}/blob/HEAD/`}`;
  if (!URL.canParse(written, start)) return undefined;
  const url = new URL(written, start);
  if (url.host === 'page' && url.protocol === 'http:') return url.pathname + url.search + url.hash;
  return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : undefined;
}

function codeBlock(source: string, language: string): string {
  const lines = source.replace(/\n$/, '').split('\n');
  const coloured = /^(diff|patch)\b/.test(language);
  const body = lines.map((line) => {
    const kind = coloured ? /^[+-]/.exec(line)?.[0] : undefined;
    const text = escapeHtml(line);
    return kind ? `<span class="${kind === '+' ? 'added' : 'removed'}">${text}</span>` : text;
  });
  return `<pre><code>${body.join('\n')}</code></pre>\n`;
}

/** `#7`, `owner/name#7` is left as it is, and a whole commit id. */
function reference({ repository }: MarkdownPlace): TokenizerAndRendererExtension {
  const pattern = /^(?:#(\d{1,9})|([0-9a-f]{40}))\b/;
  return {
    name: 'reference',
    level: 'inline',
    start: (source) => {
      const at = source.search(/(?<![\w/&-])#\d|(?<!\w)[0-9a-f]{40}(?!\w)/);
      return at < 0 ? undefined : at;
    },
    tokenizer(source) {
      const [raw, number, sha] = pattern.exec(source) ?? [];
      if (raw === undefined || this.lexer.state.inLink) return undefined;
      return { type: 'reference', raw, number, sha } satisfies Tokens.Generic;
    },
    renderer({ number, sha }) {
      const [address, label] =
        typeof number === 'string'
          ? [`issues/${number}`, `#${number}`]
          : [`commit/${String(sha)}`, String(sha).slice(0, 7)];
      return `<a class="reference" href="/${escapeHtml(repository)}/${address}">${label}</a>`;
    },
  };
}
