/** Hostile trees: commits whose files harm whoever writes them to a disk as they are named. */

export interface HostileTree {
  readonly id: string;
  readonly attack: string;
  readonly layer: string;
  /** Read by `sh` in a bare repository: sets `T`, the tree; `$B` is a blob that says `planted`, `$OUT` a folder outside. */
  readonly script: string;
  /** How plain git lays it out, read by `sh`: `$C` is the commit, the folder is empty. Writing every entry, when absent. */
  readonly naive?: string;
  /** Whether what was laid out does harm. */
  readonly breached: (laid: Laid) => boolean;
}

/** What lies on the disk afterwards. */
export interface Laid {
  /** Names below the folder, folders too. */
  readonly paths: readonly string[];
  readonly links: readonly string[];
  readonly text: (path: string) => string;
  /** Whether anything appeared outside of the folder. */
  readonly escaped: boolean;
}

const tree = (mode: string, object: string, name: string) =>
  `T=$(printf '${mode} %s\\t${name}\\000' "${object}" | git mktree -z --missing)`;
const file = (name: string) => tree('100644 blob', '$B', name);
const inside = (name: string) => `${file('config')}; ${tree('040000 tree', '$T', name)}`;
const at = (pattern: RegExp) => (laid: Laid) => laid.paths.some((path) => pattern.test(path));
const escapes = ({ escaped }: Laid) => escaped;
const names = 'names are checked by our own writer';
const bytes = 'bytes are written as they are, attributes are never asked';

const withAttributes = (rule: string, content: string) =>
  `A=$(echo '${rule}' | git hash-object -w --stdin); B=$(printf '${content}' | git hash-object -w --stdin); ` +
  `T=$(printf '100644 blob %s\\t.gitattributes\\000100644 blob %s\\tcode.js\\000' $A $B | git mktree -z)`;

export const hostileTrees: readonly HostileTree[] = [
  {
    id: 'link',
    attack: 'A link of the commit leads out of the tree.',
    layer: 'links are left out',
    script: `L=$(printf '%s' "$OUT" | git hash-object -w --stdin); ${tree('120000 blob', '$L', 'link')}`,
    breached: ({ links }) => links.length > 0,
  },
  {
    id: 'link-and-folder',
    attack: 'A link and a folder have the same name, so that files are written through the link.',
    layer: 'links are left out',
    script: `L=$(printf '%s' "$OUT" | git hash-object -w --stdin); ${file('planted')}; T=$(printf '120000 blob %s\\td\\000040000 tree %s\\td\\000' $L $T | git mktree -z)`,
    breached: escapes,
  },
  {
    id: 'parent',
    attack: 'A folder is called two dots.',
    layer: names,
    script: inside('..'),
    breached: escapes,
  },
  {
    id: 'git-folder',
    attack: "A folder is called like git's own.",
    layer: names,
    script: inside('.git'),
    breached: at(/^\.git\//u),
  },
  {
    id: 'git-capitals',
    attack: "A folder is called like git's own in capitals.",
    layer: names,
    script: inside('.GIT'),
    breached: at(/^\.GIT\//u),
  },
  {
    id: 'git-short-name',
    attack: "A folder has git's short name of Windows.",
    layer: names,
    script: inside('GIT~1'),
    breached: at(/^GIT~1\//u),
  },
  {
    id: 'git-dot',
    attack: "A folder has git's name with a dot behind it, which Windows drops.",
    layer: names,
    script: inside('.git.'),
    breached: at(/^\.git\.\//u),
  },
  {
    id: 'git-stream',
    attack: "A folder is a stream of git's own.",
    layer: names,
    script: inside('.git::$INDEX_ALLOCATION'),
    breached: at(/^\.git::/u),
  },
  {
    id: 'git-ignorable',
    attack: "A folder has git's name with a character that a Mac leaves out.",
    layer: names,
    script: inside('.g\\342\\200\\214it'),
    breached: at(/^\.g\u200cit\//u),
  },
  {
    id: 'name-newline',
    attack: 'A name holds a line end.',
    layer: names,
    script: file('a\\nb'),
    breached: at(/\n/u),
  },
  {
    id: 'name-escape',
    attack: 'A name holds an escape sequence.',
    layer: names,
    script: file('a\\033[2J'),
    breached: at(/\p{Cc}/u),
  },
  {
    id: 'deep',
    attack: 'A file lies sixty folders deep.',
    layer: names,
    script: `${file('f')}; n=0; while [ $n -lt 60 ]; do ${tree('040000 tree', '$T', 'd')}; n=$((n+1)); done`,
    breached: at(/(?:d\/){60}f/u),
  },
  {
    id: 'hidden-from-archives',
    attack: 'A file is kept out of what is shown by an attribute.',
    layer: bytes,
    script: withAttributes('code.js export-ignore', 'evil'),
    naive: 'git archive "$C" | tar x',
    breached: ({ paths }) => !paths.includes('code.js'),
  },
  {
    id: 'changed-in-archives',
    attack: 'The text of a file becomes another when it is laid out.',
    layer: bytes,
    script: withAttributes('code.js export-subst', '$Format:%%H$'),
    naive: 'git archive "$C" | tar x',
    breached: ({ text }) => text('code.js') !== '$Format:%H$',
  },
  {
    id: 'changed-line-ends',
    attack: 'The bytes of a file become others when it is checked out.',
    layer: bytes,
    script: withAttributes('code.js text eol=crlf', 'a\\nb\\n'),
    naive: 'git --work-tree=. read-tree "$C" && git --work-tree=. checkout-index -a',
    breached: ({ text }) => text('code.js') !== 'a\nb\n',
  },
  {
    id: 'changed-encoding',
    attack: 'A file is turned into another encoding when it is checked out.',
    layer: bytes,
    script: withAttributes('code.js text working-tree-encoding=UTF-16', 'a'),
    naive: 'git --work-tree=. read-tree "$C" && git --work-tree=. checkout-index -a',
    breached: ({ text }) => text('code.js') !== 'a',
  },
  {
    id: 'replaced-object',
    attack: 'A reference makes git show another blob than the commit has.',
    layer: 'GIT_NO_REPLACE_OBJECTS',
    script: `${file('code.js')}; E=$(echo evil | git hash-object -w --stdin); git replace $B $E`,
    naive: 'git --work-tree=. read-tree "$C" && git --work-tree=. checkout-index -a',
    breached: ({ text }) => text('code.js').includes('evil'),
  },
  {
    id: 'many-files',
    attack: 'A few hundred bytes name a hundred thousand files.',
    layer: 'limit of files',
    script: `${file('f')}; for d in 1 2 3 4 5; do T=$(for n in 0 1 2 3 4 5 6 7 8 9; do printf '040000 tree %s\\t%s\\000' $T $n; done | git mktree -z); done`,
    naive: 'git ls-tree -r --name-only "$C" | head -n 60000 | wc -l > count',
    breached: ({ paths, text }) => paths.length > 50_000 || Number(text('count')) > 50_000,
  },
  {
    id: 'large-file',
    attack: 'A few kilobytes unpack to more than a repository may have.',
    layer: 'limit of bytes',
    script: `B=$(head -c 25000000 /dev/zero | git hash-object -w --stdin); ${file('zeros')}`,
    naive: 'git cat-file blob "$C:zeros" > zeros',
    breached: at(/^zeros$/u),
  },
];
