/** Names with bytes that no name has: an answer, never a broken server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalGitHub } from '#local-github/local-github.ts';
import { tokenOf, visit } from './visit.ts';

let github: LocalGitHub;
beforeAll(async () => {
  github = await visit();
});
afterAll(() => github.stop());

const sha = 'a'.repeat(40);
const blob = { mode: '100644', type: 'blob', content: '' };

test.each<[string, string, number, object?]>([
  ['GET', 'git/ref/heads/a%00b', 404],
  ['PATCH', 'git/refs/heads/a%00b', 422, { sha }],
  ['DELETE', 'git/refs/heads/a%00b', 422],
  ['POST', 'git/refs', 422, { ref: 'refs/heads/a\0b', sha }],
  ['GET', 'git/trees/main%00', 404],
  ['POST', 'git/trees', 422, { tree: [{ ...blob, path: 'a\0b' }] }],
  ['GET', 'branches/a%00b', 404],
  ['GET', 'commits/a%00b', 422],
  ['GET', 'commits?sha=a%00b', 404],
  ['GET', 'commits?path=a%00b', 422],
  ['GET', 'commits?path=..%2f', 200],
  ['GET', 'commits/a%00b/check-runs', 422],
  ['GET', 'compare/main...a%00', 404],
  ['GET', 'contents/README.md?ref=a%00b', 404],
  ['GET', 'contents/a%00b', 404],
  ['GET', 'git/ref/heads/%ff', 400],
  ['POST', 'labels', 201, { name: '\ud800', color: 'ff0000' }],
  ['GET', 'labels', 200],
  ['POST', 'issues/1/labels', 200, { labels: ['\udfff'] }],
  ['GET', 'issues/1', 200],
])('%s %s is answered with %i', async (method, path, status, body) => {
  const answer = await fetch(`${github.url}/api/v3/repos/acme/shop/${path}`, {
    method,
    headers: { authorization: `token ${tokenOf(github, 'ada')}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  expect({ status: answer.status, text: await answer.text() }).toMatchObject({ status });
});
