/** Blobs, trees and commits written through the API. */
import { demand } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { isRefName } from '#local-github/git/loose.ts';
import {
  listTree,
  readCommit,
  resolveTree,
  typeOf,
  writeBlob,
  writeCommit,
  writeTree,
} from '#local-github/git/objects.ts';
import type { Commit, NewEntry, Signature } from '#local-github/git/objects.ts';
import { readTag, writeTag } from '#local-github/git/tags.ts';
import type { Tag } from '#local-github/git/tags.ts';
import { workflowFolder } from '#local-github/git/workflows.ts';
import { Refusal } from '#local-github/refusal.ts';
import { noreplyAddress, webFlow } from '#local-github/shapes/commits.ts';
import type { Account } from '#local-github/state.ts';
import { contentsWrite, mayWriteWorkflows, workflowRefusal } from './refs.ts';

export async function createBlob(
  scope: Scope,
  content: string,
  encoding: 'utf-8' | 'base64',
): Promise<string> {
  demand(scope, contentsWrite);
  return writeBlob(scope.repository.folder, Buffer.from(content, encoding));
}

export interface TreeInput {
  readonly path: string;
  readonly mode: string;
  readonly sha: string | null | undefined;
  readonly content: string | undefined;
}

const types: Readonly<Record<string, string>> = {
  '100644': 'blob',
  '100755': 'blob',
  '120000': 'blob',
  '040000': 'tree',
  '160000': 'commit',
};

/** Throws 422 on entries that cannot be, 403 on workflow files without the permission. */
export async function createTree(
  scope: Scope,
  inputs: readonly TreeInput[],
  base: string | null,
): Promise<string> {
  demand(scope, contentsWrite);
  const { folder } = scope.repository;
  if (inputs.length === 0) throw new Refusal(422, 'Invalid tree info');
  const tree = base === null ? null : await resolveTree(folder, base);
  if (tree === undefined) throw new Refusal(422, 'base_tree is not a valid tree oid');
  const known = tree === null ? [] : ((await listTree(folder, tree, true)) ?? []);
  const paths = new Set(known.map(({ path }) => path));
  const entries: NewEntry[] = [];
  for (const input of inputs) entries.push(await newEntry(scope, input, paths));
  return writeTree(folder, tree, entries);
}

async function newEntry(
  scope: Scope,
  input: TreeInput,
  paths: ReadonlySet<string>,
): Promise<NewEntry> {
  const { path, mode, sha, content } = input;
  checkPath(scope, path);
  const type = types[mode];
  if (type === undefined)
    throw new Refusal(422, 'tree.mode must be one of 100644, 100755, 040000, 160000 or 120000');
  if (sha === null) {
    if (!paths.has(path)) throw new Refusal(422, 'GitRPC::BadObjectState');
    return { path, mode, sha };
  }
  if (sha === undefined) return { path, mode, sha: await contentBlob(scope, content) };
  const { folder } = scope.repository;
  // A submodule's commit lives in another repository.
  if (type !== 'commit' && (await typeOf(folder, sha)) !== type)
    throw new Refusal(422, `tree.sha ${sha} is not a valid ${type}`);
  return { path, mode, sha };
}

function contentBlob(scope: Scope, content: string | undefined): Promise<string> {
  if (content === undefined) throw new Refusal(422, 'Must supply either tree.sha or tree.content.');
  return writeBlob(scope.repository.folder, Buffer.from(content));
}

function checkPath(scope: Scope, path: string): void {
  const parts = path.split('/');
  if (parts.some((part) => ['', '.', '..'].includes(part) || part.toLowerCase() === '.git'))
    throw new Refusal(422, 'tree.path contains a malformed path component');
  if (path.startsWith(`${workflowFolder}/`) && !mayWriteWorkflows(scope))
    throw workflowRefusal(path);
}

export type Person = Omit<Signature, 'date'> & { readonly date?: string };

export interface CommitInput {
  readonly message: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author?: Person;
  readonly committer?: Person;
  /** Whether the caller brings a signature of their own. */
  readonly signed: boolean;
}

/** GitHub signs a commit for an App that names no author, committer or signature. Throws 422 on unknown objects. */
export async function createCommit(scope: Scope, input: CommitInput): Promise<Commit> {
  const sender = demand(scope, contentsWrite);
  const { caller, repository } = scope;
  await checkParts(scope, input);
  const { tree, parents, message } = input;
  const byGitHub =
    caller.kind === 'installation' && !input.author && !input.committer && !input.signed;
  const people = peopleOf(scope, sender, input);
  const committer = byGitHub ? { ...webFlow, date: people.author.date } : people.committer;
  const commit = { tree, parents, author: people.author, committer, message };
  const sha = await writeCommit(repository.folder, commit);
  if (byGitHub) repository.signedCommits.add(sha);
  return readCommit(repository.folder, sha);
}

async function checkParts({ repository }: Scope, input: CommitInput): Promise<void> {
  const { folder } = repository;
  if ((await typeOf(folder, input.tree)) !== 'tree')
    throw new Refusal(422, 'Tree SHA does not exist');
  for (const parent of input.parents)
    if ((await typeOf(folder, parent)) !== 'commit')
      throw new Refusal(422, 'Parent SHA does not exist or is not a commit object');
}

function peopleOf({ github }: Scope, sender: Account, { author, committer }: CommitInput) {
  const now = github.now();
  const self = { name: sender.name ?? sender.login, email: noreplyAddress(sender) };
  const written = dated(author ?? self, now);
  return { author: written, committer: dated(committer ?? written, now) };
}

function dated(person: Person, now: string): Signature {
  const date = person.date ?? now;
  if (Number.isNaN(Date.parse(date))) throw new Refusal(422, 'Invalid date');
  return { name: person.name, email: person.email, date };
}

export interface TagInput {
  readonly name: string;
  readonly message: string;
  readonly object: string;
  readonly type: string;
  readonly tagger?: Person;
}

/** An annotated tag that no ref names yet. Throws 422 on an object that is not there or of another type. */
export async function createTag(scope: Scope, input: TagInput): Promise<Tag> {
  const sender = demand(scope, contentsWrite);
  const { folder } = scope.repository;
  const { name, message, object, type } = input;
  if (!isRefName(`refs/tags/${name}`)) throw new Refusal(422, `${name} is not a valid tag name.`);
  if ((await typeOf(folder, object)) !== type)
    throw new Refusal(422, `Could not verify object ${object}`);
  const self = { name: sender.name ?? sender.login, email: noreplyAddress(sender) };
  const tagger = dated(input.tagger ?? self, scope.github.now());
  return readTag(
    folder,
    await writeTag(folder, { name, message, tagger, object: { sha: object, type } }),
  );
}
