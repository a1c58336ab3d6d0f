/** Rules: files read and written by the contents API. */
import { at } from '#local-github/probing/ask.ts';
import type { Seen } from '#local-github/probing/ask.ts';
import type { Place, Rule } from './rule.ts';

const docs = 'https://docs.github.com/en/rest/repos/contents';
const probed = 'https://github.com/pome-sh/digital-twins/pull/400';

interface Writing {
  readonly path?: string;
  readonly text?: string;
  readonly sha?: unknown;
  readonly branch?: string;
}

/** On a branch of its own, unless it says one. */
async function put(
  place: Place,
  { path = 'README.md', text = 'new\n', ...rest }: Writing,
): Promise<Seen> {
  const { name } = await place.double.branch({ 'own.txt': 'own\n' });
  const content = Buffer.from(text).toString('base64');
  const body = { message: 'Write it', content, branch: name, ...rest };
  return place.ask({ method: 'PUT', path: `${place.root}/contents/${path}`, body });
}

/** The README's blob on the default branch. */
async function readmeSha({ double, root }: Place): Promise<unknown> {
  return at(await double.done({ path: `${root}/contents/README.md` }), 'sha');
}

/** A branch whose tree holds entries that files alone cannot make. */
async function branchWith({ double, root }: Place, entries: readonly object[]): Promise<string> {
  const post = (path: string, body: object) =>
    double.done({ method: 'POST', path: root + path, body });
  const { name, sha } = await double.branch({ '.gitmodules': modules });
  const tree = await post('/git/trees', { base_tree: sha, tree: entries });
  const commit = { message: 'Odd entries', tree: at(tree, 'sha'), parents: [sha] };
  const made = await post('/git/commits', commit);
  await double.done({
    method: 'PATCH',
    path: `${root}/git/refs/heads/${name}`,
    body: { sha: at(made, 'sha') },
  });
  return name;
}

const modules = '[submodule "lib"]\n\tpath = lib\n\turl = https://example.com/lib.git\n';

export const contentRules: readonly Rule[] = [
  {
    id: 'contents/root',
    rule: 'The root is a list of files and folders.',
    source: docs,
    changes: 'nothing',
    expect: { status: 200, list: true },
    probe: async ({ ask, root }) => {
      const { status, body } = await ask({ path: `${root}/contents` });
      return { status, list: Array.isArray(body) };
    },
  },
  {
    id: 'contents/missing',
    rule: 'A file that is not there is answered with 404.',
    source: 'openapi repos/get-content',
    changes: 'nothing',
    expect: { status: 404, 'body.message': 'Not Found' },
    probe: ({ ask, root }) => ask({ path: `${root}/contents/no/such/file-of-a-probe` }),
  },
  {
    id: 'contents/unknown-ref',
    rule: 'A ref that is not there is told by its name.',
    source: 'assumed',
    changes: 'nothing',
    expect: { status: 404, 'body.message': 'No commit found for the ref no-such-ref' },
    probe: ({ ask, root }) => ask({ path: `${root}/contents?ref=no-such-ref` }),
  },
  {
    id: 'contents/file',
    rule: 'A file comes as base64 with its blob, and raw for those who accept that.',
    source: docs,
    changes: 'something',
    expect: { type: 'file', encoding: 'base64', content: '# Shop\n', raw: '# Shop\n' },
    probe: async ({ ask, double, root }) => {
      const path = `${root}/contents/README.md`;
      const file = await double.done({ path });
      const raw = await ask({ path, headers: { accept: 'application/vnd.github.raw+json' } });
      const content = Buffer.from(String(at(file, 'content')), 'base64').toString();
      return { type: at(file, 'type'), encoding: at(file, 'encoding'), content, raw: raw.body };
    },
  },
  {
    id: 'contents/link-and-submodule',
    rule: 'A link to a file is answered with that file, another as a link; a submodule with its address.',
    source: docs,
    changes: 'something',
    expect: {
      'inside.type': 'file',
      'outside.type': 'symlink',
      'outside.target': '/elsewhere',
      'module.type': 'submodule',
      'module.submodule_git_url': 'https://example.com/lib.git',
    },
    probe: async (place) => {
      const branch = await branchWith(place, [
        { path: 'inside', mode: '120000', type: 'blob', content: 'README.md' },
        { path: 'outside', mode: '120000', type: 'blob', content: '/elsewhere' },
        { path: 'lib', mode: '160000', type: 'commit', sha: 'a'.repeat(40) },
      ]);
      const { double, root } = place;
      const read = (path: string) =>
        double.done({ path: `${root}/contents/${path}?ref=${branch}` });
      return {
        inside: await read('inside'),
        outside: await read('outside'),
        module: await read('lib'),
      };
    },
  },
  {
    id: 'contents/put-new',
    rule: 'A new file is one commit on the branch: 201.',
    source: docs,
    changes: 'something',
    expect: { status: 201, 'body.content.path': 'a/new.txt', 'body.commit.message': 'Write it' },
    probe: (place) => put(place, { path: 'a/new.txt' }),
  },
  {
    id: 'contents/put-again',
    rule: 'A file is replaced by those who name the blob that they saw: 200.',
    source: docs,
    changes: 'something',
    expect: { status: 200, 'body.content.path': 'README.md' },
    probe: async (place) => put(place, { sha: await readmeSha(place) }),
  },
  {
    id: 'contents/put-without-sha',
    rule: 'A file that is there is not replaced without its blob.',
    source: probed,
    changes: 'something',
    expect: { status: 422, 'body.message': 'Invalid request.\n\n"sha" wasn\'t supplied.' },
    probe: (place) => put(place, {}),
  },
  {
    id: 'contents/put-conflict',
    rule: 'A file that has changed meanwhile is not replaced: 409 that names path and blob.',
    source: probed,
    changes: 'something',
    expect: { status: 409, 'body.message': `README.md does not match ${'b'.repeat(40)}` },
    probe: (place) => put(place, { sha: 'b'.repeat(40) }),
  },
  {
    id: 'contents/put-unknown-branch',
    rule: 'A branch that is not there is looked at first: 404.',
    source: probed,
    changes: 'something',
    expect: { status: 404, 'body.message': 'Branch nowhere not found' },
    probe: (place) => put(place, { branch: 'nowhere', sha: 'b'.repeat(40) }),
  },
  {
    id: 'contents/put-workflow',
    rule: 'An App needs the workflows permission to write a workflow file.',
    source: 'https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps',
    changes: 'something',
    expect: { status: 403 },
    probe: (place) => put(place, { path: '.github/workflows/ci.yml' }),
  },
  {
    id: 'contents/delete',
    rule: 'A file is removed by those who name its blob; what is left is the commit.',
    source: docs,
    changes: 'something',
    expect: { status: 200, 'body.content': null, 'body.commit.message': 'Away' },
    probe: async (place) => {
      const { name } = await place.double.branch({ 'own.txt': 'own\n' });
      const body = { message: 'Away', branch: name, sha: await readmeSha(place) };
      return place.ask({ method: 'DELETE', path: `${place.root}/contents/README.md`, body });
    },
  },
  {
    id: 'contents/organisation',
    rule: "An organisation's own repository is read like any other.",
    source:
      'https://docs.github.com/en/communities/setting-up-your-project-for-healthy-contributions/creating-a-default-community-health-file',
    changes: 'something',
    expect: { status: 200, 'body.path': '.github/release-drafter.yml' },
    probe: ({ ask }) =>
      ask({ as: '@ada', path: '/repos/acme/.github/contents/.github/release-drafter.yml' }),
  },
];
