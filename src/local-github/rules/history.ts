/** Rules: comparisons, lists of commits, and the pull requests that brought them. */
import { at } from '#local-github/probing/ask.ts';
import type { Seen } from '#local-github/probing/ask.ts';
import { Skipped } from './rule.ts';
import type { Place, Rule } from './rule.ts';

const compareDocs = 'https://docs.github.com/en/rest/commits/commits#compare-two-commits';
const commitDocs = 'https://docs.github.com/en/rest/commits/commits';

/** The repository with a past, as a person: the probes' token is for another one. */
function story({ ask }: Place, path: string): Promise<Seen> {
  return ask({ as: '@ada', path: `/repos/acme/story${path}` });
}

function sizes({ status, body, headers }: Seen) {
  const length = (name: string) => {
    const list = at(body, name);
    return Array.isArray(list) ? list.length : null;
  };
  const commits = length('commits');
  const last = at(body, `commits.${(commits ?? 0) - 1}.commit.message`);
  return {
    status,
    commits,
    last,
    files: length('files'),
    total: at(body, 'total_commits'),
    headers,
  };
}

async function shaOf(place: Place, name: string): Promise<string> {
  return String(at((await story(place, `/commits/${name}`)).body, 'sha'));
}

/** Titles of the pull requests that brought a commit. */
async function broughtBy(place: Place, sha: string) {
  const { status, body } = await story(place, `/commits/${sha}/pulls`);
  return { status, titles: Array.isArray(body) ? body.map((each) => at(each, 'title')) : body };
}

async function titled(place: Place, message: string): Promise<string> {
  const { body } = await story(place, '/commits?per_page=100');
  const commits: readonly unknown[] = Array.isArray(body) ? body : [];
  const found = commits.find((each) => String(at(each, 'commit.message')).startsWith(message));
  return String(at(found, 'sha'));
}

