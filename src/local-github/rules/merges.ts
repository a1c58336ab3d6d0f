/** Rules: merging pull requests and branches, what keeps them from it, and what follows. */
import { at } from '#local-github/probing/ask.ts';
import type { Who } from '#local-github/probing/ask.ts';
import type { Place, Rule } from './rule.ts';

const docs = 'https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request';
const methodDocs =
  'https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/about-pull-request-merges';
const branchDocs = 'https://docs.github.com/en/rest/branches/branches#merge-a-branch';
const reopening = 'https://github.com/isaacs/github/issues/361';

let count = 0;
/** A path that no other row has. */
function freshFile(): string {
  count += 1;
  return `merges/${String(count)}.txt`;
}

interface Opened {
  readonly number: number;
  readonly head: string;
  readonly branch: string;
  readonly path: string;
}

async function open(place: Place, files?: Readonly<Record<string, string>>): Promise<Opened> {
  const made = await place.double.pull(files ?? { [freshFile()]: 'one\n' });
  return { ...made, path: `${place.root}/pulls/${String(made.number)}` };
}

/** One more commit on the pull request's branch, by a person. */
async function more(
  { double, root }: Place,
  { branch, head }: Opened,
  message: string,
): Promise<void> {
  const as = '@ben';
  const parent = await double.done({ path: `${root}/git/commits/${head}` });
  const tree = await double.done({
    as,
    method: 'POST',
    path: `${root}/git/trees`,
    body: {
      base_tree: at(parent, 'tree.sha'),
      tree: [{ path: freshFile(), mode: '100644', type: 'blob', content: 'two\n' }],
    },
  });
  const body = { message, tree: at(tree, 'sha'), parents: [head] };
  const commit = await double.done({ as, method: 'POST', path: `${root}/git/commits`, body });
  const path = `${root}/git/refs/heads/${branch}`;
  await double.done({ as, method: 'PATCH', path, body: { sha: at(commit, 'sha') } });
}

function merge({ ask }: Place, { path }: Opened, body: object = {}, as: Who = 'installation') {
  return ask({ as, method: 'PUT', path: `${path}/merge`, body });
}

/** The commit that a merge made. */
async function mergedCommit(place: Place, opened: Opened, body: object): Promise<unknown> {
  const seen = await merge(place, opened, body);
  return place.double.done({ path: `${place.root}/git/commits/${String(at(seen.body, 'sha'))}` });
}

/** Two branches that write the same file differently, the first of them merged. */
async function conflicting(place: Place): Promise<Opened> {
  const file = freshFile();
  const first = await open(place, { [file]: 'mine\n' });
  const second = await open(place, { [file]: 'yours\n' });
  await merge(place, first);
  return second;
}

/** A new protected branch, and a pull request into it. */
async function guarded(place: Place): Promise<Opened> {
  const { double, root, repository } = place;
  const base = await double.done({ path: `${root}/commits/${repository.defaultBranch}` });
  const body = { ref: 'refs/heads/guarded', sha: at(base, 'sha') };
  await place.ask({ method: 'POST', path: `${root}/git/refs`, body });
  const { name: branch, sha: head } = await double.branch({ [freshFile()]: 'g\n' });
  const asked = { title: branch, head: branch, base: 'guarded' };
  const pull = await double.done({ method: 'POST', path: `${root}/pulls`, body: asked });
  const number = Number(at(pull, 'number'));
  return { number, head, branch, path: `${root}/pulls/${String(number)}` };
}

