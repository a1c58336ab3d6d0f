/** Rules: commit statuses and what they come to together. */
import { at } from '#local-github/probing/ask.ts';
import { Skipped } from './rule.ts';
import type { Place, Rule } from './rule.ts';

const docs = 'https://docs.github.com/en/rest/commits/statuses';

let count = 0;

/** A commit that nothing was said of. */
async function commit({
  root,
  double,
}: Place): Promise<{ readonly one: string; readonly path: string }> {
  count += 1;
  const head = await double.done({ path: `${root}/commits/main` });
  const body = {
    message: `Status ${String(count)}`,
    tree: at(head, 'commit.tree.sha'),
    parents: [at(head, 'sha')],
  };
  const made = await double.done({ method: 'POST', path: `${root}/git/commits`, body });
  const sha = String(at(made, 'sha'));
  return { one: `${root}/statuses/${sha}`, path: `${root}/commits/${sha}/status` };
}

/** What several statuses, each `context state`, come to. */
function together(
  id: string,
  rule: string,
  { told, state }: { readonly told: readonly string[]; readonly state: string },
): Rule {
  return {
    id: `statuses/${id}`,
    rule,
    source: docs,
    changes: 'something',
    expect: { 'body.state': state },
    probe: async (place) => {
      const { one, path } = await commit(place);
      for (const each of told) {
        const [context, given] = each.split(' ');
        await place.double.done({ method: 'POST', path: one, body: { context, state: given } });
      }
      return place.ask({ path });
    },
  };
}

export const statusRules: readonly Rule[] = [
  together('none-is-pending', 'A commit without statuses is pending.', {
    told: [],
    state: 'pending',
  }),
  together('error-is-failure', 'An error of one context is a failure of all.', {
    told: ['a success', 'b error', 'c pending'],
    state: 'failure',
  }),
  together('one-pending', 'One context that is pending leaves all pending.', {
    told: ['a success', 'b pending'],
    state: 'pending',
  }),
  together('newest-counts', 'The newest status of a context counts.', {
    told: ['a failure', 'a success'],
    state: 'success',
  }),
  {
    id: 'statuses/default-context',
    rule: 'A status without a context has the context "default".',
    source: docs,
    changes: 'something',
    expect: { status: 201, 'body.context': 'default', 'body.state': 'success' },
    probe: async (place) => {
      const { one } = await commit(place);
      return place.ask({ method: 'POST', path: one, body: { state: 'success' } });
    },
  },
  {
    id: 'statuses/needs-push',
    rule: 'People need to be able to push.',
    source: docs,
    changes: 'something',
    expect: { status: 403 },
    probe: async (place) => {
      const { one } = await commit(place);
      return place.ask({ as: '@eve', method: 'POST', path: one, body: { state: 'success' } });
    },
  },
  {
    id: 'statuses/unknown-commit',
    rule: 'A status needs a commit that the repository has.',
    source: 'assumed',
    changes: 'something',
    expect: { status: 422, 'body.message': /^No commit found for SHA/ },
    probe: ({ ask, root }) =>
      ask({ method: 'POST', path: `${root}/statuses/${'d'.repeat(40)}`, body: { state: 'error' } }),
  },
  {
    id: 'statuses/a-thousand',
    rule: 'A commit takes at most 1,000 statuses of one context.',
    source: 'https://github.com/openshift/release/issues/6179',
    changes: 'something',
    expect: {
      status: 422,
      'body.errors': [
        {
          resource: 'Status',
          code: 'custom',
          message: 'This SHA and context has reached the maximum number of statuses.',
        },
      ],
    },
    probe: async (place) => {
      const { one } = await commit(place);
      const body = { state: 'pending', context: 'busy' };
      await place.double.done({ method: 'POST', path: one, body });
      const { repositories } = place.double.github.state;
      const statuses = repositories.find(({ name }) => name === 'shop')?.statuses ?? [];
      const [last] = statuses.slice(-1);
      // As if it had been told 999 times more.
      if (last) statuses.push(...Array.from({ length: 999 }, () => last));
      return place.ask({ method: 'POST', path: one, body });
    },
  },
  {
    id: 'statuses/combined-shape',
    rule: 'The combined status of the default branch tells its commit and a count.',
    source: 'openapi repos/get-combined-status-for-ref',
    changes: 'nothing',
    expect: { status: 200, sha: true, counted: true },
    probe: async ({ ask, root, repository }) => {
      const seen = await ask({ path: `${root}/commits/${repository.defaultBranch}/status` });
      const sha = /^[0-9a-f]{40}$/.test(String(at(seen.body, 'sha')));
      if (seen.status === 403) throw new Skipped('the App may not read statuses');
      return { ...seen, sha, counted: typeof at(seen.body, 'total_count') === 'number' };
    },
  },
];
