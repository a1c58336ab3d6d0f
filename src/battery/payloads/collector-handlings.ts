/** Handlings: what is done with a workspace after strange code prepared it, and how that goes wrong. */
import { cp, mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Arena } from '#battery/arena.ts';
import type { Workspace } from '#ports/sandbox.ts';
import { canary } from './collector-files.ts';

/** The workspace is prepared by strange code; then somebody outside does something in it. */
export interface Handling {
  readonly id: string;
  readonly attack: string;
  readonly layer: string;
  readonly script: string;
  readonly product: (workspace: Workspace, secret: string) => Promise<unknown>;
  readonly naive: (folder: string, secret: string, arena: Arena) => Promise<unknown>;
  /** Whether it went wrong: looks at the secret's folder, or at what came back. */
  readonly breached: (secret: string, came: unknown) => Promise<boolean>;
}

const write = (path: string) => (workspace: Workspace) =>
  workspace.write([{ path, mode: '100644', content: { encoding: 'utf-8', text: 'planted' } }]);
const writeNaively = (path: string) => async (folder: string) => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), 'planted');
};
const isPlanted = async (secret: string): Promise<boolean> => {
  const names = await readdir(dirname(secret));
  return names.length > 1 || (await readFile(secret, 'utf8')) !== canary;
};
const isAccepted = (_: string, came: unknown): Promise<boolean> => Promise.resolve(came !== null);

/** What is kept is looked at as our own programs would: links are followed. */
const leadsOut = async (_: string, came: unknown): Promise<boolean> => {
  if (typeof came !== 'string') return false;
  const entries = await readdir(join(came, 'node_modules')).catch(() => []);
  for (const name of entries) {
    const text = await readFile(join(came, 'node_modules', name), 'utf8').catch(() => '');
    if (text === canary) return true;
  }
  return false;
};
const keep = async (workspace: Workspace) =>
  (await workspace.keep('node_modules', `battery-${String(Math.random())}`)).path;
const keepNaively = async (folder: string, _: string, arena: Arena) => {
  const to = await arena.folder();
  const from = await realpath(join(folder, 'node_modules'));
  await cp(from, join(to, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  return to;
};
const writing = { breached: isPlanted, layer: 'writer without links' };
const naming = { breached: isAccepted, layer: 'names are checked before the first byte' };
const keeping = { product: keep, naive: keepNaively, breached: leadsOut };

export const handlings: readonly Handling[] = [
  {
    id: 'write-through-link',
    attack: 'A folder becomes a link; a later write into it lands outside.',
    ...{ ...writing, script: 'ln -s "$(dirname "$CANARY")" out' },
    ...{ product: write('out/planted.txt'), naive: writeNaively('out/planted.txt') },
  },
  {
    id: 'write-over-link',
    attack: 'A file becomes a link; a later write of it overwrites what it leads to.',
    ...{ ...writing, script: 'rm README.md; ln -s "$CANARY" README.md' },
    ...{ product: write('README.md'), naive: writeNaively('README.md') },
  },
  {
    id: 'write-through-parents-link',
    attack: 'A folder two levels above a file becomes a link before the file is written.',
    ...{ ...writing, script: 'rm -r src; ln -s "$(dirname "$CANARY")" src' },
    ...{ product: write('src/deep/planted.txt'), naive: writeNaively('src/deep/planted.txt') },
  },
  ...[
    ['write-parent', 'A file is written above the repository.', '../planted-above.txt'],
    ['write-git-hook', "A file is written among git's hooks.", '.git/hooks/pre-commit'],
    [
      'write-git-case',
      "A file is written among git's hooks, in capitals.",
      '.GIT/hooks/post-checkout',
    ],
    ['write-git-short', "A file is written in git's folder by its short name.", 'GIT~1/config'],
  ].map(([id = '', attack = '', path = '']) => ({
    ...{ id, attack, ...naming, script: ':' },
    ...{ product: write(path), naive: writeNaively(path) },
  })),
  {
    id: 'keep-link-out',
    attack: 'Installed packages hold a link that leads out of what is kept.',
    ...{ ...keeping, layer: 'links that leave are not kept' },
    script: 'mkdir node_modules; ln -s "$CANARY" node_modules/stolen.txt',
  },
  {
    id: 'keep-relative-link-out',
    attack: 'The same link, spelled from where it lies.',
    ...{ ...keeping, layer: 'links that leave are not kept' },
    script:
      'mkdir node_modules; ln -s "../../../../../../../../../../$CANARY" node_modules/stolen.txt',
  },
  {
    id: 'keep-folder-is-link',
    attack: 'The folder that is kept is itself a link to another.',
    ...{ ...keeping, layer: 'only a real folder is kept' },
    script: 'ln -s "$(dirname "$CANARY")" node_modules',
  },
];
