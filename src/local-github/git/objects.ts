/** Blobs, trees and commits of a bare repository: read and written as GitHub's git database does. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, git } from './run.ts';

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** As GitHub writes time: whole seconds of UTC. */
  readonly date: string;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  /** Bytes; blobs only. */
  readonly size: number | null;
}

/** An entry to be written; `sha: null` removes the path. */
export interface NewEntry {
  readonly path: string;
  readonly mode: string;
  readonly sha: string | null;
}

const shaPattern = /^[0-9a-f]{40}$/;

export function isSha(text: string): boolean {
  return shaPattern.test(text);
}

/** The full name of a commit given by branch, tag or (shortened) sha. */
export function resolveCommit(folder: string, name: string): Promise<string | undefined> {
  return ask(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
}

/** The tree of a branch, tag, commit or tree. */
export function resolveTree(folder: string, name: string): Promise<string | undefined> {
  return ask(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{tree}`]);
}

export async function typeOf(folder: string, sha: string): Promise<string | undefined> {
  return isSha(sha) ? await ask(folder, ['cat-file', '-t', sha]) : undefined;
}

export async function writeBlob(folder: string, content: Uint8Array): Promise<string> {
  const { text } = await git(folder, ['hash-object', '-w', '--stdin'], { input: content });
  return text.trim();
}

export async function readBlob(folder: string, sha: string): Promise<Buffer> {
  return (await git(folder, ['cat-file', 'blob', sha])).bytes;
}

/** Undefined when `treeish` names no tree. With `recursive`, the trees on the way are listed too. */
export async function listTree(
  folder: string,
  treeish: string,
  recursive: boolean,
): Promise<readonly TreeEntry[] | undefined> {
  const argv = ['ls-tree', '-z', '-l', '--full-tree', ...(recursive ? ['-r', '-t'] : []), treeish];
  const { code, text } = await git(folder, argv, { answers: [128] });
  if (code !== 0) return undefined;
  return text.split('\0').filter(Boolean).map(treeEntry);
}

function treeEntry(line: string): TreeEntry {
  const tab = line.indexOf('\t');
  const [mode = '', type = '', sha = '', size = '-'] = line.slice(0, tab).split(/ +/);
  return {
    path: line.slice(tab + 1),
    mode,
    type: type === 'tree' || type === 'commit' ? type : 'blob',
    sha,
    size: size === '-' ? null : Number(size),
  };
}

/** Writes a tree from entries on top of `base`, in an index of its own. */
export async function writeTree(
  folder: string,
  base: string | null,
  entries: readonly NewEntry[],
): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'local-github-index-'));
  const environment = { GIT_INDEX_FILE: join(scratch, 'index') };
  try {
    if (base !== null) await git(folder, ['read-tree', base], { environment });
    const trees = entries.filter(({ mode, sha }) => mode === '040000' && sha !== null);
    const input = entries
      .filter((entry) => !trees.includes(entry))
      .map(({ mode, sha, path }) =>
        sha === null ? `0 ${'0'.repeat(40)}\t${path}\0` : `${mode} ${sha}\t${path}\0`,
      );
    const argv = ['update-index', '--replace', '-z', '--index-info'];
    await git(folder, argv, { input: input.join(''), environment });
    for (const { path, sha } of trees)
      await git(folder, ['read-tree', `--prefix=${path}/`, sha ?? ''], { environment });
    return (await git(folder, ['write-tree'], { environment })).text.trim();
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

export type NewCommit = Omit<Commit, 'sha'>;

/** Writes the commit exactly as given: `commit-tree` would change the message's end. */
export async function writeCommit(folder: string, commit: NewCommit): Promise<string> {
  const head = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${signatureLine(commit.author)}`,
    `committer ${signatureLine(commit.committer)}`,
  ];
  const input = `${head.join('\n')}\n\n${commit.message}`;
  const { text } = await git(folder, ['hash-object', '-t', 'commit', '-w', '--stdin'], { input });
  return text.trim();
}

export function signatureLine({ name, email, date }: Signature): string {
  const clean = (text: string): string => text.replaceAll(/[<>\n\0]/g, '').trim();
  return `${clean(name)} <${clean(email)}> ${Math.floor(Date.parse(date) / 1000)} +0000`;
}

/** The commits of `shas`, in their order, by one child. */
export async function readCommits(folder: string, shas: readonly string[]): Promise<Commit[]> {
  if (shas.length === 0) return [];
  const { bytes } = await git(folder, ['cat-file', '--batch'], { input: `${shas.join('\n')}\n` });
  const commits: Commit[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf('\n', at);
    const [sha = '', , size = '0'] = bytes.toString('utf8', at, end).split(' ');
    const start = end + 1;
    commits.push(parseCommit(sha, bytes.toString('utf8', start, start + Number(size))));
    at = start + Number(size) + 1;
  }
  return commits;
}

export async function readCommit(folder: string, sha: string): Promise<Commit> {
  const [commit] = await readCommits(folder, [sha]);
  if (!commit) throw new Error(`no commit ${sha}`);
  return commit;
}

function parseCommit(sha: string, raw: string): Commit {
  const cut = raw.indexOf('\n\n');
  const lines = raw.slice(0, cut).split('\n');
  const all = (key: string): string[] =>
    lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  return {
    sha,
    tree: all('tree')[0] ?? '',
    parents: all('parent'),
    author: parseSignature(all('author')[0] ?? ''),
    committer: parseSignature(all('committer')[0] ?? ''),
    message: raw.slice(cut + 2).replace(/\n$/, ''),
  };
}

export function parseSignature(line: string): Signature {
  const match = /^(.*?) ?<([^>]*)> (\d+)/.exec(line);
  const date = new Date(Number(match?.[3] ?? 0) * 1000).toISOString().replace('.000Z', 'Z');
  return { name: match?.[1] ?? '', email: match?.[2] ?? '', date };
}
