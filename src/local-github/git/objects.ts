/** Blobs, trees and commits of a bare repository: read and written as GitHub's git database does. */
import { lasting } from './lasting.ts';
import { isSha, findLooseRef, readLoose, writeLoose } from './loose.ts';
import { ask, git } from './run.ts';

export { isSha };

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

/** The full name of a commit given by branch, tag or (shortened) sha. */
export async function resolveCommit(folder: string, name: string): Promise<string | undefined> {
  const sha = isSha(name) ? name : await findLooseRef(folder, name);
  if (typeof sha === 'string' && (await typeOf(folder, sha)) === 'commit') return sha;
  return ask(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
}

/** The tree of a branch, tag, commit or tree. */
export async function resolveTree(folder: string, name: string): Promise<string | undefined> {
  const type = await typeOf(folder, name);
  if (type === 'tree') return name;
  if (type === 'commit') return (await readCommit(folder, name)).tree;
  return ask(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{tree}`]);
}

export async function typeOf(folder: string, sha: string): Promise<string | undefined> {
  if (!isSha(sha)) return undefined;
  const loose = await readLoose(folder, sha);
  if (loose) return loose.type;
  const { code, text } = await lasting(folder, ['cat-file', '-t', sha], {
    answers: [128],
    names: [sha],
  });
  return code === 0 ? text.trim() : undefined;
}

export function writeBlob(folder: string, content: Uint8Array): Promise<string> {
  return writeLoose(folder, 'blob', content);
}

export async function readBlob(folder: string, sha: string): Promise<Buffer> {
  const loose = await readLoose(folder, sha);
  if (loose?.type === 'blob') return loose.bytes;
  return (await git(folder, ['cat-file', 'blob', sha])).bytes;
}

/** Undefined when `treeish` names no tree. With `recursive`, the trees on the way are listed too. */
export async function listTree(
  folder: string,
  treeish: string,
  recursive: boolean,
): Promise<readonly TreeEntry[] | undefined> {
  const argv = ['ls-tree', '-z', '-l', '--full-tree', ...(recursive ? ['-r', '-t'] : []), treeish];
  const { code, text } = await lasting(folder, argv, { answers: [128], names: [treeish] });
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

/** The SHA of the tree that holds nothing. */
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

interface Row {
  readonly mode: string;
  readonly sha: string;
}

/** Writes a tree from entries on top of `base`; folders that hold nothing any more are gone. */
export async function writeTree(
  folder: string,
  base: string | null,
  entries: readonly NewEntry[],
): Promise<string> {
  const rows = await rowsOf(folder, base);
  const [here, below] = [new Array<NewEntry>(), new Array<NewEntry>()];
  for (const entry of entries) (entry.path.includes('/') ? below : here).push(entry);
  for (const { path, mode, sha } of here)
    if (sha === null) rows.delete(path);
    else rows.set(path, { mode, sha });
  const firstPart = ({ path }: NewEntry): string => path.slice(0, path.indexOf('/'));
  for (const [name, inside] of Map.groupBy(below, firstPart)) {
    const before = rows.get(name);
    const rest = inside.map((entry) => ({ ...entry, path: entry.path.slice(name.length + 1) }));
    const sha = await writeTree(folder, before?.mode === '040000' ? before.sha : null, rest);
    if (sha === emptyTree) rows.delete(name);
    else rows.set(name, { mode: '040000', sha });
  }
  return writeLoose(folder, 'tree', treeBytes(rows));
}

async function rowsOf(folder: string, base: string | null): Promise<Map<string, Row>> {
  const known = base === null ? [] : ((await listTree(folder, base, false)) ?? []);
  return new Map(known.map(({ path, mode, sha }) => [path, { mode, sha }]));
}

/** Git sorts folders as if their names ended with a slash, by bytes, and writes modes without a leading zero. */
function treeBytes(rows: ReadonlyMap<string, Row>): Buffer {
  const sorted = [...rows]
    .map(([name, { mode, sha }]) => {
      const key = Buffer.from(mode === '040000' ? `${name}/` : name);
      const head = Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`);
      return { key, bytes: Buffer.concat([head, Buffer.from(sha, 'hex')]) };
    })
    .toSorted((one, other) => one.key.compare(other.key));
  return Buffer.concat(sorted.map(({ bytes }) => bytes));
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
  return writeLoose(folder, 'commit', `${head.join('\n')}\n\n${commit.message}`);
}

export function signatureLine({ name, email, date }: Signature): string {
  const clean = (text: string): string => text.replaceAll(/[<>\n\0]/g, '').trim();
  return `${clean(name)} <${clean(email)}> ${Math.floor(Date.parse(date) / 1000)} +0000`;
}

/** The commits of `shas`, in their order; those in packs by one child. */
export async function readCommits(folder: string, shas: readonly string[]): Promise<Commit[]> {
  const loose = await Promise.all(shas.map((sha) => readLoose(folder, sha)));
  const missing = shas.filter((_, at) => loose[at]?.type !== 'commit');
  const packed = (await readPacked(folder, missing)).values();
  return shas.flatMap((sha, at) => {
    const found = loose[at];
    if (found?.type === 'commit') return [parseCommit(sha, found.bytes.toString())];
    return packed.next().value ?? [];
  });
}

async function readPacked(folder: string, shas: readonly string[]): Promise<Commit[]> {
  if (shas.length === 0) return [];
  const { bytes } = await lasting(folder, ['cat-file', '--batch'], {
    input: `${shas.join('\n')}\n`,
    names: shas,
  });
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
