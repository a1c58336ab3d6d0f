/** Who made the changes: authors of each, contributors of all, and those who came for the first time. */
import type { Commit, Manifest, Pull } from './manifest.ts';
import { render } from './template.ts';

/** Known by a login, else only by the name in a commit. */
interface Person {
  readonly login?: string;
  readonly name: string;
  readonly isBot: boolean;
  /** Whether a pull request is theirs, not only a commit. */
  readonly leads: boolean;
  readonly mention: string;
}

const botSuffix = '[bot]';
const alphabet = new Intl.Collator('en-US');

/** The part of the manifest that tells of people. */
export interface Signed extends Pick<Manifest, 'repository' | 'commits'> {
  readonly pulls: readonly Pull[];
}

export interface AuthorRules {
  readonly 'change-author-template': string;
  readonly 'change-authors-separator': string;
  readonly 'change-authors-final-separator'?: string | undefined;
}

/** Of one pull request, as its line names them; `commits` are those that belong to it. */
export function authorsOf(
  pull: Pull,
  { commits, server }: { readonly commits: readonly Commit[]; readonly server: string },
  rules: AuthorRules,
): string {
  const people = peopleOf([pull], commits, server);
  const template = rules['change-author-template'];
  const authors = (people.length === 0 ? [{ name: 'ghost', mention: '@ghost' }] : people).map(
    ({ name, mention }) => render(template, { $AUTHOR: name, $AUTHOR_MENTION: mention }),
  );
  const between = rules['change-authors-separator'];
  return joined(authors, between, rules['change-authors-final-separator'] ?? between);
}

/** Of all changes together: `@ann, @bob and @carol`. */
export function contributors(
  { repository, commits, pulls }: Signed,
  { except, none }: { readonly except: readonly string[]; readonly none: string },
): string {
  const byPull = commitsByPull(commits, pulls);
  const theirs = [...new Set(pulls.flatMap(({ number }) => byPull.get(number) ?? []))];
  const people = peopleOf(pulls, theirs, repository.server).filter(
    ({ login }) =>
      login === undefined || !except.some((one) => [one, one + botSuffix].includes(login)),
  );
  if (people.length === 0) return none;
  return joined(
    people.map(({ mention }) => mention),
    ', ',
    ' and ',
  );
}

/** The commits that brought each pull request; its merge commit is among them before the forge has told so. */
export function commitsByPull(
  commits: readonly Commit[],
  pulls: readonly Pull[],
): ReadonlyMap<number, readonly Commit[]> {
  const byPull = new Map<number, Commit[]>(pulls.map(({ number }) => [number, []]));
  const merged = new Map(pulls.map(({ mergeCommit, number }) => [mergeCommit, number]));
  for (const commit of commits) {
    const own = merged.get(commit.sha);
    const all = new Set([...commit.pulls, ...(own === undefined ? [] : [own])]);
    for (const number of all) byPull.get(number)?.push(commit);
  }
  return byPull;
}

function peopleOf(
  pulls: readonly Pull[],
  commits: readonly Commit[],
  server: string,
): readonly Person[] {
  const people = new Map<string, Person>();
  for (const { login, name } of commits.flatMap(({ authors }) => authors)) {
    if (login !== null) people.set(`login:${login}`, personOf({ login, leads: false }, server));
    else if (name !== '') people.set(`name:${name}`, { name, ...unknown, mention: name });
  }
  for (const { author } of pulls) {
    if (author === null) continue;
    const isBare = author.bot && !author.login.endsWith(botSuffix);
    const login = isBare ? author.login + botSuffix : author.login;
    const url = author.bot ? author.url : undefined;
    people.set(`login:${login}`, personOf({ login, leads: true, url }, server));
  }
  return [...people.values()].sort(
    (a, b) =>
      Number(b.leads) - Number(a.leads) ||
      Number(a.isBot) - Number(b.isBot) ||
      alphabet.compare(a.name, b.name),
  );
}

const unknown = { leads: false, isBot: false };

interface Account {
  readonly login: string;
  readonly leads: boolean;
  /** Where a bot is told of. */
  readonly url?: string | undefined;
}

/** A mention of a bot would reach nobody: it is a link. */
function personOf({ login, leads, url }: Account, server: string): Person {
  const isBot = login.endsWith(botSuffix);
  const page = url ?? `${server.replace(/\/$/, '')}/apps/${login.slice(0, -botSuffix.length)}`;
  const mention = isBot ? `[@${login}](${page})` : `@${login}`;
  return { login, name: login, leads, isBot, mention };
}

function joined(words: readonly string[], between: string, last: string): string {
  if (words.length < 2) return words.join('');
  return words.slice(0, -1).join(between) + last + (words.at(-1) ?? '');
}

export interface NewcomerRules {
  readonly 'new-contributor-template': string;
  readonly 'no-new-contributor-template': string;
  readonly 'exclude-contributors': readonly string[];
}

/**
 * Those whose first pull request ever is among `shown`, in the order in which these were merged. One whose first is among
 * `pulls` but not shown is no newcomer with the second.
 */
export function newcomers(
  { newcomers: logins, pulls }: Pick<Manifest, 'newcomers'> & { readonly pulls: readonly Pull[] },
  shown: readonly Pull[],
  rules: NewcomerRules,
): string {
  const firsts = new Map<string, Pull>();
  for (const pull of pulls) {
    const login = pull.author?.login;
    if (login === undefined || !logins.includes(login)) continue;
    if (rules['exclude-contributors'].includes(login)) continue;
    const before = firsts.get(login);
    if (!before || mergedAt(pull) < mergedAt(before)) firsts.set(login, pull);
  }
  const entries = [...firsts]
    .filter(([, pull]) => shown.includes(pull))
    .sort(([, a], [, b]) => alphabet.compare(mergedAt(a), mergedAt(b)) || a.number - b.number);
  if (entries.length === 0) return rules['no-new-contributor-template'];
  return entries.map(([login, pull]) => newcomer(login, pull, rules)).join('\n');
}

function mergedAt(pull: Pull): string {
  return pull.mergedAt ?? '';
}

function newcomer(login: string, { author, number, url }: Pull, rules: NewcomerRules): string {
  return render(rules['new-contributor-template'], {
    $AUTHOR: login,
    $AUTHOR_MENTION: `@${login}`,
    $AUTHOR_URL: author?.url,
    $NUMBER: number,
    $URL: url,
  });
}
