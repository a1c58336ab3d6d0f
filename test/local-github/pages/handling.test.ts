/** The buttons that people press on checks, merges and whole issues, and the webhooks that they send. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startLocalGitHub, type LocalGitHub } from '#local-github/local-github.ts';
import { bot, branchWithFile, listen, person, place, world, type Ear } from '../visit.ts';

let ear: Ear;
let github: LocalGitHub;
beforeAll(async () => {
  ear = await listen();
  github = await startLocalGitHub({ world, hookUrl: ear.url });
});
afterAll(async () => {
  await github.stop();
  await ear.close();
});
beforeEach(() => void ear.heard.splice(0));

/** As ada, an admin. */
function press(path: string, form: Record<string, string>): Promise<Response> {
  return fetch(`${github.url}/acme/shop/${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: 'acting_as=ada', origin: github.url },
    body: new URLSearchParams(form),
  });
}

async function page(path: string): Promise<string> {
  const headers = { cookie: 'acting_as=ada', accept: 'text/html' };
  return (await fetch(`${github.url}/acme/shop/${path}`, { headers })).text();
}

async function heard(name: string): Promise<Record<string, unknown> | undefined> {
  await github.settled();
  return ear.heard.find(({ event, payload }) => `${event}.${String(payload.action)}` === name)
    ?.payload;
}

async function openPull(branch: string) {
  const api = await bot(github);
  const { sha } = await branchWithFile(api, branch, `${branch}.txt`);
  const { data } = await api.rest.pulls.create({
    ...place,
    title: branch,
    head: branch,
    base: 'main',
  });
  return { api, sha, number: data.number };
}

test('a button that the App offered tells it which one, and only on its own runs', async () => {
  const { api, sha } = await openPull('offers');
  const actions = [{ label: 'Fix it', identifier: 'fix', description: 'Writes a commit' }];
  const run = { ...place, name: 'c', head_sha: sha, conclusion: 'failure', actions } as const;
  const { data } = await api.rest.checks.create(run);
  expect(await page(`runs/${data.id}`)).toMatch(/>\s*Fix it\s*</);
  expect((await press(`runs/${data.id}`, { action: 'fix' })).status).toBe(303);
  expect(await heard('check_run.requested_action')).toMatchObject({
    requested_action: { identifier: 'fix' },
    sender: { login: 'ada' },
  });
  expect((await press(`runs/${data.id}`, { action: 'other' })).status).toBe(422);
});

test('all checks of a pull request are asked for again', async () => {
  const { api, sha, number } = await openPull('again');
  await api.rest.checks.create({ ...place, name: 'c', head_sha: sha, conclusion: 'failure' });
  expect(await page(`pull/${number}`)).toContain('Re-run all checks');
  await press(`pull/${number}`, { act: 'run-again' });
  expect(await heard('check_suite.rerequested')).toMatchObject({ check_suite: { head_sha: sha } });
});

test('a squash on the page, and its branch removed and put back', async () => {
  const { sha, number } = await openPull('squashed');
  await press(`pull/${number}`, { act: 'squash', sha });
  expect(await heard('pull_request.closed')).toMatchObject({ pull_request: { merged: true } });
  expect(await page(`pull/${number}`)).toMatch(/>\s*Delete branch\s*</);
  await press(`pull/${number}`, { act: 'delete-branch' });
  expect(await page(`pull/${number}`)).toMatch(/>\s*Restore branch\s*</);
  await press(`pull/${number}`, { act: 'restore-branch' });
  await github.settled();
  const names = ear.heard.map(({ event }) => event);
  expect(names.filter((name) => ['delete', 'create'].includes(name))).toEqual([
    'create',
    'delete',
    'create',
  ]);
});

test('files in conflict are named', async () => {
  const api = await bot(github);
  await branchWithFile(api, 'mine', 'both.txt');
  await branchWithFile(api, 'yours', 'both.txt');
  const open = (head: string) =>
    api.rest.pulls.create({ ...place, title: head, head, base: 'main' });
  const [{ data: mine }, { data: yours }] = [await open('mine'), await open('yours')];
  await press(`pull/${mine.number}`, { act: 'merge', sha: mine.head.sha });
  expect(await page(`pull/${yours.number}`)).toContain('both.txt.');
});

test('an issue is edited, locked and unlocked, and deleted', async () => {
  const { data } = await person(github, 'ada').rest.issues.create({ ...place, title: 'Old' });
  const at = `issues/${data.number}`;
  await press(at, { act: 'edit', title: 'New', body: 'Words\r\nmore' });
  expect(await heard('issues.edited')).toMatchObject({
    issue: { title: 'New', body: 'Words\nmore' },
    changes: { title: { from: 'Old' } },
  });
  for (const act of ['lock', 'unlock', 'delete']) await press(at, { act });
  for (const action of ['locked', 'unlocked', 'deleted'])
    expect(await heard(`issues.${action}`), action).toBeDefined();
  const api = await bot(github);
  await expect(api.rest.issues.get({ ...place, issue_number: data.number })).rejects.toMatchObject({
    status: 410,
  });
});

test('an issue is moved to another repository of its owner', async () => {
  const { data } = await person(github, 'ada').rest.issues.create({ ...place, title: 'Elsewhere' });
  await press(`issues/${data.number}`, { act: 'transfer', to: 'secret' });
  expect(await heard('issues.transferred')).toMatchObject({
    changes: { new_issue: { title: 'Elsewhere' }, new_repository: { name: 'secret' } },
  });
});

test('everything that was said conforms to the description of GitHub', () => {
  expect(github.violations).toEqual([]);
});
