/** Trees: jobs that leave something behind in the repository for whoever reads it afterwards, from outside. */
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Arena } from '#battery/arena.ts';
import type { Trial } from '#battery/attack.ts';
import { trialOf } from './judge.ts';
import { canary, stageOf } from './stage.ts';

/** A file as it was taken off a tree that strange code wrote. */
interface Taken {
  readonly path: string;
  readonly text: string;
  /** As git writes it. */
  readonly mode: string;
}

export interface TreeJob {
  readonly name: string;
  readonly attack: string;
  readonly layer: string;
  readonly incident?: string;
  readonly script: string;
  /** Whether one of the files that were taken does the harm. */
  readonly harms: (file: Taken) => boolean;
}

const hasCanary = ({ text }: Taken): boolean => text.includes(canary);

export const treeJobs: readonly TreeJob[] = [
  {
    name: 'link-to-file',
    attack: 'A test leaves a link to a file of the machine where a result is looked for.',
    layer: 'collector that follows no link',
    script: 'ln -s "$HOST_FILE" link',
    harms: hasCanary,
  },
  {
    name: 'link-to-folder',
    attack: 'A test leaves a link to a folder of the machine among the changes.',
    layer: 'collector that follows no link',
    script: 'mkdir -p deep && ln -s "$HOST_DIR" deep/folder',
    harms: hasCanary,
  },
  {
    name: 'link-over-file',
    attack: "A test puts a link in the place of one of the repository's files.",
    layer: 'collector that follows no link',
    script: 'rm README.md; ln -s "$HOST_FILE" README.md',
    harms: hasCanary,
  },
  {
    name: 'link-to-process',
    attack: 'A test leaves a link to the environment of whoever reads it.',
    layer: 'collector that follows no link',
    script: 'ln -s /proc/self/status link',
    harms: ({ text }) => text.includes('Uid:'),
  },
  {
    name: 'hard-link',
    attack: 'A test makes a second name for a file of the machine.',
    layer: 'own root file system',
    script: 'ln "$HOST_FILE" hard',
    harms: hasCanary,
  },
  {
    name: 'special-mode',
    attack: 'A test leaves a program that gives its powers to whoever runs it.',
    layer: 'collector of plain files',
    script: 'cp /bin/true powerful; chmod 6755 powerful',
    harms: ({ path, mode }) => path === 'powerful' && !['100644', '100755'].includes(mode),
  },
  {
    name: 'git-folder',
    attack: 'A test leaves a .git folder with hooks for whoever works with the tree.',
    layer: 'refused names',
    incident: 'Trust Issues, GHSA-wpqr-6v78-jr5g',
    script:
      'mkdir -p .git/hooks; echo "#!/bin/sh" > .git/hooks/post-checkout; echo x > .git/config',
    harms: ({ path }) => path.startsWith('.git/'),
  },
  {
    name: 'git-folder-in-disguise',
    attack: 'A test leaves folders that other systems take for .git.',
    layer: 'refused names',
    script:
      'for name in .GIT .git. "git~1" ".g\u200cit" ".git::\\$INDEX_ALLOCATION"; do mkdir -p "$name"; echo x > "$name/config"; done',
    harms: ({ path }) => path.endsWith('/config'),
  },
  {
    name: 'name-with-control-characters',
    attack: 'A test leaves names that write to the terminal of whoever lists them.',
    layer: 'refused names',
    script: `printf x > "$(printf 'a\\033[2Jb')"; printf x > "$(printf 'a\\nb')"`,
    harms: ({ path }) => /\p{Cc}/u.test(path),
  },
  {
    name: 'name-that-turns-around',
    attack: 'A test leaves a name that reads as another: its letters are turned around.',
    layer: 'refused names',
    incident: 'Trojan Source, CVE-2021-42574',
    script: 'echo x > "$(printf \'a\\342\\200\\256txt.exe\')"',
    harms: ({ path }) => path.includes('\u202e'),
  },
  {
    name: 'name-that-is-no-text',
    attack: 'A test leaves a name that is no text, which becomes another name when it is read.',
    layer: 'refused names',
    script: 'echo x > "$(printf \'bad\\377name\')"',
    harms: ({ path }) => path.startsWith('bad'),
  },
];

/** What the product takes off the tree. */
export async function collected(arena: Arena, { script, harms }: TreeJob): Promise<Trial> {
  const workspace = await arena.sandbox.open([await arena.layer({ 'README.md': 'hello\n' })]);
  try {
    const { names: environment } = await stageOf(arena);
    const argv = ['/bin/sh', '-c', `echo ran; ${script}`];
    const execution = await workspace.exec({ argv, environment, purpose: 'tool' });
    const { files } = await workspace.collect();
    const harm = files.find(({ path, mode, content }) =>
      harms({ path, mode, text: content?.text ?? '' }),
    );
    return trialOf(execution, harm !== undefined);
  } finally {
    await workspace.close();
  }
}

/** What a program takes that reads every file it finds. */
export async function takenNaively(arena: Arena, { script, harms }: TreeJob): Promise<Trial> {
  const cwd = await arena.folder();
  const { names: environment } = await stageOf(arena);
  const argv = ['/bin/sh', '-c', `echo hello > README.md; echo ran; ${script}`];
  const execution = await arena.outside(argv, { cwd, environment });
  return trialOf(execution, [...everything(cwd)].some(harms));
}

function* everything(top: string, folder = ''): Generator<Taken> {
  for (const name of readdirSync(join(top, folder))) {
    const path = folder === '' ? name : `${folder}/${name}`;
    const full = join(top, path);
    const found = statSync(full, { throwIfNoEntry: false });
    // A name that is no text is not found by what it was read as; it is there all the same.
    if (found === undefined) yield { path, text: '', mode: '100644' };
    else if (found.isDirectory()) yield* everything(top, path);
    else if (found.isFile()) yield { path, text: textOf(full), mode: found.mode.toString(8) };
  }
}

function textOf(path: string): string {
  const isProcess = lstatSync(path).isSymbolicLink() && readlinkSync(path).startsWith('/proc/');
  // A file of /proc has no size, and one of a job is small.
  return isProcess || statSync(path).size < 100_000 ? readFileSync(path, 'utf8') : '';
}
