/** Hostile files: what strange code leaves in a workspace, as scripts, and when a reader has been taken in. */
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
const unseen = (path: string) => (taken: Taken) => !taken.deleted.includes(path);

const links = { layer: 'links are never followed', breached: stolen };
const names = 'names that mislead are refused';
const git = "git's own names are refused";
const sizes = 'limits of number, size and depth';

function rootOnly(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'only root can make a device for the control';
}

const all: readonly HostileFiles[] = [
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
  {
    id: 'name-newline',
    attack: 'A name holds a line end, which splits it in two in a list.',
    ...{ layer: names, script: 'echo x > "a\nb"', breached: named(/\n/u) },
  },
  {
    id: 'name-escape',
    attack: "A name holds a terminal's escape sequence.",
    ...{ layer: names, script: 'echo x > "$(printf "a\\033[2Jb")"', breached: named(/\p{Cc}/u) },
  },
  {
    id: 'name-bidi',
    attack: 'A name is shown in another order than it is read.',
    ...{
      layer: names,
      script: 'echo x > "$(printf "a\\342\\200\\256txt.js")"',
      breached: named(/\u202e/u),
    },
  },
  {
    id: 'name-invisible',
    attack: 'A name holds a character that cannot be seen.',
    ...{
      layer: names,
      script: 'echo x > "$(printf "READ\\342\\200\\213ME.md")"',
      breached: named(/\u200b/u),
    },
  },
  {
    id: 'name-tag',
    attack: 'A name holds a tag character.',
    ...{
      layer: names,
      script: 'echo x > "$(printf "a\\363\\240\\201\\201.md")"',
      breached: named(/\u{e0041}/u),
    },
  },
  {
    id: 'name-no-text',
    attack: 'A name is no text, so that it is another one when it is read.',
    ...{
      layer: names,
      script: 'echo x > "$(printf "a\\377.js")"',
      breached: (taken) => named(/\ufffd/u)(taken) || isStuck(taken),
    },
  },
  {
    id: 'name-backslash',
    attack: 'A name climbs out on systems where a backslash parts folders.',
    ...{ layer: names, script: "echo x > '..\\evil.js'", breached: named(/\\/u) },
  },
  {
    id: 'git-folder',
    attack: 'A hook lies in a folder .git.',
    ...{
      layer: git,
      script: 'mkdir -p .git/hooks; echo x > .git/hooks/pre-commit',
      breached: named(/^\.git\//u),
    },
  },
  {
    id: 'git-capitals',
    attack: 'A hook lies in .GIT, which is .git on many systems.',
    ...{
      layer: git,
      script: 'mkdir -p .GiT/hooks; echo x > .GiT/hooks/pre-commit',
      breached: named(/^\.git\//iu),
    },
  },
  {
    id: 'git-short-name',
    attack: "A file lies in git's folder by its short name of Windows.",
    ...{ layer: git, script: "mkdir 'git~1'; echo x > 'git~1/config'", breached: named(/^git~1/u) },
  },
  {
    id: 'git-trailing',
    attack: 'A folder .git has a space behind its name, which Windows drops.',
    ...{
      layer: git,
      script: "mkdir '.git '; echo x > '.git /config'",
      breached: named(/^\.git /u),
    },
  },
  {
    id: 'git-stream',
    attack: "A folder's stream has git's name.",
    ...{
      layer: git,
      script: "mkdir '.git::$INDEX_ALLOCATION'; echo x > '.git::$INDEX_ALLOCATION/config'",
      breached: named(/^\.git:/u),
    },
  },
  {
    id: 'git-ignorable',
    attack: 'A name is .git on a Mac, which leaves out a character that cannot be seen.',
    ...{
      layer: git,
      script: 'd="$(printf ".g\\342\\200\\214it")"; mkdir "$d"; echo x > "$d/config"',
      breached: named(/^\.g\u200cit/u),
    },
  },
  {
    id: 'git-nested',
    attack: 'A folder below has a .git of its own.',
    ...{
      layer: git,
      script: 'mkdir -p src/.git; echo x > src/.git/config',
      breached: named(/\/\.git\//u),
    },
  },
  {
    id: 'git-file',
    attack: 'A file .git leads to another repository.',
    ...{ layer: git, script: 'echo "gitdir: /tmp" > .git', breached: named(/^\.git$/u) },
  },
  {
    id: 'large-file',
    attack: 'A file is larger than any change.',
    ...{ layer: sizes, script: 'head -c 3000000 /dev/zero > large', breached: named(/^large$/u) },
  },
  {
    id: 'sparse-file',
    attack: 'A file of holes is hundreds of megabytes when it is read.',
    ...{ layer: sizes, script: 'truncate -s 200M holes', breached: named(/^holes$/u) },
  },
  {
    id: 'many-files',
    attack: 'There are more files than anybody reads.',
    ...{
      layer: sizes,
      script: 'n=0; mkdir m; while [ $n -lt 5500 ]; do : > m/$n; n=$((n+1)); done',
    },
    breached: (taken) => taken.files.length > 5000 || isStuck(taken),
  },
  {
    id: 'much-together',
    attack: 'Each file is small enough, and all together are not.',
    ...{
      layer: sizes,
      script:
        'for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do head -c 1000000 /dev/zero > f$n; done',
    },
    breached: ({ files }) => files.reduce((sum, { size }) => sum + size, 0) > 16 * 2 ** 20,
  },
  {
    id: 'deep',
    attack: 'A file lies deeper than any path may be.',
    ...{
      layer: sizes,
      script:
        'p=d; for n in 1 2 3 4 5 6; do p=$p/a/b/c/d/e/f/g/h/i/j; done; mkdir -p $p; echo x > $p/f',
    },
    breached: ({ files }) => files.some(({ path }) => path.split('/').length > 50),
  },
  {
    id: 'deletion',
    attack: 'A file is removed, and nobody is told.',
    ...{
      layer: 'compared with the layers below',
      script: 'rm src/old.js',
      breached: unseen('src/old.js'),
    },
  },
  {
    id: 'opaque-folder',
    attack: 'A folder is made anew, which hides what was in it.',
    ...{
      layer: 'compared with the layers below',
      script: 'rm -r src; mkdir src; echo new > src/new.js',
      breached: unseen('src/old.js'),
    },
  },
  {
    id: 'moved-folder',
    attack: 'A folder gets another name, which hides that it went.',
    ...{
      layer: 'compared with the layers below',
      script: 'mv src lib',
      breached: unseen('src/old.js'),
    },
  },
];

export const hostileFiles: readonly HostileFiles[] = all.map((one) => ({
  ...one,
  id: `collector/${one.id}`,
}));
