/** Rules: branches that are merged without a pull request, brought up to date, gone, and proposed again. */
import { at } from '#local-github/probing/ask.ts';
import { freshFile, merge, open } from '#local-github/probing/merge-material.ts';
import type { Rule } from './rule.ts';

const branchDocs = 'https://docs.github.com/en/rest/branches/branches#merge-a-branch';
const reopening = 'https://github.com/isaacs/github/issues/361';

const refusedState = (message: RegExp) => ({
  status: 422,
  'body.errors.0.field': 'state',
  'body.errors.0.code': 'custom',
  'body.errors.0.message': message,
});

export const mergedBranchRules: readonly Rule[] = [
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
];
