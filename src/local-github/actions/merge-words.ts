/** The words of the commits that merges make, as GitHub chooses them. */
import type { Commit, Signature } from '#local-github/git/objects.ts';
import { noreplyAddress } from '#local-github/shapes/commits.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import type { Account, Repository } from '#local-github/state.ts';

export interface Words {
  readonly title?: string;
  readonly message?: string;
}

/** `brought` are the pull request's commits, the oldest first. */
export interface Merged {
  readonly repository: Repository;
  readonly issue: PullRequest;
  readonly brought: readonly Commit[];
}

export function mergeWords({ repository, issue }: Merged, { title, message }: Words): string {
  const { mergeTitle, mergeMessage } = repository.merging;
  const { head } = issue.pull;
  const owner = head.repository?.owner ?? head.fork ?? repository.owner;
  const own = `Merge pull request #${issue.number} from ${owner.login}/${head.ref}`;
  const byTitle = mergeTitle === 'PR_TITLE' ? `${issue.title} (#${issue.number})` : own;
  const bodies = { PR_TITLE: issue.title, PR_BODY: issue.body ?? '', BLANK: '' };
  return joined(title ?? byTitle, message ?? bodies[mergeMessage]);
}

/** One commit gives its own words; several are listed. Who else wrote them is named at the end. */
export function squashWords(merged: Merged, author: Signature, words: Words): string {
  const { repository, issue, brought } = merged;
  const [only, second] = brought;
  const alone = second === undefined ? only : undefined;
  const { squashTitle, squashMessage } = repository.merging;
  const chosen = squashTitle === 'COMMIT_OR_PR_TITLE' && alone ? split(alone).title : issue.title;
  const bodies = {
    COMMIT_MESSAGES: () => (alone ? split(alone).body : listed(brought)),
    PR_BODY: () => issue.body ?? '',
    BLANK: () => '',
  };
  const message = words.message ?? withAuthors(bodies[squashMessage](), merged, author);
  return joined(words.title ?? `${chosen} (#${issue.number})`, message);
}

function joined(title: string, message: string): string {
  return message === '' ? title : `${title}\n\n${message}`;
}

function split({ message }: Commit): { readonly title: string; readonly body: string } {
  const end = message.indexOf('\n');
  if (end < 0) return { title: message, body: '' };
  return { title: message.slice(0, end), body: message.slice(end).trim() };
}

function listed(commits: readonly Commit[]): string {
  return commits.map(({ message }) => `* ${message.trim()}`).join('\n\n');
}

const coAuthor = /^Co-authored-by: (.+) <([^>]+)>$/gim;

/** Those whom a text names already are not named again. */
function withAuthors(text: string, { brought }: Merged, { email }: Signature): string {
  const named = [...text.matchAll(coAuthor)].map(([, , address = '']) => address.toLowerCase());
  const seen = new Set([email.toLowerCase(), ...named]);
  const lines: string[] = [];
  for (const [name, address] of brought.flatMap(peopleOf)) {
    if (seen.has(address.toLowerCase())) continue;
    seen.add(address.toLowerCase());
    lines.push(`Co-authored-by: ${name} <${address}>`);
  }
  if (lines.length === 0) return text;
  const rule = brought.length > 1 ? '---------\n\n' : '';
  return [text, `${rule}${lines.join('\n')}`].filter(Boolean).join('\n\n');
}

function peopleOf({ author, message }: Commit): (readonly [name: string, address: string])[] {
  const others = [...message.matchAll(coAuthor)];
  return [
    [author.name, author.email],
    ...others.map(([, name = '', address = '']) => [name, address] as const),
  ];
}

export function signatureOf(account: Account, date: string): Signature {
  return { name: account.name ?? account.login, email: noreplyAddress(account), date };
}
