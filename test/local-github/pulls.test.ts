/** Pull requests: opened, refused, followed and merged. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalGitHub } from '#local-github/local-github.ts';
import { bot, branchWithFile, client, person, place, refusal, tokenOf, visit } from './visit.ts';

let github: LocalGitHub;
beforeAll(async () => {
  github = await visit();
});
afterAll(() => github.stop());

async function openPull(branch: string, more: { body?: string; draft?: boolean } = {}) {
  const api = await bot(github);
  await branchWithFile(api, branch, `${branch}.txt`);
  const { data } = await api.rest.pulls.create({
    ...place,
    title: `Add ${branch}`,
    head: branch,
    base: 'main',
    ...more,
  });
  return data;
}

test('the App opens a draft that tells its size', async () => {
  const pull = await openPull('one', { draft: true, body: 'For #1' });
  expect(pull).toMatchObject({
    draft: true,
    mergeable: true,
    mergeable_state: 'draft',
    commits: 1,
    additions: 1,
    changed_files: 1,
    user: { login: 'sluice-local[bot]' },
    head: { ref: 'one', label: 'acme:one' },
  });
  const api = await bot(github);
  const { data: files } = await api.rest.pulls.listFiles({ ...place, pull_number: pull.number });
  expect(files.map(({ filename, patch }) => [filename, patch])).toEqual([
    ['one.txt', '@@ -0,0 +1 @@\n+one'],
  ]);
  const { data: commits } = await api.rest.pulls.listCommits({
    ...place,
    pull_number: pull.number,
  });
  expect(commits.map(({ commit }) => commit.message)).toEqual(['Add one.txt']);
  const diff = await api.rest.pulls.get({
    ...place,
    pull_number: pull.number,
    mediaType: { format: 'diff' },
  });
  expect(diff.data as unknown).toContain('+++ b/one.txt');
});

test.each([
  ['an unknown head', { head: 'none', base: 'main' }, '"field":"head","code":"invalid"'],
  ['an unknown base', { head: 'main', base: 'none' }, '"field":"base","code":"invalid"'],
  ['nothing to merge', { head: 'same', base: 'main' }, 'No commits between main and same'],
  ['an open twin', { head: 'twin', base: 'main' }, 'A pull request already exists for acme:twin.'],
])('a pull request with %s is refused', async (_, branches, words) => {
  const api = await bot(github);
  if (branches.head === 'same') {
    const { data } = await api.rest.git.getRef({ ...place, ref: 'heads/main' });
    await api.rest.git.createRef({ ...place, ref: 'refs/heads/same', sha: data.object.sha });
  }
  if (branches.head === 'twin') await openPull('twin');
  const answer = await refusal(api.rest.pulls.create({ ...place, title: 'No', ...branches }));
  expect(answer).toMatch(/^422 Validation Failed/);
  expect(answer).toContain(words);
});

test('a list is narrowed by head, base and state', async () => {
  const api = await bot(github);
  const { number } = await openPull('listed');
  const numbers = async (query: { head?: string; base?: string; state?: 'all' | 'closed' }) =>
    (await api.rest.pulls.list({ ...place, ...query })).data.map((pull) => pull.number);
  expect(await numbers({ head: 'acme:listed' })).toEqual([number]);
  expect(await numbers({ head: 'acme:listed', base: 'other' })).toEqual([]);
  expect(await numbers({ head: 'acme:listed', state: 'closed' })).toEqual([]);
  await api.rest.pulls.update({ ...place, pull_number: number, state: 'closed' });
  expect(await numbers({ head: 'acme:listed', state: 'all' })).toEqual([number]);
});

test('a merge into the default branch closes the issue that it fixes', async () => {
  const ada = person(github, 'ada');
  const pull = await openPull('fix', { body: 'Fixes #1' });
  const at = { ...place, pull_number: pull.number };
  const stale = ada.rest.pulls.merge({ ...at, sha: 'c'.repeat(40) });
  expect(await refusal(stale)).toMatch(/^409 Head branch was modified/);
  const { data } = await ada.rest.pulls.merge({ ...at, sha: pull.head.sha });
  expect(data.merged).toBe(true);
  const { data: commit } = await ada.rest.git.getCommit({ ...place, commit_sha: data.sha });
  expect(commit.parents.map(({ sha }) => sha)).toContain(pull.head.sha);
  const { data: issue } = await ada.rest.issues.get({ ...place, issue_number: 1 });
  expect(issue).toMatchObject({ state: 'closed', closed_by: { login: 'ada' } });
  const { data: after } = await ada.rest.pulls.get(at);
  expect(after).toMatchObject({ merged: true, merge_commit_sha: data.sha, commits: 1 });
  expect(await refusal(ada.rest.pulls.merge(at))).toMatch(/^405/);
});

test('a squash makes one commit on the base', async () => {
  const ada = person(github, 'ada');
  const pull = await openPull('squash');
  const { data } = await ada.rest.pulls.merge({
    ...place,
    pull_number: pull.number,
    merge_method: 'squash',
  });
  const { data: commit } = await ada.rest.git.getCommit({ ...place, commit_sha: data.sha });
  expect(commit.parents).toHaveLength(1);
  expect(commit.message).toBe(`Add squash.txt (#${pull.number})`);
});

test('a draft, a conflict and a reader cannot merge', async () => {
  const ada = person(github, 'ada');
  const draft = await openPull('draft', { draft: true });
  const merge = (number: number, login = 'ada') =>
    refusal(person(github, login).rest.pulls.merge({ ...place, pull_number: number }));
  expect(await merge(draft.number)).toMatch(/^405 Pull Request is still a draft/);
  const api = await bot(github);
  await branchWithFile(api, 'mine', 'both.txt');
  await branchWithFile(api, 'theirs', 'both.txt');
  const open = (head: string) =>
    api.rest.pulls.create({ ...place, title: head, head, base: 'main' });
  const { data: mine } = await open('mine');
  const { data: theirs } = await open('theirs');
  expect(await merge(mine.number, 'eve')).toMatch(/^403/);
  await ada.rest.pulls.merge({ ...place, pull_number: mine.number });
  expect(await merge(theirs.number)).toMatch(/^405 Pull Request is not mergeable/);
  const { data } = await api.rest.pulls.get({ ...place, pull_number: theirs.number });
  expect(data).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
});

test('removing the head branch closes the pull request', async () => {
  const api = await bot(github);
  const { number } = await openPull('short-lived');
  await api.rest.git.deleteRef({ ...place, ref: 'heads/short-lived' });
  const { data } = await api.rest.pulls.get({ ...place, pull_number: number });
  expect(data.state).toBe('closed');
});

test('a request that the description does not know is reported', async () => {
  const before = github.violations.length;
  const api = client(github, tokenOf(github, 'ben'));
  await api.request('POST /repos/{owner}/{repo}/issues', { ...place, title: 'x', bodyy: 'typo' });
  expect(github.violations.slice(before).join()).toContain('bodyy');
  expect(github.violations.slice(0, before)).toEqual([]);
});
