/** A small strict reader of XML as test runners write it: elements, attributes, text; no entities of its own, no DTD. */

export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** All text directly inside. */
  readonly text: string;
}

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  text: string;
}

/** Comment, CDATA, instruction or doctype, closing tag, opening tag, text: in this order. */
const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<[?!][^>]*>|<\/([^\s>]+)\s*>|<([^\s/>]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)/gy;

/** The root element, or undefined when the text is not well-formed or nests deeper than 100. */
export function readXml(text: string): Element | undefined {
  const top: Open = { name: '', attributes: new Map(), children: [], text: '' };
  const open: Open[] = [top];
  let end = 0;
  for (const match of text.matchAll(token)) {
    end = match.index + match[0].length;
    if (!take(open, match)) return undefined;
  }
  const whole = end === text.length && open.length === 1 && top.children.length === 1;
  return whole ? top.children[0] : undefined;
}

function take(open: Open[], match: RegExpMatchArray): boolean {
  const [, cdata, closing, opening, attributes = '', empty, plain] = match;
  const inner = open.at(-1);
  if (inner === undefined) return false;
  if (cdata !== undefined) inner.text += cdata;
  if (plain !== undefined) inner.text += unescape(plain);
  if (closing !== undefined) {
    open.pop();
    return closing === inner.name && open.length > 0;
  }
  if (opening !== undefined) {
    const element = { name: opening, attributes: attributesOf(attributes), children: [], text: '' };
    inner.children.push(element);
    if (empty === '') open.push(element);
  }
  return open.length <= 100;
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const pairs = text.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return new Map([...pairs].map(([, name = '', a, b]) => [name, unescape(a ?? b ?? '')]));
}

const named: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

function unescape(text: string): string {
  return text.replace(/&(#\d+|#x[0-9a-f]+|\w+);/gi, (whole, entity: string) => {
    if (!entity.startsWith('#')) return named[entity] ?? whole;
    const hex = /^#x/i.test(entity);
    const code = parseInt(entity.slice(hex ? 2 : 1), hex ? 16 : 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
