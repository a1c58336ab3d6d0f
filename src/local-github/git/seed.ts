/** Makes a bare repository from a folder, a bundle, another repository or plain files. */
import { access, appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ask, git } from './run.ts';

export interface Source {
  readonly folder?: string | undefined;
  readonly bundle?: string | undefined;
  readonly bare?: string | undefined;
  readonly files?: Readonly<Record<string, string>> | undefined;
  readonly defaultBranch?: string | undefined;
}

export interface FirstCommit {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

/** What GitHub's own repositories allow: single commits, blobless clones, and no pushes to refs/pull. */
const settings = `
[receive]
\thideRefs = refs/pull
[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
[gc]
\tauto = 0
`;

/** Answers with the default branch. Throws an Error that names the source when it cannot be read. */
export async function createRepository(
  target: string,
  source: Source,
  first: FirstCommit,
): Promise<string> {
  await mkdir(target, { recursive: true });
  const branch = source.defaultBranch ?? 'main';
  await git(target, ['init', '--bare', '--quiet', '--template=', `--initial-branch=${branch}`]);
  await appendFile(join(target, 'config'), settings);
  if (source.files) await fromFiles(target, source.files, first);
  else if (source.folder !== undefined) await fromFolder(target, source.folder, first);
  else await fromGit(target, source.bundle ?? source.bare ?? '');
  return pointHead(target, source);
}

async function fromFiles(
  target: string,
  files: Readonly<Record<string, string>>,
  first: FirstCommit,
): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'local-github-files-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(scratch, path)), { recursive: true });
      await writeFile(join(scratch, path), text);
    }
    await fromFolder(target, scratch, first);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function fromFolder(target: string, folder: string, first: FirstCommit): Promise<void> {
  await access(folder);
  const environment = {
    GIT_DIR: target,
    GIT_WORK_TREE: folder,
    GIT_INDEX_FILE: join(target, 'seed-index'),
    GIT_AUTHOR_NAME: first.name,
    GIT_AUTHOR_EMAIL: first.email,
    GIT_AUTHOR_DATE: first.date,
    GIT_COMMITTER_NAME: first.name,
    GIT_COMMITTER_EMAIL: first.email,
    GIT_COMMITTER_DATE: first.date,
  };
  await git(folder, ['add', '--all', '.'], { environment });
  await git(folder, ['commit', '--quiet', '--allow-empty', '-m', 'Initial commit'], {
    environment,
  });
  await rm(environment.GIT_INDEX_FILE, { force: true });
}

/** A source of another owner is trusted: it was named by the person who starts us. */
async function fromGit(target: string, path: string): Promise<void> {
  await access(path);
  const trust = join(target, 'trust');
  await writeFile(trust, '[safe]\n\tdirectory = *\n');
  const environment = { GIT_CONFIG_GLOBAL: trust };
  const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
  await git(target, ['fetch', '--quiet', '--no-write-fetch-head', path, ...refs], { environment });
  const listed = await git(target, ['ls-remote', '--symref', path, 'HEAD'], {
    environment,
    answers: [128],
  });
  const head = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(listed.text)?.[1];
  if (head !== undefined) await git(target, ['symbolic-ref', 'HEAD', head]);
  await rm(trust);
}

/** The branch asked for, the source's own, or the first there is. */
async function pointHead(target: string, { defaultBranch }: Source): Promise<string> {
  const own = defaultBranch ?? (await ask(target, ['symbolic-ref', '--short', 'HEAD']));
  const { text } = await git(target, ['for-each-ref', '--format=%(refname:short)', 'refs/heads']);
  const branches = text.split('\n').filter(Boolean);
  const branch =
    branches.find((each) => each === own) ??
    (defaultBranch === undefined ? branches[0] : undefined);
  if (branch === undefined)
    throw new Error(
      `it has no branch ${defaultBranch ?? own ?? 'main'}; its branches: ${branches.join(', ') || 'none'}`,
    );
  await git(target, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
  return branch;
}