export const historyRules: readonly Rule[] = [
  {
    id: 'compare/unpaged',
    rule: 'Without paging a comparison holds at most 250 commits, the newest last, and at most 300 files.',
    source: compareDocs,
    changes: 'something',
    expect: { 'long.commits': 250, 'long.total': 260, 'long.last': 'Step 260', 'wide.files': 300 },
    probe: async (place) => ({
      long: sizes(await story(place, '/compare/main...long')),
      wide: sizes(await story(place, '/compare/main...wide')),
    }),
  },
  {
    id: 'compare/paged',
    rule: 'With paging the oldest commits come first, and the files only on the first page.',
    source: compareDocs,
    changes: 'something',
    expect: {
      'first.commits': 100,
      'first.files': 1,
      'third.commits': 60,
      'third.last': 'Step 260',
      'third.files': null,
      'first.headers.link': /rel="next"/,
    },
    probe: async (place) => ({
      first: sizes(await story(place, '/compare/main...long?per_page=100')),
      third: sizes(await story(place, '/compare/main...long?per_page=100&page=3')),
    }),
  },
  {
    id: 'compare/status',
    rule: 'A head is ahead of, behind, identical to or diverged from its base; a ref may hold slashes.',
    source: compareDocs,
    changes: 'something',
    expect: {
      ahead: 'ahead',
      behind: 'behind',
      identical: 'identical',
      diverged: 'diverged',
    },
    probe: async (place) => {
      const status = async (range: string) =>
        at((await story(place, `/compare/${range}`)).body, 'status');
      return {
        ahead: await status('v1.0.0...main'),
        behind: await status('main...v1.0.0'),
        identical: await status('main...acme:main'),
        diverged: await status('main...line/1.x'),
      };
    },
  },
  {
    id: 'compare/itself',
    rule: 'A branch compared with itself has no commits and no files.',
    source: compareDocs,
    changes: 'nothing',
    expect: { status: 200, 'body.status': 'identical', 'body.commits': [], 'body.files': [] },
    probe: ({ ask, root, repository: { defaultBranch } }) =>
      ask({ path: `${root}/compare/${defaultBranch}...${defaultBranch}` }),
  },
  {
    id: 'compare/unknown-ref',
    rule: 'A comparison with a ref that is not there is answered with 404.',
    source: 'openapi repos/compare-commits-with-basehead',
    changes: 'nothing',
    expect: { status: 404, 'body.message': 'Not Found' },
    probe: ({ ask, root, repository: { defaultBranch } }) =>
      ask({ path: `${root}/compare/${defaultBranch}...no-such-ref-of-a-probe` }),
  },
  {
    id: 'compare/nothing-in-common',
    rule: 'Two commits without a common ancestor cannot be compared: 404 that says so.',
    source: 'https://github.com/github-changelog-generator/github-changelog-generator/issues/994',
    changes: 'something',
    expect: { status: 404, 'body.message': /^No common ancestor between main and [0-9a-f]{40}\.$/ },
    probe: async ({ double, root, ask }) => {
      const main = await double.done({ path: `${root}/commits/main` });
      const body = { message: 'Alone', tree: at(main, 'commit.tree.sha'), parents: [] };
      const alone = await double.done({ method: 'POST', path: `${root}/git/commits`, body });
      return ask({ path: `${root}/compare/main...${String(at(alone, 'sha'))}` });
    },
  },
  {
    id: 'compare/as-text',
    rule: 'A comparison is a diff or a patch for those who accept these.',
    source: compareDocs,
    changes: 'something',
    expect: { diff: /^diff --git/, patch: /^From [0-9a-f]{40}/ },
    probe: async ({ ask, double, root }) => {
      const { name } = await double.branch({ 'text.txt': 'text\n' });
      const as = async (format: string) => {
        const headers = { accept: `application/vnd.github.${format}` };
        return (await ask({ path: `${root}/compare/main...${name}`, headers })).body;
      };
      return { diff: await as('diff'), patch: await as('patch') };
    },
  },
  {
    id: 'commits/pulls-of-each-merge',
    rule: 'A commit tells the pull request that brought it, however it was merged, and none when it was pushed.',
    source: commitDocs,
    changes: 'something',
    expect: {
      squash: { status: 200, titles: ['Squashed'] },
      merge: { status: 200, titles: ['Merged'] },
      rebase: { status: 200, titles: ['Rebased'] },
      pushed: { status: 200, titles: [] },
    },
    probe: async (place) => ({
      squash: await broughtBy(place, await titled(place, 'Squashed (#')),
      merge: await broughtBy(place, await titled(place, 'Merge pull request #3 from eve/merged')),
      rebase: await broughtBy(place, await titled(place, 'First half')),
      pushed: await broughtBy(place, await titled(place, 'Pushed by hand')),
    }),
  },
  {
    id: 'commits/pulls-late',
    rule: 'Right after a merge its commit may not tell the pull request yet.',
    source: 'https://github.com/release-drafter/release-drafter/issues/1020',
    changes: 'something',
    expect: { late: [], found: ['Squashed'] },
    probe: async (place) => {
      const { repositories } = place.double.github.state;
      const repository = repositories.find(({ name }) => name === 'story');
      if (!repository) throw new Skipped('there is no repository with a past');
      const sha = await titled(place, 'Squashed (#');
      repository.pullIndexLag = Number.MAX_SAFE_INTEGER;
      const late = (await broughtBy(place, sha)).titles;
      repository.pullIndexLag = 0;
      return { late, found: (await broughtBy(place, sha)).titles };
    },
  },
  {
    id: 'commits/filtered',
    rule: 'Commits can be asked for by path, author and time.',
    source: commitDocs,
    changes: 'something',
    expect: { path: 2, author: 3, since: 1, until: 1 },
    probe: async (place) => {
      const count = async (query: string) => {
        const { body } = await story(place, `/commits?${query}`);
        return Array.isArray(body) ? body.length : null;
      };
      return {
        path: await count('path=half.txt'),
        author: await count('author=ben'),
        since: await count('since=2026-01-01T00:06:00Z'),
        until: await count('until=2026-01-01T00:00:30Z'),
      };
    },
  },
  {
    id: 'commits/unknown',
    rule: 'A commit that is not there is refused with 422.',
    source: 'openapi repos/get-commit',
    changes: 'nothing',
    expect: { status: 422, 'body.message': `No commit found for SHA: ${'0'.repeat(39)}1` },
    probe: ({ ask, root }) => ask({ path: `${root}/commits/${'0'.repeat(39)}1` }),
  },
  {
    id: 'commits/head-of-pull',
    rule: "A fork's pull request tells its owner, and no repository when that is gone.",
    source: 'openapi pulls/get',
    changes: 'something',
    expect: { 'body.head.label': 'eve:merged', 'body.head.repo': null, 'body.merged': true },
    probe: async (place) => story(place, '/pulls/3'),
  },
  {
    id: 'commits/one',
    rule: 'A commit is found by the name of a branch as by its SHA.',
    source: commitDocs,
    changes: 'something',
    expect: { same: true },
    probe: async (place) => {
      const sha = await shaOf(place, 'main');
      return { same: sha === (await shaOf(place, sha)) };
    },
  },
];
