/** Rules: what the App reads has the shape that GitHub describes. */
import type { Who } from '#local-github/probing/ask.ts';
import { at } from '#local-github/probing/ask.ts';
import { described } from '#local-github/probing/described.ts';
import { Skipped, type Place, type Rule } from './rule.ts';

interface Read {
  readonly id: string;
  /** What is answered, as the subject of a sentence. */
  readonly what: string;
  readonly operation: string;
  readonly as?: Who;
  /** Throws Skipped where the repository has no such thing. */
  readonly path: (place: Place) => string | Promise<string>;
}

function below(path: string): Read['path'] {
  return ({ root, repository }) => root + path.replace('BRANCH', repository.defaultBranch);
}

/** The value at `found` of the first one in a list. */
function first(list: string, found: string, then: (value: string) => string): Read['path'] {
  return async ({ ask, root }) => {
    const { body } = await ask({ path: `${root}${list}` });
    const value = at(body, found);
    if (typeof value !== 'string' && typeof value !== 'number')
      throw new Skipped(`${list} lists nothing here`);
    return root + then(String(value));
  };
}

function ofHead(then: (sha: string, tree: string) => string): Read['path'] {
  return async ({ ask, root, repository }) => {
    const { body } = await ask({ path: `${root}/commits/${repository.defaultBranch}` });
    return root + then(String(at(body, 'sha')), String(at(body, 'commit.tree.sha')));
  };
}

