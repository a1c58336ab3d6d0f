/** Hostile repositories: what strange code writes into `.git` of its workspace, so that git itself runs it on the machine. */

export interface HostileRepository {
  readonly id: string;
  readonly attack: string;
  /** Read by `sh` in a folder with one commit; `$MARK` is the file whose making shows that code ran. */
  readonly script: string;
  /** What somebody does there with plain git. */
  readonly naive: readonly (readonly string[])[];
}

const touch = `printf '#!/bin/sh\\ntouch "%s"\\ncat\\n' "$MARK" > .git/run; chmod +x .git/run`;
/** One that git speaks to must end: it would wait for an answer. */
const quick = `printf '#!/bin/sh\\ntouch "%s"\\n' "$MARK" > .git/run; chmod +x .git/run`;
const run = '"$PWD/.git/run"';
const change = 'echo changed >> README.md';
const hook = (name: string) => `${touch}; mkdir -p .git/hooks; cp .git/run .git/hooks/${name}`;
const look = [['status'], ['diff']];
const commit = [
  ['add', '-A'],
  ['commit', '-q', '-m', 'x'],
];
const set = (name: string, value = run) => `git config ${name} ${value}`;

export const hostileRepositories: readonly HostileRepository[] = [
  {
    id: 'fsmonitor',
    attack: 'A file watcher named in .git/config runs when the state is asked for.',
    script: `${touch}; ${set('core.fsmonitor')}`,
    naive: look,
  },
  {
    id: 'filter-clean',
    attack: 'A filter runs when a file is added.',
    script: `${touch}; ${set('filter.x.clean')}; echo '* filter=x' > .gitattributes; ${change}`,
    naive: commit,
  },
  {
    id: 'filter-smudge',
    attack: 'A filter runs when a file is checked out.',
    script: `${touch}; ${set('filter.x.smudge')}; echo '* filter=x' > .gitattributes; rm README.md`,
    naive: [['checkout', '--', 'README.md']],
  },
  {
    id: 'filter-process',
    attack: 'A filter that stays runs when a file is added.',
    script: `${touch}; ${set('filter.x.process')}; echo '* filter=x' > .gitattributes; ${change}`,
    naive: commit,
  },
  {
    id: 'text-conversion',
    attack: 'A converter runs when a difference is shown.',
    script: `${touch}; ${set('diff.x.textconv')}; echo '* diff=x' > .gitattributes; ${change}`,
    naive: [['diff']],
  },
  {
    id: 'difference-driver',
    attack: 'A program of its own shows a difference.',
    script: `${touch}; ${set('diff.x.command')}; echo '* diff=x' > .gitattributes; ${change}`,
    naive: [['diff']],
  },
  {
    id: 'external-difference',
    attack: 'A program of its own shows every difference.',
    script: `${touch}; ${set('diff.external')}; ${change}`,
    naive: [['diff']],
  },
  {
    id: 'merge-driver',
    attack: 'A program of its own merges a file.',
    script: `${touch}; ${set('merge.x.driver')}; echo '* merge=x' > .git/info/attributes; git checkout -q -b other; echo a >> README.md; git commit -q -a -m a; git checkout -q -; echo b >> README.md; git commit -q -a -m b`,
    naive: [['merge', 'other']],
  },
  {
    id: 'hook-pre-commit',
    attack: 'A hook runs before a commit.',
    script: `${hook('pre-commit')}; ${change}`,
    naive: commit,
  },
  {
    id: 'hook-post-checkout',
    attack: 'A hook runs after a checkout.',
    script: hook('post-checkout'),
    naive: [['checkout', '-q', '-b', 'new']],
  },
  {
    id: 'hook-post-index-change',
    attack: 'A hook runs whenever the index is written.',
    script: `${hook('post-index-change')}; ${change}`,
    naive: [['add', '-A']],
  },
  {
    id: 'hook-reference-transaction',
    attack: 'A hook runs whenever a reference is moved.',
    script: hook('reference-transaction'),
    naive: [['branch', 'new']],
  },
  {
    id: 'hooks-path',
    attack: 'Hooks lie in a folder of the tree, named in .git/config.',
    script: `${touch}; mkdir hooks; cp .git/run hooks/pre-commit; ${set('core.hooksPath', 'hooks')}; ${change}`,
    naive: commit,
  },
  {
    id: 'included-configuration',
    attack: 'The configuration includes a file of the tree.',
    script: `${touch}; git config -f evil.cfg core.fsmonitor ${run}; ${set('include.path', '../evil.cfg')}`,
    naive: look,
  },
  {
    id: 'included-for-branch',
    attack: 'The configuration includes a file of the tree on one branch only.',
    script: `${touch}; git config -f evil.cfg core.fsmonitor ${run}; git config includeIf.onbranch:**.path ../evil.cfg`,
    naive: look,
  },
  {
    id: 'repository-elsewhere',
    attack: 'A file .git leads to a repository that the tree itself holds.',
    script: `${touch}; ${set('core.fsmonitor')}; mv .git data; echo 'gitdir: data' > .git; sed -i 's#/.git/run#/data/run#' data/config`,
    naive: look,
  },
  {
    id: 'linked-repository',
    attack: 'A link .git leads to a repository that the tree itself holds.',
    script: `${touch}; ${set('core.fsmonitor')}; mv .git data; ln -s data .git`,
    naive: look,
  },
  {
    id: 'editor',
    attack: 'An editor named in .git/config is opened for a message.',
    script: `${touch}; ${set('core.editor')}; ${change}`,
    naive: [['commit', '-a']],
  },
  {
    id: 'signing-program',
    attack: 'A signing program named in .git/config runs with every commit.',
    script: `${touch}; ${set('gpg.program')}; ${set('commit.gpgSign', 'true')}; ${change}`,
    naive: commit,
  },
  {
    id: 'ssh-command',
    attack: 'The program that speaks to a server over ssh is named in .git/config.',
    script: `${quick}; ${set('core.sshCommand')}; git remote add origin ssh://127.0.0.1:9/x`,
    naive: [['fetch', 'origin']],
  },
  {
    id: 'proxy-program',
    attack: 'The program that opens a connection is named in .git/config.',
    script: `${quick}; ${set('core.gitProxy')}; git remote add origin git://127.0.0.1:9/x`,
    naive: [['fetch', 'origin']],
  },
  {
    id: 'external-transport',
    attack: 'The address of the remote is a command.',
    script: `${quick}; ${set('protocol.ext.allow', 'always')}; git remote add origin "ext::$PWD/.git/run"`,
    naive: [['fetch', 'origin']],
  },
  {
    id: 'rewritten-address',
    attack: 'A harmless address is rewritten to a command.',
    script: `${quick}; ${set('protocol.ext.allow', 'always')}; git config "url.ext::$PWD/.git/run .insteadOf" https://forge.invalid/; git remote add origin https://forge.invalid/x`,
    naive: [['fetch', 'origin']],
  },
  {
    id: 'upload-program',
    attack: 'The program at the other end of a local remote is named in .git/config.',
    script: `${quick}; git remote add origin "$PWD"; ${set('remote.origin.uploadpack')}`,
    naive: [['fetch', 'origin']],
  },
  {
    id: 'lazy-fetch',
    attack: 'An object that is not there is fetched when it is read, by a command.',
    script: `${quick}; ${set('protocol.ext.allow', 'always')}; git remote add origin "ext::$PWD/.git/run"; ${set('remote.origin.promisor', 'true')}; ${set('extensions.partialClone', 'origin')}; ${set('core.repositoryFormatVersion', '1')}`,
    naive: [['cat-file', '-p', '1234567890123456789012345678901234567890']],
  },
  {
    id: 'submodule-command',
    attack: 'A submodule is brought up to date by a command.',
    script: `${quick}; git clone -q . sub; git commit -q --allow-empty -m second; git -C sub fetch -q "$PWD" HEAD:refs/heads/x; git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),sub; printf '[submodule "sub"]\\n\\tpath = sub\\n\\turl = ./sub\\n' > .gitmodules; ${set('submodule.sub.active', 'true')}; ${set('submodule.sub.url', '"$PWD"')}; git config submodule.sub.update "!$PWD/.git/run"`,
    naive: [['submodule', 'update']],
  },
  {
    id: 'trailer-command',
    attack: 'A trailer of a message is made by a command.',
    script: `${touch}; ${set('trailer.x.command')}; ${set('trailer.x.key', 'X')}; ${change}`,
    naive: [['commit', '-a', '-m', 'x', '--trailer', 'x=1']],
  },
];
