/** Package versions: which of two is the later one, by the rules of each registry. */

/** Package registries by the names that OSV has for them. */
export const ecosystems = ['npm', 'PyPI', 'Go', 'crates.io', 'RubyGems', 'Packagist'] as const;
export type Ecosystem = (typeof ecosystems)[number];

/** Characters of a version: beyond, it is none. */
const longest = 200;

/** Below 0 where `one` is the earlier; undefined where either is no version of the ecosystem. */
export function compareVersions(
  ecosystem: Ecosystem,
  one: string,
  other: string,
): number | undefined {
  const read = readers[ecosystem];
  const [left, right] = [one, other].map((text) =>
    text.length > longest ? undefined : read(text.trim()),
  );
  return left && right && compareParts(left, right);
}

/** A version as parts that are compared one after another; a missing part counts as `filler`. */
interface Parts {
  readonly parts: readonly (number | string)[];
  readonly filler: number | string;
}

function compareParts(one: Parts, other: Parts): number {
  const length = Math.max(one.parts.length, other.parts.length);
  for (let at = 0; at < length; at += 1) {
    const order = comparePart(one.parts[at] ?? one.filler, other.parts[at] ?? other.filler);
    if (order !== 0) return order;
  }
  return 0;
}

/** Numbers by size and below words, words by their letters. */
function comparePart(one: number | string, other: number | string): number {
  if (typeof one !== typeof other) return typeof one === 'number' ? -1 : 1;
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Semantic Versioning 2.0, section 11; with the `v` that Go puts before it. */
function semantic(text: string): Parts | undefined {
  const [, major, minor = '0', patch = '0', pre] =
    /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(text) ?? [];
  if (major === undefined) return undefined;
  const numbers = [major, minor, patch].map(Number);
  // Before its release stands -2; parts of the same pre-release that are missing are the least of all.
  if (pre === undefined) return { parts: [...numbers, 0], filler: -1 };
  const parts = pre.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return { parts: [...numbers, -1, ...parts], filler: -1 };
}

const phases: Readonly<Record<string, number>> = { a: -3, b: -2, c: -1, rc: -1 };
const spelled: Readonly<Record<string, string>> = {
  alpha: 'a',
  beta: 'b',
  c: 'rc',
  pre: 'rc',
  preview: 'rc',
};

const pep440 =
  /^v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)(?:[._-]?(?<phase>a|b|c|rc|alpha|beta|pre|preview)[._-]?(?<count>\d*))?(?<post>-(?<dash>\d+)|[._-]?(?:post|rev|r)[._-]?(?<again>\d*))?(?<dev>[._-]?dev[._-]?(?<devCount>\d*))?(?:\+(?<local>[a-z0-9]+(?:[._-][a-z0-9]+)*))?$/i;

/** PEP 440: epoch, release, phase, post, dev, local; a release has as many zeros behind it as it takes. */
function python(text: string): Parts | undefined {
  const found = pep440.exec(text)?.groups;
  if (found === undefined) return undefined;
  // What is not there is undefined, and a number that is not written is 0.
  const number = (name: string) => Number(found[name] ?? 0);
  const has = (name: string) => found[name] !== undefined;
  const release = (found.release ?? '').split('.').map(Number);
  return {
    parts: [
      number('epoch'),
      ...Array.from({ length: longestRelease }, (_, at) => release[at] ?? 0),
      ...[stageOf(found), number('count')],
      has('post') ? number('dash') + number('again') : -1,
      has('dev') ? number('devCount') : Infinity,
      ...(found.local === undefined ? [] : localParts(found.local)),
    ],
    filler: -1,
  };
}

/** Numbers of a release; more of them nobody has. */
const longestRelease = 12;

/** A development release of none of the phases comes before all of them. */
function stageOf({ phase, post, dev }: Readonly<Record<string, string | undefined>>): number {
  if (phase !== undefined) {
    const name = phase.toLowerCase();
    return phases[spelled[name] ?? name] ?? -1;
  }
  return dev !== undefined && post === undefined ? -4 : 0;
}

/** Numbers after words, as PEP 440 has it for the local part alone. */
function localParts(local: string): readonly string[] {
  return local
    .toLowerCase()
    .split(/[._-]/)
    .map((part) => (/^\d+$/.test(part) ? `~${part.padStart(20, '0')}` : part));
}

/** RubyGems: numbers and words in turn; a word comes before any number. */
function ruby(text: string): Parts | undefined {
  if (!/^\d+(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z.-]+)?$/.test(text)) return undefined;
  const parts = (text.replaceAll('-', '.pre.').match(/\d+|[A-Za-z]+/g) ?? []).map((part) =>
    /^\d/.test(part) ? Number(part) : part,
  );
  // Words have to be less than the zeros that are not written.
  return {
    parts: parts.flatMap((part) => (typeof part === 'string' ? [-1, part] : [part])),
    filler: 0,
  };
}

const stabilities: Readonly<Record<string, number>> = {
  dev: -4,
  alpha: -3,
  a: -3,
  beta: -2,
  b: -2,
  rc: -1,
  patch: 1,
  pl: 1,
  p: 1,
};

/** Composer: up to four numbers and a stability. Branches (`dev-main`) have no order. */
function composer(text: string): Parts | undefined {
  const [, numbers, word, count = '0'] =
    /^v?(\d+(?:\.\d+){0,3})(?:[._-]?(dev|alpha|a|beta|b|rc|patch|pl|p)[._-]?(\d*))?(?:\+\S+)?$/i.exec(
      text,
    ) ?? [];
  if (numbers === undefined) return undefined;
  const given = numbers.split('.').map(Number);
  const stability = word === undefined ? 0 : (stabilities[word.toLowerCase()] ?? 0);
  return {
    parts: [0, 1, 2, 3].map((at) => given[at] ?? 0).concat(stability, Number(count)),
    filler: 0,
  };
}

const readers: Readonly<Record<Ecosystem, (text: string) => Parts | undefined>> = {
  npm: semantic,
  Go: semantic,
  'crates.io': semantic,
  PyPI: python,
  RubyGems: ruby,
  Packagist: composer,
};
