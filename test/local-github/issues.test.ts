/** Issues, labels and comments: what people and the App may do with them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalGitHub } from '#local-github/local-github.ts';
import { bot, person, place, refusal, visit } from './visit.ts';

let github: LocalGitHub;
beforeAll(async () => {
  github = await visit();
});
afterAll(() => github.stop());

const first = { ...place, issue_number: 1 };

test('a reader opens an issue, but their labels are dropped', async () => {
  const eve = person(github, 'eve');
  const { data } = await eve.rest.issues.create({ ...place, title: 'Slow', labels: ['bug'] });
  expect(data).toMatchObject({ number: 2, state: 'open', labels: [], user: { login: 'eve' } });
});

test('a reader cannot label, one who triages can', async () => {
  const label = { ...first, labels: ['bug'] };
  expect(await refusal(person(github, 'eve').rest.issues.addLabels(label))).toMatch(/^403/);
  const { data } = await person(github, 'tom').rest.issues.addLabels(label);
  expect(data.map(({ name }) => name)).toEqual(['bug']);
  await person(github, 'tom').rest.issues.removeLabel({ ...first, name: 'bug' });
  const { data: issue } = await person(github, 'eve').rest.issues.get(first);
  expect(issue.labels).toEqual([]);
});

test('a label that is not there yet is made for those who may write', async () => {
  await person(github, 'ben').rest.issues.addLabels({ ...first, labels: ['urgent'] });
  const { data } = await person(github, 'ben').rest.issues.getLabel({ ...place, name: 'urgent' });
  expect(data.color).toBe('ededed');
  const again = person(github, 'ben').rest.issues.createLabel({ ...place, name: 'Urgent' });
  expect(await refusal(again)).toContain('422 Validation Failed');
});

test('the App writes a comment and edits it; it is marked as written by the App', async () => {
  const api = await bot(github);
  const { data: made } = await api.rest.issues.createComment({ ...first, body: 'Looking' });
  expect(made.user).toMatchObject({ login: 'sluice-local[bot]', type: 'Bot' });
  expect(made.performed_via_github_app?.slug).toBe('sluice-local');
  await api.rest.issues.updateComment({ ...place, comment_id: made.id, body: 'Done' });
  const { data: read } = await api.rest.issues.getComment({ ...place, comment_id: made.id });
  expect(read.body).toBe('Done');
});

test('a comment of 65,536 characters is taken, one more is refused', async () => {
  const api = await bot(github);
  await api.rest.issues.createComment({ ...first, body: 'x'.repeat(65_536) });
  const long = api.rest.issues.createComment({ ...first, body: 'x'.repeat(65_537) });
  expect(await refusal(long)).toContain('body is too long (maximum is 65536 characters)');
  expect(await refusal(api.rest.issues.createComment({ ...first, body: ' ' }))).toMatch(/^422/);
});

test("a reader cannot change another's comment", async () => {
  const ada = person(github, 'ada');
  const { data } = await ada.rest.issues.createComment({ ...first, body: 'mine' });
  const edit = person(github, 'eve').rest.issues.updateComment({
    ...place,
    comment_id: data.id,
    body: 'yours',
  });
  expect(await refusal(edit)).toMatch(/^403/);
});

test('a long list comes in pages that link to one another', async () => {
  const ben = person(github, 'ben');
  const { data: issue } = await ben.rest.issues.create({ ...place, title: 'Talk' });
  const talk = { ...place, issue_number: issue.number };
  for (let n = 1; n <= 5; n += 1) await ben.rest.issues.createComment({ ...talk, body: String(n) });
  const all = await ben.paginate(ben.rest.issues.listComments, { ...talk, per_page: 2 });
  expect(all.map(({ body }) => body)).toEqual(['1', '2', '3', '4', '5']);
});

test('reacting twice in the same way answers with the first reaction', async () => {
  const eve = person(github, 'eve');
  const { data } = await eve.rest.issues.createComment({ ...first, body: '/run' });
  const eyes = { ...place, comment_id: data.id, content: 'eyes' } as const;
  const one = await eve.rest.reactions.createForIssueComment(eyes);
  const two = await eve.rest.reactions.createForIssueComment(eyes);
  expect([one.status, two.status, two.data.id]).toEqual([201, 200, one.data.id]);
});

test('authors close their own issues, and lists show what is open', async () => {
  const eve = person(github, 'eve');
  const { data } = await eve.rest.issues.create({ ...place, title: 'Gone' });
  const { data: closed } = await eve.rest.issues.update({
    ...place,
    issue_number: data.number,
    state: 'closed',
    state_reason: 'not_planned',
  });
  expect(closed).toMatchObject({ state: 'closed', state_reason: 'not_planned' });
  const { data: open } = await eve.rest.issues.listForRepo(place);
  expect(open.map(({ number }) => number)).not.toContain(data.number);
});

test('an issue without a title is refused, naming the field', async () => {
  const api = person(github, 'ben');
  const empty = api.request('POST /repos/{owner}/{repo}/issues', { ...place, title: '' });
  await expect(empty).rejects.toMatchObject({
    status: 422,
    response: { data: { errors: [{ resource: 'Issue', field: 'title', code: 'missing_field' }] } },
  });
});

test('every answer conforms to the published description', () => {
  expect(github.violations).toEqual([]);
});