const refusedState = (message: RegExp) => ({
  status: 422,
  'body.errors.0.field': 'state',
  'body.errors.0.code': 'custom',
  'body.errors.0.message': message,
});

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
    probe: async (place) => merge(place, await open(place), {}, '@eve'),
  },
  {
    id: 'merges/branches',
    rule: 'A branch is merged into another one by a commit of its own; merged again there is nothing to do.',
    source: branchDocs,
    changes: 'something',
    expect: {
      'first.status': 201,
      'first.body.commit.message': /^Merge material-\d+ into material-\d+$/,
      'again.status': 204,
    },
    probe: async (place) => {
      const { double, ask, root } = place;
      const [base, head] = [
        await double.branch({ [freshFile()]: 'a' }),
        await double.branch({ [freshFile()]: 'b' }),
      ];
      const body = { base: base.name, head: head.name };
      const asked = { method: 'POST', path: `${root}/merges`, body } as const;
      return { first: await ask(asked), again: await ask(asked) };
    },
  },
  {
    id: 'merges/branches-conflict',
    rule: 'Branches that conflict are refused with 409, unknown ones with 404.',
    source: branchDocs,
    changes: 'something',
    expect: {
      'conflict.status': 409,
      'conflict.body.message': 'Merge conflict',
      'base.status': 404,
      'base.body.message': 'Base does not exist',
      'head.status': 404,
      'head.body.message': 'Head does not exist',
    },
    probe: async ({ double, ask, root }) => {
      const file = freshFile();
      const [one, two] = [
        await double.branch({ [file]: 'a' }),
        await double.branch({ [file]: 'b' }),
      ];
      const into = (base: string, head: string) =>
        ask({ method: 'POST', path: `${root}/merges`, body: { base, head } });
      return {
        conflict: await into(one.name, two.name),
        base: await into('nowhere', two.name),
        head: await into(one.name, 'nowhere'),
      };
    },
  },
  {
    id: 'merges/update-branch',
    rule: 'Updating a head merges the base into it; without anything new that is refused.',
    source: 'https://github.com/nevermined-io/payments/pull/449',
    changes: 'something',
    expect: {
      'early.status': 422,
      'early.body.message': 'There are no new commits on the base branch.',
      'stale.status': 422,
      'done.status': 202,
      moved: true,
    },
    probe: async (place) => {
      const [opened, other] = [await open(place), await open(place)];
      const update = (body: object) =>
        place.ask({ method: 'PUT', path: `${opened.path}/update-branch`, body });
      const early = await update({});
      await merge(place, other);
      const stale = await update({ expected_head_sha: 'c'.repeat(40) });
      const done = await update({ expected_head_sha: opened.head });
      const head = at(await place.double.done({ path: opened.path }), 'head.sha');
      return { early, stale, done, moved: head !== opened.head };
    },
  },
  {
    id: 'merges/reopen-without-branch',
    rule: 'A pull request whose branch is gone is closed, and cannot be opened again.',
    source: 'https://github.com/pytorch/pytorch/pull/114423',
    changes: 'something',
    expect: {
      ...refusedState(/^state cannot be changed\. The material-\d+ branch has been deleted\.$/),
      closed: 'closed',
    },
    probe: async (place) => {
      const { path, branch } = await open(place);
      await place.double.done({ method: 'DELETE', path: `${place.root}/git/refs/heads/${branch}` });
      const closed = at(await place.double.done({ path }), 'state');
      return { ...(await place.ask({ method: 'PATCH', path, body: { state: 'open' } })), closed };
    },
  },
  {
    id: 'merges/reopen-after-force-push',
    rule: 'A pull request whose branch was force-pushed while it was closed cannot be opened again.',
    source: reopening,
    changes: 'something',
    expect: refusedState(
      /^state cannot be changed\. The material-\d+ branch was force-pushed or recreated\.$/,
    ),
    probe: async (place) => {
      const { path, branch } = await open(place);
      const { double, root } = place;
      await double.done({ method: 'PATCH', path, body: { state: 'closed' } });
      const { sha } = await double.branch({ [freshFile()]: 'other' });
      const ref = `${root}/git/refs/heads/${branch}`;
      await double.done({ method: 'PATCH', path: ref, body: { sha, force: true } });
      return place.ask({ method: 'PATCH', path, body: { state: 'open' } });
    },
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

function factsOf(commit: unknown) {
  return {
    message: at(commit, 'message'),
    author: at(commit, 'author.name'),
    committer: at(commit, 'committer.name'),
    parents: [at(commit, 'parents')].flat().length,
  };
}

async function mergedFacts(place: Place, opened: Opened, body: object) {
  return factsOf(await mergedCommit(place, opened, body));
}