const reads: readonly Read[] = [
  { id: 'repository', what: 'A repository', operation: 'repos/get', path: below('') },
  {
    id: 'installation-of-repository',
    what: 'The installation of a repository',
    operation: 'apps/get-repo-installation',
    as: 'app',
    path: below('/installation'),
  },
  {
    id: 'app',
    what: 'The App itself',
    operation: 'apps/get-authenticated',
    as: 'app',
    path: () => '/app',
  },
  {
    id: 'installations',
    what: "The list of the App's installations",
    operation: 'apps/list-installations',
    as: 'app',
    path: () => '/app/installations?per_page=2',
  },
  {
    id: 'repositories-of-installation',
    what: 'The list of repositories that a token reaches',
    operation: 'apps/list-repos-accessible-to-installation',
    path: () => '/installation/repositories?per_page=2',
  },
  {
    id: 'hook-config',
    what: "The App's webhook configuration",
    operation: 'apps/get-webhook-config-for-app',
    as: 'app',
    path: () => '/app/hook/config',
  },
  {
    id: 'deliveries',
    what: 'The log of deliveries',
    operation: 'apps/list-webhook-deliveries',
    as: 'app',
    path: () => '/app/hook/deliveries?per_page=5',
  },
  {
    id: 'rate-limit',
    what: 'What is left of the rate limits',
    operation: 'rate-limit/get',
    path: () => '/rate_limit',
  },
  {
    id: 'branches',
    what: 'The list of branches',
    operation: 'repos/list-branches',
    path: below('/branches?per_page=5'),
  },
  {
    id: 'branch',
    what: 'A branch',
    operation: 'repos/get-branch',
    path: below('/branches/BRANCH'),
  },
  { id: 'ref', what: 'A ref', operation: 'git/get-ref', path: below('/git/ref/heads/BRANCH') },
  {
    id: 'matching-refs',
    what: 'The list of refs that begin alike',
    operation: 'git/list-matching-refs',
    path: below('/git/matching-refs/heads/BRANCH'),
  },
  {
    id: 'commits',
    what: 'The list of commits',
    operation: 'repos/list-commits',
    path: below('/commits?per_page=3'),
  },
  { id: 'commit', what: 'A commit', operation: 'repos/get-commit', path: below('/commits/BRANCH') },
  {
    id: 'git-commit',
    what: 'A commit of the git database',
    operation: 'git/get-commit',
    path: ofHead((sha) => `/git/commits/${sha}`),
  },
  {
    id: 'git-tree',
    what: 'A tree with all below it',
    operation: 'git/get-tree',
    path: ofHead((_, tree) => `/git/trees/${tree}?recursive=1`),
  },
  {
    id: 'folder',
    what: 'The content of a folder',
    operation: 'repos/get-content',
    path: below('/contents/'),
  },
  {
    id: 'file',
    what: 'The content of a file',
    operation: 'repos/get-content',
    path: first('/contents/', '0.path', (path) => `/contents/${encodeURIComponent(path)}`),
  },
  {
    id: 'compare',
    what: 'The comparison of a branch with itself',
    operation: 'repos/compare-commits-with-basehead',
    path: ({ root, repository: { defaultBranch: branch } }) =>
      `${root}/compare/${branch}...${branch}`,
  },
  {
    id: 'issues',
    what: 'The list of issues',
    operation: 'issues/list-for-repo',
    path: below('/issues?state=all&per_page=5'),
  },
  {
    id: 'issue',
    what: 'An issue',
    operation: 'issues/get',
    path: first('/issues?state=all&per_page=1', '0.number', (number) => `/issues/${number}`),
  },
  {
    id: 'comments-of-issue',
    what: 'The list of comments below an issue',
    operation: 'issues/list-comments',
    path: first(
      '/issues?state=all&per_page=1',
      '0.number',
      (number) => `/issues/${number}/comments`,
    ),
  },
  {
    id: 'labels-of-issue',
    what: 'The list of labels on an issue',
    operation: 'issues/list-labels-on-issue',
    path: first('/issues?state=all&per_page=1', '0.number', (number) => `/issues/${number}/labels`),
  },
  {
    id: 'labels',
    what: 'The list of labels',
    operation: 'issues/list-labels-for-repo',
    path: below('/labels?per_page=5'),
  },
  {
    id: 'pulls',
    what: 'The list of pull requests',
    operation: 'pulls/list',
    path: below('/pulls?state=all&per_page=3'),
  },
  {
    id: 'pull',
    what: 'A pull request',
    operation: 'pulls/get',
    path: first('/pulls?state=all&per_page=1', '0.number', (number) => `/pulls/${number}`),
  },
  {
    id: 'files-of-pull',
    what: 'The list of files that a pull request changes',
    operation: 'pulls/list-files',
    path: first('/pulls?state=all&per_page=1', '0.number', (number) => `/pulls/${number}/files`),
  },
  {
    id: 'commits-of-pull',
    what: "The list of a pull request's commits",
    operation: 'pulls/list-commits',
    path: first('/pulls?state=all&per_page=1', '0.number', (number) => `/pulls/${number}/commits`),
  },
  {
    id: 'check-runs',
    what: 'The list of check runs of a branch',
    operation: 'checks/list-for-ref',
    path: below('/commits/BRANCH/check-runs?per_page=5'),
  },
  {
    id: 'check-suites',
    what: 'The list of check suites of a branch',
    operation: 'checks/list-suites-for-ref',
    path: below('/commits/BRANCH/check-suites?per_page=5'),
  },
  {
    id: 'releases',
    what: 'The list of releases',
    operation: 'repos/list-releases',
    path: below('/releases?per_page=3'),
  },
];

/** A missing permission is the installation's, not a deviation. */
async function probe(place: Place, { as, path }: Read) {
  const asked = await path(place);
  const facts = await described(place, { path: asked, ...(as && { as }) });
  if (facts.status === 403) throw new Skipped('the installation has no permission to read it');
  return facts;
}

export const readRules: readonly Rule[] = reads.map((read) => ({
  id: `reads/${read.id}`,
  rule: `${read.what} is answered in the shape of GitHub's own description.`,
  source: `openapi ${read.operation}`,
  changes: 'nothing',
  expect: { status: 200, deviations: [] },
  probe: (place) => probe(place, read),
}));
