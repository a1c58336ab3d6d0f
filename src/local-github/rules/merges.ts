/** Rules: merging pull requests, the words of what that makes, and what keeps from it. */
import { at } from '#local-github/probing/ask.ts';
import {
  conflicting,
  factsOf,
  guarded,
  merge,
  mergedCommit,
  mergedFacts,
  more,
  open,
} from '#local-github/probing/merge-material.ts';
import type { Rule } from './rule.ts';

const docs = 'https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request';
const methodDocs =
  'https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/about-pull-request-merges';

export const mergeRules: readonly Rule[] = [
  {
    id: 'merges/merge-commit',
    rule: 'A merge commit has both sides as parents and says which pull request of whose branch it is.',
    source: methodDocs,
    changes: 'something',
    expect: {
      parents: 2,
      message: /^Merge pull request #\d+ from acme\/material-\d+\n\nAdd material-\d+$/,
    },
    probe: async (place) => {
      const commit = await mergedCommit(place, await open(place), {});
      return { parents: [at(commit, 'parents')].flat().length, message: at(commit, 'message') };
    },
  },
  {
    id: 'merges/squash-of-one',
    rule: 'A squash of one commit takes its title with the number behind it.',
    source:
      'https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/configuring-commit-squashing-for-pull-requests',
    changes: 'something',
    expect: { message: /^Write material-\d+ \(#\d+\)$/ },
    probe: async (place) => mergedFacts(place, await open(place), { merge_method: 'squash' }),
  },
  {
    id: 'merges/squash-of-many',
    rule: "A squash of several takes the pull request's title, lists their messages and names who else wrote them.",
    source:
      'https://docs.github.com/en/pull-requests/committing-changes-to-your-project/creating-and-editing-commits/creating-a-commit-with-multiple-authors',
    changes: 'something',
    expect: {
      message:
        /^Add material-\d+ \(#\d+\)\n\n\* Write material-\d+\n\n\* Second\n\nWith words\.\n\n---------\n\nCo-authored-by: ben <\d+\+ben@users\.noreply\.github\.com>$/,
      author: 'sluice-local[bot]',
    },
    probe: async (place) => {
      const opened = await open(place);
      await more(place, opened, 'Second\n\nWith words.');
      return mergedFacts(place, opened, { merge_method: 'squash' });
    },
  },
  {
    id: 'merges/own-words',
    rule: 'Title and message that are given stand as they are.',
    source: docs,
    changes: 'something',
    expect: { message: 'Mine\n\nAnd more' },
    probe: async (place) =>
      mergedFacts(place, await open(place), {
        merge_method: 'squash',
        commit_title: 'Mine',
        commit_message: 'And more',
      }),
  },
  {
    id: 'merges/rebase',
    rule: 'A rebase keeps authors and messages, has a new committer and stays linear.',
    source: methodDocs,
    changes: 'something',
    expect: {
      message: 'Second',
      author: 'ben',
      parents: 1,
      committer: 'sluice-local[bot]',
      first: /^Write material/,
    },
    probe: async (place) => {
      const opened = await open(place);
      await more(place, opened, 'Second');
      const commit = await mergedCommit(place, opened, { merge_method: 'rebase' });
      const path = `${place.root}/git/commits/${String(at(commit, 'parents.0.sha'))}`;
      const before = await place.double.done({ path });
      return { ...factsOf(commit), first: at(before, 'message') };
    },
  },
  {
    id: 'merges/head-moved',
    rule: 'A head that is not the one that the caller saw is refused with 409.',
    source: docs,
    changes: 'something',
    expect: {
      status: 409,
      'body.message': 'Head branch was modified. Review and try the merge again.',
    },
    probe: async (place) => merge(place, await open(place), { sha: 'c'.repeat(40) }),
  },
  {
    id: 'merges/conflict',
    rule: 'What conflicts is refused with 405, and told as dirty.',
    source: docs,
    changes: 'something',
    expect: {
      'merge.status': 405,
      'merge.body.message': 'Pull Request is not mergeable',
      'pull.mergeable': false,
      'pull.mergeable_state': 'dirty',
    },
    probe: async (place) => {
      const opened = await conflicting(place);
      return {
        merge: await merge(place, opened),
        pull: await place.double.done({ path: opened.path }),
      };
    },
  },
  {
    id: 'merges/required-check',
    rule: 'A check that the base branch requires blocks the merge until it succeeds.',
    source: 'https://github.com/PennyDreadfulMTG/Penny-Dreadful-Tools/issues/6226',
    changes: 'something',
    expect: {
      'before.mergeable_state': 'blocked',
      'merge.status': 405,
      'merge.body.message': 'Required status check "proof" is expected.',
      'after.mergeable_state': 'clean',
      'then.status': 200,
    },
    probe: async (place) => {
      const { double, root } = place;
      const opened = await guarded(place);
      const pull = () => double.done({ path: opened.path });
      const before = await pull();
      const refused = await merge(place, opened);
      const body = { name: 'proof', head_sha: opened.head, conclusion: 'success' };
      await double.done({ method: 'POST', path: `${root}/check-runs`, body });
      return { before, merge: refused, after: await pull(), then: await merge(place, opened) };
    },
  },
  {
    id: 'merges/unstable',
    rule: 'A failing check that nobody requires leaves a pull request mergeable but unstable.',
    source: 'https://github.com/prince-chrismc/label-merge-conflicts-action/pull/44',
    changes: 'something',
    expect: { 'body.mergeable': true, 'body.mergeable_state': 'unstable' },
    probe: async (place) => {
      const opened = await open(place);
      const body = { name: 'lint', head_sha: opened.head, conclusion: 'failure' };
      await place.double.done({ method: 'POST', path: `${place.root}/check-runs`, body });
      return place.ask({ path: opened.path });
    },
  },
  {
    id: 'merges/needs-push',
    rule: 'People who may not push may not merge.',
    source: docs,
    changes: 'something',
    expect: { status: 403 },
    probe: async (place) =>
      merge(
        { ...place, ask: (question) => place.ask({ ...question, as: '@eve' }) },
        await open(place),
      ),
  },
  {
    id: 'merges/settings-told',
    rule: 'A repository tells which kinds of merges it allows.',
    source: 'openapi repos/get',
    changes: 'nothing',
    expect: { told: true },
    probe: async ({ ask, root }) => {
      const { body } = await ask({ path: root });
      const names = ['allow_merge_commit', 'allow_squash_merge', 'allow_rebase_merge'];
      return { told: names.every((name) => typeof at(body, name) === 'boolean') };
    },
  },
];
