/**
 * Outgoing: the last look at every text that is written to the forge. Who makes a text makes it harmless (`neutral.ts`);
 * this only finds what would act all the same, and then shows the whole text as code, where nothing acts.
 */
import { errors } from './errors.ts';
import { fenced, neutralLine } from './neutral.ts';
import { proseOf } from './prose.ts';
import { redact } from './redact.ts';
import { readable } from './unseen.ts';

export interface Outlet {
  /** The repository's page, without a slash at the end. */
  readonly home: string;
  /** The hosts to which links may lead beside it. */
  readonly hosts?: readonly string[];
  /** The one issue that the text may close. */
  readonly closes?: number;
}

/** Markdown for a comment, a body or a check's summary. */
export function outgoingMarkdown(text: string, outlet: Outlet): string {
  const clean = plain(text);
  if (actsIn(clean, outlet).length === 0) return clean;
  const home = withoutLinks(clean, outlet);
  if (actsIn(home, outlet).length === 0) return home;
  return `*Shown as plain text: it holds what would act here.*\n\n${fenced(clean)}`;
}

/** One line of plain text: titles, and messages beside lines of code. */
export function outgoingLine(text: string, most: number): string {
  return neutralLine(redact(text), most);
}

/** A commit's message; its trailers are left as they are, since they are read back. */
export function outgoingMessage(text: string): string {
  return plain(text)
    .split('\n')
    .map((line) => (/^[A-Z][\w-]+: /.test(line) && !actsPlain.test(line) ? line : plainLine(line)))
    .join('\n');
}

/** Lines for a terminal, or the log of a workflow, which reads commands there. */
export function outgoingTerminal(text: string): string {
  return readable(text).replace(/^([ \t]*)(::|##\[)(?=[a-z])/gim, '$1\\$2');
}

/** Throws refused where the name holds more than small letters, digits, dashes and slashes. */
export function outgoingBranch(name: string): string {
  if (/^[a-z0-9]+(?:[/-][a-z0-9]+)*$/.test(name) && name.length <= 200) return name;
  throw errors.notAllowed(
    'A branch of ours has small letters, digits and dashes only.',
    'This is a fault of Sluice: its log says which run it was.',
  );
}

function plainLine(line: string): string {
  return neutralLine(line, 2_000);
}

/** In the plain text of a commit's message: mentions, references, and what keeps a commit from being checked. */
const actsPlain =
  /(?<![A-Za-z0-9])@[A-Za-z0-9]|#\d|GH-\d|:\/\/|\[[^\]]*\b(?:ci|actions)\b[^\]]*\]/i;

/** Without secrets, terminal escapes and what cannot be seen. */
function plain(text: string): string {
  return redact(readable(text));
}

/** Tags that our own texts are made of; they have no attributes. */
const ownTags = /<\/?(?:details|summary|sub|br)>/g;
const escaped = /\\[!-/:-@[-`{-~]/g;
const link = /\[([^[\]]*)\]\(([^()\s]*)\)/g;

const deeds: readonly (readonly [string, RegExp])[] = [
  ['HTML', /</],
  ['an entity', /&(?!(?:amp|lt|gt);)#?\w+;/],
  ['a link or an image', /\]\(|\]\[|!\[|^[ \t>]*\[[^\]]+\]:/],
  ['a command', /^[ \t>*+-]*\/[A-Za-z]/],
  ['a workflow command', /^[ \t>*+-]*(?:::|##\[)[A-Za-z]/],
];

/** Backslashes hide nothing here: the forge looks at the text as it is shown. */
const shownDeeds: readonly (readonly [string, RegExp])[] = [
  ['a mention', /(?<![A-Za-z0-9])@[A-Za-z0-9]/],
  ['an address', /[A-Za-z]:\/\/|(?:www\.|(?:mailto|xmpp):)|\w@[\w-]+\.\w/i],
  ['a reference', /#\d|GH-\d/i],
];

/** What in a Markdown text would act on the forge; empty when nothing does. */
export function actsIn(markdown: string, { closes, ...places }: Outlet): readonly string[] {
  const { lines, problems } = proseOf(markdown);
  const own = closes === undefined ? undefined : new RegExp(`^Fixes #${closes}$`);
  const found = lines.flatMap((line) => {
    if (own?.test(line) === true) return [];
    const rest = line
      .replace(ownTags, '')
      .replace(link, (whole, text: string, url: string) =>
        mayLead(url, places) && !text.includes('@') ? ' ' : whole,
      );
    const bare = rest.replace(escaped, '..');
    const shown = rest.replace(escaped, (pair) => pair.slice(1));
    return [
      ...deeds.filter(([, form]) => form.test(bare)),
      ...shownDeeds.filter(([, form]) => form.test(shown)),
    ].map(([name]) => name);
  });
  return [...problems, ...found];
}

/** A page of the repository or of a host that is allowed, without a query: nothing can be told by where it leads. */
function mayLead(url: string, { home, hosts = [] }: Outlet): boolean {
  const isPlain = /^[\w:/.#-]*$/.test(url) && !url.includes('..');
  const beginnings = [home, ...hosts.map((host) => `https://${host}`)];
  return isPlain && beginnings.some((begin) => url.startsWith(`${begin}/`));
}

function withoutLinks(markdown: string, outlet: Outlet): string {
  return markdown.replace(link, (whole, text: string, url: string) =>
    mayLead(url, outlet) ? whole : text,
  );
}
