/** Webhooks: signed, described, logged, never sent twice by themselves. */
import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LocalGitHub } from '#local-github/local-github.ts';
import { appJwt, bot, branchWithFile, client, listen, person, place, visit } from './visit.ts';
import type { Ear } from './visit.ts';

let github: LocalGitHub;
let ear: Ear;
beforeAll(async () => {
  github = await visit();
});
beforeEach(async () => {
  ear = await listen();
  github.setHook(ear.url);
  github.state.deliveries.length = 0;
});
afterEach(() => ear.close());
afterAll(() => github.stop());

const first = { ...place, issue_number: 1 };

test('a label reaches the App as GitHub would send it', async () => {
  await person(github, 'ben').rest.issues.addLabels({ ...first, labels: ['bug'] });
  await github.settled();
  const [heard] = ear.heard;
  expect(heard?.payload).toMatchObject({
    action: 'labeled',
    label: { name: 'bug' },
    issue: { number: 1, title: 'Wrong price', labels: [{ name: 'bug' }] },
    repository: { full_name: 'acme/shop', default_branch: 'main' },
    organization: { login: 'acme' },
    sender: { login: 'ben', type: 'User' },
    installation: { id: github.state.installations[0]?.id },
  });
  const sign = (algorithm: string) =>
    `${algorithm}=${createHmac(algorithm, github.app.webhookSecret)
      .update(heard?.text ?? '')
      .digest('hex')}`;
  expect(heard?.headers).toMatchObject({
    'content-type': 'application/json',
    'x-github-event': 'issues',
    'x-github-delivery': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'x-github-hook-installation-target-id': String(github.app.id),
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature': sign('sha1'),
    'x-hub-signature-256': sign('sha256'),
    'user-agent': expect.stringMatching(/^GitHub-Hookshot\//),
  });
  expect(github.violations).toEqual([]);
});

test('the whole way from issue to merge is told, and every webhook is as described', async () => {
  const ada = person(github, 'ada');
  const api = await bot(github);
  const { data: issue } = await ada.rest.issues.create({ ...place, title: 'T', labels: ['new'] });
  const at = { ...place, issue_number: issue.number };
  const { data: comment } = await api.rest.issues.createComment({ ...at, body: 'one' });
  await api.rest.issues.updateComment({ ...place, comment_id: comment.id, body: 'two' });
  await api.rest.issues.deleteComment({ ...place, comment_id: comment.id });
  await ada.rest.issues.removeLabel({ ...at, name: 'new' });
  await ada.rest.issues.update({ ...at, title: 'U' });
  const commit = await branchWithFile(api, 'way');
  const { data: pull } = await api.rest.pulls.create({
    ...place,
    title: 'P',
    head: 'way',
    base: 'main',
    body: `Closes #${issue.number}`,
  });
  await api.rest.checks.create({
    ...place,
    name: 'c',
    head_sha: commit.sha,
    conclusion: 'success',
  });
  await ada.rest.pulls.merge({ ...place, pull_number: pull.number });
  await ada.rest.git.deleteRef({ ...place, ref: 'heads/way' });
  await github.settled();
  const sent = github.state.deliveries.map(({ event, action }) =>
    action === null ? event : `${event}.${action}`,
  );
  expect(sent).toEqual([
    'issues.opened',
    'label.created',
    'issues.labeled',
    'issue_comment.created',
    'issue_comment.edited',
    'issue_comment.deleted',
    'issues.unlabeled',
    'issues.edited',
    'create',
    'push',
    'check_suite.requested',
    'pull_request.opened',
    'check_run.created',
    'check_run.completed',
    'check_suite.completed',
    'pull_request.closed',
    'push',
    'check_suite.requested',
    'issues.closed',
    'delete',
    'push',
  ]);
  expect(ear.names().toSorted()).toEqual(sent.toSorted());
  expect(github.violations).toEqual([]);
});

test('an answer that is no success is logged as it came, and sent again only when asked', async () => {
  ear.answer = 500;
  await person(github, 'ben').rest.issues.createComment({ ...first, body: 'hello' });
  await github.settled();
  const app = client(github, appJwt(github));
  const { data: log } = await app.rest.apps.listWebhookDeliveries();
  expect(log).toHaveLength(1);
  const [failed] = log;
  expect(failed).toMatchObject({ status_code: 500, event: 'issue_comment', redelivery: false });
  ear.answer = 202;
  const delivery_id = failed!.id;
  await app.rest.apps.redeliverWebhookDelivery({ delivery_id });
  await github.settled();
  const { data: after } = await app.rest.apps.listWebhookDeliveries();
  expect(after.map(({ guid }) => guid)).toEqual([failed!.guid, failed!.guid]);
  expect(after[0]).toMatchObject({ status: 'OK', status_code: 202, redelivery: true });
  expect(ear.heard[1]?.text).toBe(ear.heard[0]?.text);
  const { data: whole } = await app.rest.apps.getWebhookDelivery({ delivery_id });
  expect(whole.request.payload).toMatchObject({ action: 'created' });
  expect(github.violations).toEqual([]);
});

test('nobody there is a failed delivery, not an error', async () => {
  await ear.close();
  await person(github, 'ben').rest.issues.createComment({ ...first, body: 'hello' });
  await github.settled();
  expect(github.state.deliveries[0]).toMatchObject({ statusCode: 502, response: null });
  ear = await listen();
});

test('where the App is not installed, or suspended, it hears nothing of what happens', async () => {
  const ben = person(github, 'ben');
  await ben.rest.issues.create({ owner: 'acme', repo: 'elsewhere', title: 'Unheard' });
  const app = client(github, appJwt(github));
  const installation_id = github.state.installations[0]!.id;
  await app.rest.apps.suspendInstallation({ installation_id });
  await ben.rest.issues.create({ ...place, title: 'Unheard' });
  await app.rest.apps.unsuspendInstallation({ installation_id });
  await github.settled();
  expect(ear.names().toSorted()).toEqual(['installation.suspend', 'installation.unsuspend']);
  expect(github.violations).toEqual([]);
});

test('what a person does to a pull request is told too', async () => {
  const ada = person(github, 'ada');
  const api = await bot(github);
  await branchWithFile(api, 'page');
  const head = { ...place, head: 'page', base: 'main', title: 'Page', draft: true };
  const { data: pull } = await api.rest.pulls.create(head);
  const { data: main } = await ada.rest.git.getRef({ ...place, ref: 'heads/main' });
  await ada.rest.git.createRef({ ...place, ref: 'refs/heads/next', sha: main.object.sha });
  const at = { ...place, pull_number: pull.number };
  await ada.rest.pulls.update({ ...at, base: 'next', title: 'Other', body: 'New' });
  await ada.rest.pulls.update({ ...at, state: 'closed' });
  await ada.rest.pulls.update({ ...at, state: 'open' });
  await ada.rest.issues.addLabels({ ...place, issue_number: pull.number, labels: ['bug'] });
  await github.settled();
  const told = github.state.deliveries.filter(({ event }) => event === 'pull_request');
  expect(told.map(({ action }) => action)).toEqual([
    'opened',
    'edited',
    'edited',
    'closed',
    'reopened',
    'labeled',
  ]);
  expect(github.violations).toEqual([]);
});

test('a ping arrives, and says whose hook it is', async () => {
  github.ping();
  await github.settled();
  expect(ear.heard[0]).toMatchObject({
    event: 'ping',
    payload: { hook: { app_id: github.app.id } },
  });
  expect(github.violations).toEqual([]);
});

test('a button to run a check again asks the App', async () => {
  const api = await bot(github);
  const { sha } = await branchWithFile(api, 'again');
  const { data } = await api.rest.checks.create({
    ...place,
    name: 'c',
    head_sha: sha,
    conclusion: 'failure',
  });
  await person(github, 'ben').rest.checks.rerequestRun({ ...place, check_run_id: data.id });
  await github.settled();
  expect(ear.names()).toContain('check_run.rerequested');
  expect(github.violations).toEqual([]);
});

test('the App sets where its webhooks go, and never sees its secret again', async () => {
  const secret = 'another secret';
  const url = `${ear.url}/new`;
  // Octokit would take `url` for the address of the request itself.
  const answer = await fetch(`${github.url}/app/hook/config`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${appJwt(github)}` },
    body: JSON.stringify({ url, secret }),
  });
  expect(await answer.json()).toMatchObject({ url, secret: '********' });
  await person(github, 'ben').rest.issues.createComment({ ...first, body: 'hello' });
  await github.settled();
  const [heard] = ear.heard;
  const mac = createHmac('sha256', secret)
    .update(heard?.text ?? '')
    .digest('hex');
  expect(heard?.headers['x-hub-signature-256']).toBe(`sha256=${mac}`);
});
