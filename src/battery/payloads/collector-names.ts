/** Hostile names, sizes and absences that strange code leaves in a workspace. */
import type { HostileFiles, Taken } from './collector-files.ts';

const named = (pattern: RegExp) => (taken: Taken) =>
  taken.files.some(({ path }) => pattern.test(path));
const isStuck = ({ broke }: Taken) => broke !== null;
const unseen = (path: string) => (taken: Taken) => !taken.deleted.includes(path);

const names = 'names that mislead are refused';
const git = "git's own names are refused";
const sizes = 'limits of number, size and depth';

export const hostileNames: readonly HostileFiles[] = [
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
