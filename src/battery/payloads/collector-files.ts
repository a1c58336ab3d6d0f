/** Hostile links and other kinds of files that strange code leaves in a workspace, and when a reader has been taken in. */
/** What a file outside of every workspace holds. */
export const canary = 'canary-c01137';

/** What somebody who reads a workspace takes from it. */
export interface Taken {
  readonly files: readonly { path: string; mode: number; size: number; text: string }[];
  readonly deleted: readonly string[];
  /** Why nothing could be read at all, or null. */
  readonly broke: string | null;
}

export interface HostileFiles {
  readonly id: string;
  readonly attack: string;
  readonly layer: string;
  /** Read by `sh`; `$CANARY` is a file outside that the collector could read. */
  readonly script: string;
  readonly missing?: () => string | undefined;
  readonly breached: (taken: Taken, canary: string) => boolean;
}

const stolen = ({ files }: Taken, canary: string) => files.some(({ text }) => text === canary);
const named = (pattern: RegExp) => (taken: Taken) =>
  taken.files.some(({ path }) => pattern.test(path));
const isStuck = ({ broke }: Taken) => broke !== null;
const keepsMode = ({ files }: Taken) => files.some(({ mode }) => (mode & 0o7000) !== 0);

const links = { layer: 'links are never followed', breached: stolen };

function rootOnly(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'only root can make a device for the control';
}

export const hostileFiles: readonly HostileFiles[] = [
  {
    id: 'link-to-file',
    attack: 'A link leads to a file outside.',
    ...links,
    script: 'ln -s "$CANARY" stolen',
  },
  {
    id: 'link-to-folder',
    attack: 'A link leads to a folder outside, whose files are read through it.',
    ...{ ...links, script: 'ln -s "$(dirname "$CANARY")" stolen' },
  },
  {
    id: 'relative-link',
    attack: 'A link leads up and out.',
    ...{ ...links, script: 'ln -s "../../../../../../../../../..$CANARY" stolen' },
  },
  {
    id: 'chain-of-links',
    attack: 'A link leads to a link that leads out.',
    ...{ ...links, script: 'ln -s "$CANARY" .b; ln -s .b .a; ln -s .a stolen' },
  },
  {
    id: 'link-for-file',
    attack: 'A file of the repository is swapped for a link.',
    ...{ ...links, script: 'rm README.md; ln -s "$CANARY" README.md' },
  },
  {
    id: 'link-for-folder',
    attack: 'A folder of the repository is swapped for a link.',
    ...{ ...links, script: 'rm -r src; ln -s "$(dirname "$CANARY")" src' },
  },
  {
    id: 'hard-link',
    attack: 'A second name is made for a file outside.',
    ...{
      layer: 'own root file system',
      breached: stolen,
      script: 'ln "$CANARY" stolen 2>/dev/null',
    },
  },
  {
    id: 'copy-by-proc',
    attack: "A file outside is read through a process's root.",
    ...{ layer: 'own process namespace', breached: stolen },
    script: 'cat "/proc/$PPID/root$CANARY" > stolen 2>/dev/null',
  },
  {
    id: 'pipe',
    attack: 'A named pipe keeps its reader waiting for ever.',
    layer: 'pipes are not opened',
    script: 'mkfifo pipe',
    breached: isStuck,
  },
  {
    id: 'pipe-for-file',
    attack: 'A file of the repository is swapped for a pipe.',
    ...{
      layer: 'pipes are not opened',
      script: 'rm README.md; mkfifo README.md',
      breached: isStuck,
    },
  },
  {
    id: 'endless-links',
    attack: 'A link leads to itself and breaks whoever follows it.',
    ...{ layer: 'links are never followed', script: 'ln -s again again', breached: isStuck },
  },
  {
    id: 'folder-loop',
    attack: 'A link leads to its own folder, so that a walk never ends.',
    ...{
      layer: 'links are never followed',
      script: 'ln -s . loop',
      breached: (taken) => isStuck(taken) || named(/^loop\//u)(taken),
    },
  },
  {
    id: 'device',
    attack: 'A device lies among the files.',
    ...{
      layer: 'no power to make devices',
      script: 'mknod null c 1 3 2>/dev/null',
      missing: rootOnly,
      breached: named(/^null$/u),
    },
  },
  {
    id: 'setuid',
    attack: 'A program asks to run as its owner.',
    ...{
      layer: 'modes are 644 or 755',
      script: 'echo x > run; chmod 4755 run',
      breached: keepsMode,
    },
  },
  {
    id: 'setgid',
    attack: "A program asks to run as its owner's group.",
    ...{
      layer: 'modes are 644 or 755',
      script: 'echo x > run; chmod 2755 run',
      breached: keepsMode,
    },
  },
];
