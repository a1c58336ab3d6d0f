/** Rules: pull requests from forks, as an App on the base repository sees them. */
import { at } from '#local-github/probing/ask.ts';
import type { Place, Rule } from './rule.ts';

let count = 0;

/** Eve writes a file into a branch of her fork; answers with the branch. */
async function forkBranch({ double }: Place): Promise<string> {
  count += 1;
  const branch = `idea-${String(count)}`;
  const fork = '/repos/eve/shop';
  const base = await double.done({ as: '@eve', path: `${fork}/commits/main` });
  const tree = await double.done({
    as: '@eve',
    method: 'POST',
    path: `${fork}/git/trees`,
    body: {
      base_tree: at(base, 'commit.tree.sha'),
      tree: [{ path: `ideas/${branch}.txt`, mode: '100644', type: 'blob', content: 'idea\n' }],
    },
  });
  const written = { message: 'An idea', tree: at(tree, 'sha'), parents: [at(base, 'sha')] };
  const commits = `${fork}/git/commits`;
  const commit = await double.done({ as: '@eve', method: 'POST', path: commits, body: written });
  const ref = { ref: `refs/heads/${branch}`, sha: at(commit, 'sha') };
  await double.done({ as: '@eve', method: 'POST', path: `${fork}/git/refs`, body: ref });
  return branch;
}

async function propose(place: Place): Promise<unknown> {
  const branch = await forkBranch(place);
  const body = { title: 'An idea', head: `eve:${branch}`, base: 'main' };
  return place.double.done({ as: '@eve', method: 'POST', path: `${place.root}/pulls`, body });
}

export const forkRules: readonly Rule[] = [
  {
    id: 'forks/head-repository',
    rule: 'A pull request from a fork tells the fork as the repository of its head; who may read may open it.',
    source: 'openapi pulls/create',
    changes: 'something',
    expect: {
      'pull.head.label': /^eve:idea-\d+$/,
      'pull.head.repo.full_name': 'eve/shop',
      'pull.head.repo.fork': true,
      'pull.base.repo.full_name': 'acme/shop',
      'pull.maintainer_can_modify': true,
    },
    probe: async (place) => ({ pull: await propose(place) }),
  },
  {
    id: 'forks/head-in-base',
    rule: 'The base repository has the head under `refs/pull/N/head`, and its files can be read.',
    source:
      'https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/checking-out-pull-requests-locally',
    changes: 'something',
    expect: { same: true, files: 1 },
    probe: async (place) => {
      const pull = await propose(place);
      const number = String(at(pull, 'number'));
      const { double, root } = place;
      const ref = await double.done({ path: `${root}/git/ref/pull/${number}/head` });
      const files = await double.done({ path: `${root}/pulls/${number}/files` });
      return { same: at(ref, 'object.sha') === at(pull, 'head.sha'), files: [files].flat().length };
    },
  },
  {
    id: 'forks/checks-without-pull',
    rule: 'A check on the head of a fork tells no pull request, and its suite no branch.',
    source: 'https://docs.github.com/en/rest/checks/suites',
    changes: 'something',
    expect: { 'run.pull_requests': [], 'suite.head_branch': null, 'suite.pull_requests': [] },
    probe: async (place) => {
      const { double, root } = place;
      const pull = await propose(place);
      const body = { name: 'proof', head_sha: at(pull, 'head.sha') };
      const run = await double.done({ method: 'POST', path: `${root}/check-runs`, body });
      const path = `${root}/check-suites/${String(at(run, 'check_suite.id'))}`;
      return { run, suite: await double.done({ path }) };
    },
  },
  {
    id: 'forks/no-access',
    rule: 'An App that is not installed on a fork cannot read or write it, whatever maintainers may.',
    source: 'assumed',
    changes: 'something',
    expect: { 'read.status': 404, 'write.status': 404 },
    probe: async (place) => {
      const branch = await forkBranch(place);
      const path = `/repos/eve/shop/git/refs/heads/${branch}`;
      return {
        read: await place.ask({ path: '/repos/eve/shop' }),
        write: await place.ask({ method: 'PATCH', path, body: { sha: 'c'.repeat(40) } }),
      };
    },
  },
  {
    id: 'forks/fork-collab',
    rule: 'Who cannot push to a fork has to say that maintainers may not modify it.',
    source: 'https://github.com/PyGithub/PyGithub/issues/1921',
    changes: 'something',
    expect: { 'first.status': 422, 'first.body.errors.0.field': 'fork_collab', 'then.status': 201 },
    probe: async (place) => {
      const branch = await forkBranch(place);
      const body = { title: 'Hers', head: `eve:${branch}`, base: 'main' };
      const asked = { method: 'POST', path: `${place.root}/pulls` } as const;
      const first = await place.ask({ ...asked, body });
      return {
        first,
        then: await place.ask({ ...asked, body: { ...body, maintainer_can_modify: false } }),
      };
    },
  },
];
