/** A person's own checkout as a repository for the local GitHub, and a branch brought back into it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { SluiceError } from '#core/errors.ts';

const execute = promisify(execFile);

/** Settings that keep git from running anything that the checkout names. */
const safe = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['protocol.ext.allow', 'never'],
].flatMap(([name, value]) => ['-c', `${name ?? ''}=${value ?? ''}`]);

async function git(folder: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await execute('git', [...safe, '-C', folder, ...words], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.trim();
}

function notUsable(option: string, message: string, hint: string): SluiceError {
  return new SluiceError({
    code: 'checkout-unusable',
    kind: 'invalid',
    message: `${option}: ${message}`,
    hint,
  });
}

export interface Checkout {
  /** For the local GitHub: the folder's name. */
  readonly name: string;
  /** The person's folder. */
  readonly folder: string;
  /** The bare clone that the local GitHub serves. */
  readonly bare: string;
  /** The branch on which work starts, the default branch of the clone. */
  readonly branch: string;
  /** Its commit. */
  readonly commit: string;
  /** The other commit that was asked for. */
  readonly also?: string;
}

/** Which commits of a checkout are wanted, as git names them. */
export interface Wanted {
  /** HEAD when absent. */
  readonly ref?: string | undefined;
  readonly also?: string | undefined;
}

/**
 * Clones what is committed in `folder` into `target`, with `ref` (HEAD when absent) as its default branch.
 * The folder itself is only read. Throws invalid when there is no repository, no such ref or no commit.
 */
export async function cloneCheckout(
  folder: string,
  target: string,
  { ref = 'HEAD', also }: Wanted = {},
): Promise<Checkout> {
  const from = resolve(folder);
  if (!existsSync(from))
    throw notUsable(
      '--repo',
      `there is no folder ${folder}.`,
      'Give the path of a git repository.',
    );
  await mustBeWhole(from, folder);
  const commit = await commitOf(from, folder, ref);
  const other = also === undefined ? undefined : await commitOf(from, folder, also);
  const branch = (await branchOf(from, ref)) ?? 'sluice-base';
  const bare = join(target, 'repository.git');
  await git(target, 'clone', '--quiet', '--bare', '--no-hardlinks', '--', from, bare);
  await git(bare, 'update-ref', `refs/heads/${branch}`, commit);
  await git(bare, 'symbolic-ref', 'HEAD', `refs/heads/${branch}`);
  // It may be on no branch of the person's, and the App may only ask for what is on one.
  if (other !== undefined) await git(bare, 'update-ref', 'refs/heads/sluice-other', other);
  const name = basename(from).replace(/[^\w.-]+/g, '-') || 'repository';
  return { name, folder: from, bare, branch, commit, ...(other !== undefined && { also: other }) };
}

/** The commit that a name stands for. Throws invalid where there is none. */
async function commitOf(from: string, folder: string, ref: string): Promise<string> {
  const words = ['--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const commit = await git(from, 'rev-parse', ...words).catch(() => undefined);
  if (commit !== undefined) return commit;
  throw notUsable(
    '--repo',
    `${folder} has no commit "${ref}".`,
    'Give a branch, tag or commit of that repository.',
  );
}

/** Throws invalid where git finds no repository, does not trust it, or has only a part of its history. */
async function mustBeWhole(from: string, folder: string): Promise<void> {
  const shallow = await git(from, 'rev-parse', '--is-shallow-repository').catch(
    (thrown: unknown) => {
      const owned = String(thrown).includes('dubious ownership');
      throw owned
        ? notUsable(
            '--repo',
            `${folder} belongs to another user, so git does not open it.`,
            `Run: git config --global --add safe.directory ${from}`,
          )
        : notUsable(
            '--repo',
            `${folder} is not a git repository.`,
            'Run "git init" there and commit, or give another folder.',
          );
    },
  );
  if (shallow === 'true')
    throw notUsable(
      '--repo',
      `${folder} is a shallow clone, which git does not hand on.`,
      'Run "git fetch --unshallow" there.',
    );
}

/** The branch that `ref` names, if it names one. */
async function branchOf(folder: string, ref: string): Promise<string | undefined> {
  const words = ['rev-parse', '--symbolic-full-name', '--end-of-options', ref];
  const told = await git(folder, ...words).catch(() => '');
  // git before 2.43 prints the option, too.
  const name = told.split('\n').at(-1) ?? '';
  return name.startsWith('refs/heads/') ? name.slice('refs/heads/'.length) : undefined;
}

/** Throws invalid where git could not make `sluice/...` because a branch has the folder's name. */
export async function mustHaveRoom({ folder }: Checkout): Promise<void> {
  const taken = await git(folder, 'show-ref', '--verify', '--quiet', 'refs/heads/sluice').then(
    () => true,
    () => false,
  );
  if (taken)
    throw notUsable(
      '--repo',
      'a branch is named "sluice", beside which git can make no "sluice/...".',
      'Rename it: git branch -m sluice another-name',
    );
}

/**
 * Brings `branch` of the bare repository `from` into the person's checkout, touching neither its files, its index nor its
 * settings. A branch of that name with another commit is kept: the new one then gets a number.
 * Answers with the name under which it is there.
 */
export async function bringBack(checkout: Checkout, from: string, branch: string): Promise<string> {
  const commit = await git(from, 'rev-parse', '--verify', `refs/heads/${branch}`);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? branch : `${branch}-${String(number)}`;
    const there = await git(
      checkout.folder,
      'rev-parse',
      '--verify',
      '--quiet',
      `refs/heads/${name}`,
    ).catch(() => '');
    if (there === commit) return name;
    if (there !== '') continue;
    await git(
      checkout.folder,
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-recurse-submodules',
      '--',
      from,
      `refs/heads/${branch}:refs/heads/${name}`,
    );
    return name;
  }
}

/** Throws what git throws when there is no such commit. */
export async function readCommit(
  folder: string,
  commit: string,
): Promise<{ parents: readonly string[]; message: string }> {
  const shown = await git(
    folder,
    'log',
    '-1',
    '--no-show-signature',
    '--format=%P%n%B',
    '--end-of-options',
    commit,
  );
  const [first = '', ...message] = shown.split('\n');
  return {
    parents: first.split(' ').filter((parent) => parent !== ''),
    message: message.join('\n'),
  };
}
