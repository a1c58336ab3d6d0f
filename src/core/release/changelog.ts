/** The list of changes: filtered, sorted, under the headings of their categories, one entry each. */
import { authorsOf, commitsByPull, type AuthorRules } from './authors.ts';
import type { Category, ChangelogCategory } from './categories.ts';
import type { Commit, Manifest, Pull } from './manifest.ts';
import { belongs } from './matching.ts';
import { render } from './template.ts';

export interface ChangelogRules extends AuthorRules {
  readonly categories: readonly Category[];
  readonly 'sort-by': 'merged_at' | 'title';
  readonly 'sort-direction': 'ascending' | 'descending';
  readonly 'change-template': string;
  readonly 'change-title-escapes'?: string | undefined;
  readonly 'category-template': string;
  readonly 'no-changes-template': string;
}

/** What one category shows; one without a title stands above all of them. */
export interface Section {
  readonly title: string | undefined;
  readonly collapseAfter: number;
  readonly pulls: readonly Pull[];
}

/** The line, or the lines, of one change. */
export interface Entry {
  readonly number: number;
  /** Of a commit that was pushed without a pull request. */
  readonly commit?: string;
  readonly category: string | undefined;
  readonly text: string;
}

/** Those that a `pre-include` lets in, where there is one, and no `pre-exclude` keeps out. */
export function filtered(categories: readonly Category[], pulls: readonly Pull[]): readonly Pull[] {
  const [include, exclude] = (['pre-include', 'pre-exclude'] as const).map((type) =>
    categories.filter((category) => category.type === type),
  );
  const among = (these: readonly Category[] = [], pull: Pull) =>
    these.some(({ when }) => belongs(when, pull));
  return pulls.filter(
    (pull) => (include?.length === 0 || among(include, pull)) && !among(exclude, pull),
  );
}

export function sorted(pulls: readonly Pull[], rules: ChangelogRules): readonly Pull[] {
  const by = rules['sort-by'] === 'title' ? 'title' : 'mergedAt';
  const sign = rules['sort-direction'] === 'ascending' ? 1 : -1;
  return [...pulls].sort((a, b) => sign * order(a[by], b[by]));
}

function order(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a > b ? 1 : -1;
}

/** `pulls` are those that the filters have left. */
export function sectionsOf(
  categories: readonly Category[],
  pulls: readonly Pull[],
): readonly Section[] {
  const shown = categories.filter((category) => category.type === 'changelog');
  const taken = new Map<ChangelogCategory, Pull[]>(shown.map((category) => [category, []]));
  const left: Pull[] = [];
  for (const pull of pulls) {
    const own = categoriesOf(shown, pull);
    for (const category of own) taken.get(category)?.push(pull);
    if (own.length === 0) left.push(pull);
  }
  const rest = shown.find(({ when }) => when.length === 0);
  const sections = shown.map((category) => ({
    title: category.title,
    collapseAfter: category.collapseAfter,
    pulls: (category === rest ? left : taken.get(category)) ?? [],
  }));
  return rest ? sections : [{ title: undefined, collapseAfter: -1, pulls: left }, ...sections];
}

function categoriesOf(
  categories: readonly ChangelogCategory[],
  pull: Pull,
): readonly ChangelogCategory[] {
  const own = categories.filter(({ when }) => when.length > 0 && belongs(when, pull));
  const last = own.findIndex(({ exclusive }) => exclusive);
  return last < 0 ? own : own.slice(0, last + 1);
}

export interface Changelog {
  readonly text: string;
  readonly entries: readonly Entry[];
}

export function changelogOf(
  sections: readonly Section[],
  { commits, repository }: Pick<Manifest, 'commits' | 'repository'>,
  rules: ChangelogRules,
): Changelog {
  const byPull = commitsByPull(
    commits,
    sections.flatMap(({ pulls }) => pulls),
  );
  const told = sections
    .filter(({ pulls }) => pulls.length > 0)
    .map((section) => {
      const entries = section.pulls.map((pull) => ({
        number: pull.number,
        ...(pull.commit === undefined ? {} : { commit: pull.commit }),
        category: section.title,
        text: entryOf(pull, { section, commits: byPull.get(pull.number) ?? [], rules, repository }),
      }));
      return { entries, text: sectionText(section, entries, rules) };
    });
  if (told.length === 0) return { text: rules['no-changes-template'], entries: [] };
  return {
    text: told
      .map(({ text }) => text)
      .join('\n\n')
      .trim(),
    entries: told.flatMap(({ entries }) => entries),
  };
}

function sectionText(
  { title, collapseAfter }: Section,
  entries: readonly Entry[],
  rules: ChangelogRules,
): string {
  const list = entries.map(({ text }) => text).join('\n');
  const { length } = entries;
  const summary = `<summary>${String(length)} change${length > 1 ? 's' : ''}</summary>`;
  const folded =
    collapseAfter !== -1 && length > collapseAfter
      ? `<details>\n${summary}\n\n${list}\n</details>`
      : list;
  const heading = title === undefined ? '' : render(rules['category-template'], { $TITLE: title });
  return heading === '' ? folded : `${heading}\n\n${folded}`;
}

interface Told {
  readonly section: Section;
  readonly commits: readonly Commit[];
  readonly rules: ChangelogRules;
  readonly repository: Manifest['repository'];
}

function entryOf(pull: Pull, { section, commits, rules, repository }: Told): string {
  const template = rules['change-template'];
  const isPushed = pull.commit !== undefined;
  const text = render(isPushed ? template.replaceAll('#$NUMBER', '$NUMBER') : template, {
    $CATEGORY: section.title ?? '',
    $TITLE: escaped(pull.title, rules['change-title-escapes'] ?? ''),
    $NUMBER: pull.commit?.slice(0, 7) ?? pull.number,
    $AUTHORS: authorsOf(pull, { commits, server: repository.server }, rules),
    $AUTHOR: authorOf(pull),
    $AUTHOR_URL: pull.author?.url ?? '',
    $BODY: pull.body,
    $URL: pull.url,
    $BASE_REF_NAME: pull.base,
    $HEAD_REF_NAME: pull.head,
  });
  return withOriginal(text, pull.original);
}

/** A backport leads to what it brings, unless its line does so already. */
function withOriginal(text: string, original: string | undefined): string {
  if (original === undefined) return text;
  const [first = '', ...more] = text.split('\n');
  const isLinked = new RegExp(`${original}(?![\\da-f])`).test(first);
  return isLinked ? text : [`${first} (backport of ${original})`, ...more].join('\n');
}

function authorOf({ author }: Pull): string {
  if (author === null) return 'ghost';
  return author.bot ? `[${author.login}[bot]](${author.url})` : author.login;
}

/** What stands between backticks is code and stays, unless backticks themselves are to be escaped. */
function escaped(title: string, characters: string): string {
  const pieces = characters.includes('`') ? /[^]/g : /`.*?`|[^]/g;
  return title.replace(pieces, (piece) => {
    if (piece.length > 1 || !characters.includes(piece)) return piece;
    // A backslash does not keep these two from becoming links.
    return piece === '@' || piece === '#' ? `${piece}<!---->` : `\\${piece}`;
  });
}
