/** Reviews as the App hears of them, as a person meets them on the pages, and GraphQL documents that GitHub would refuse. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalGitHub } from '#local-github/local-github.ts';
import { createConformance } from '#local-github/conformance.ts';
import {
  bot,
  branchWithFile,
  listen,
  person,
  place,
  refusal,
  tokenOf,
  visit,
  world,
} from './visit.ts';
import type { Ear } from './visit.ts';

let github: LocalGitHub;
let ear: Ear;
let number: number;

beforeAll(async () => {
  ear = await listen();
  const events = [
    'pull_request',
    ...['', '_comment', '_thread'].map((part) => `pull_request_review${part}`),
  ];
  github = await visit({ world: { ...world, app: { events } }, hookUrl: ear.url });
  const api = await bot(github);
  await branchWithFile(api, 'greet', 'src/greet.js');
  const opened = { title: 'Greet', head: 'greet', base: 'main' };
  number = (await api.rest.pulls.create({ ...place, ...opened })).data.number;
});

afterAll(async () => {
  await github.stop();
  await ear.close();
  expect(github.violations).toEqual([
    'graphql: the local GitHub has not built Repository.diskUsage',
    'graphql: Cannot query field "tilte" on type "PullRequest". Did you mean "title", "files", or "state"?',
  ]);
});

async function page(as: string, path = `/pull/${number}`, form?: Record<string, string>) {
  const response = await fetch(`${github.url}/acme/shop${path}`, {
    headers: { cookie: `acting_as=${as}`, accept: 'text/html', origin: github.url },
    ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
  });
  return response.text();
}

async function graphql(query: string): Promise<{ data?: unknown; errors?: unknown }> {
  const response = await fetch(`${github.url}/api/graphql`, {
    method: 'POST',
    headers: { authorization: `bearer ${tokenOf(github, 'ada')}` },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as object;
}

test('a review with a suggestion is told to the App, shown at its line, answered and resolved on the page', async () => {
  ear.heard.length = 0;
  const body = 'Say who:\n\n```suggestion\nhello <b>you</b>\n```\n';
  const comments = [{ path: 'src/greet.js', line: 1, body }];
  const event = 'REQUEST_CHANGES';
  const words = { pull_number: number, event, body: 'Nearly.', comments } as const;
  await person(github, 'ben').rest.pulls.createReview({ ...place, ...words });
  await github.settled();
  // Each goes its own way: the order of arrival is nobody's promise.
  expect(ear.names().toSorted()).toEqual([
    'pull_request_review.submitted',
    'pull_request_review_comment.created',
  ]);
  const shown = await page('ada');
  expect(shown).toContain('requested changes');
  expect(shown).toMatch(/Suggested change[^]*<code>greet<\/code>[^]*<code>hello &lt;b&gt;you/);

  ear.heard.length = 0;
  const thread = /name="thread" value="(\d+)"/.exec(shown)?.[1] ?? '';
  await page('ada', undefined, { act: 'reply', thread, body: 'Right.' });
  await page('ada', undefined, { act: 'resolve', thread });
  await github.settled();
  expect(ear.names()).toEqual([
    'pull_request_review.submitted',
    'pull_request_review_comment.created',
    'pull_request_review_thread.resolved',
  ]);
  expect(await page('ada')).toMatch(/<details class="box thread" id="thread-\d+"\s*>[^]*Resolved/);
});

test('asking for reviewers and approving on the page are told', async () => {
  ear.heard.length = 0;
  await person(github, 'ada').rest.pulls.requestReviewers({
    ...place,
    pull_number: number,
    reviewers: ['tom'],
  });
  await page('tom', undefined, { act: 'approve', body: 'Good.' });
  await github.settled();
  expect(ear.names()).toEqual(['pull_request.review_requested', 'pull_request_review.submitted']);
  expect(await page('tom')).toContain('approved these changes');
});

test('who only reads cannot dismiss what others said', async () => {
  const eve = person(github, 'eve');
  const reviews = await eve.rest.pulls.listReviews({ ...place, pull_number: number });
  const review_id = reviews.data[0]!.id;
  const dismissed = eve.rest.pulls.dismissReview({
    ...place,
    pull_number: number,
    review_id,
    message: 'No.',
  });
  expect(await refusal(dismissed)).toMatch(/^403 /);
});

test('what the schema has and the double has not built says so instead of null', async () => {
  const { errors } = await graphql('{ repository(owner: "acme", name: "shop") { diskUsage } }');
  expect(errors).toMatchObject([
    {
      type: 'NOT_BUILT',
      path: ['repository', 'diskUsage'],
      message: expect.stringContaining('has not built'),
    },
  ]);
});

test('a misspelt field is refused with what was meant, and without data', async () => {
  const answer = await graphql(
    `{ repository(owner: "acme", name: "shop") { pullRequest(number: ${number}) { tilte } } }`,
  );
  expect(answer).toEqual({
    errors: [expect.objectContaining({ message: expect.stringContaining('"title"') })],
  });
});

test.each([
  ['{ viewer { login } }', []],
  ['{ viewer { lgin } }', ['Cannot query field "lgin" on type "User". Did you mean "login"?']],
  ['{ viewer {', ['Syntax Error: Expected Name, found <EOF>.']],
])('the document %s is read as GitHub would', (text, wrong) => {
  expect(createConformance().graphql(text)).toEqual(wrong);
});
