/** What is said over HTTP is compared with GitHub's own description. */
import { describe, expect, test } from 'vitest';
import { createConformance } from '#local-github/conformance.ts';
import { exceptions } from '#local-github/conformance/exceptions.ts';

const conformance = createConformance();
const issues = '/repos/acme/pay/issues';

describe('a request', () => {
  test('passes when it is right, with and without /api/v3', () => {
    const body = { title: 'Totals are wrong', labels: ['bug', { name: 'sluice' }] };
    expect(conformance.request({ method: 'POST', path: issues, body })).toEqual([]);
    expect(conformance.request({ method: 'POST', path: `/api/v3${issues}`, body })).toEqual([]);
  });

  test('names a misspelt field', () => {
    const body = { title: 'x', bodyy: 'y' };
    expect(conformance.request({ method: 'POST', path: issues, body })).toEqual([
      'POST /repos/{owner}/{repo}/issues: body.bodyy is not described',
    ]);
  });

  test('names a misspelt field deep inside', () => {
    const output = {
      title: 't',
      summary: 's',
      annotations: [
        {
          path: 'a',
          start_line: 1,
          end_line: 1,
          annotation_level: 'notice',
          message: 'm',
          colour: 'red',
        },
      ],
    };
    const body = { name: 'proof', head_sha: 'a'.repeat(40), status: 'in_progress', output };
    expect(
      conformance.request({ method: 'POST', path: '/repos/acme/pay/check-runs', body }),
    ).toEqual([
      'POST /repos/{owner}/{repo}/check-runs: body.output.annotations[0].colour is not described',
    ]);
  });

  test('names a field of the wrong type and one that is missing', () => {
    const body = { body: 3 };
    const found = conformance.request({ method: 'POST', path: `${issues}/1/comments`, body });
    expect(found).toEqual([
      'POST /repos/{owner}/{repo}/issues/{issue_number}/comments: body.body must be string',
    ]);
    expect(conformance.request({ method: 'POST', path: issues, body: {} })).toEqual([
      'POST /repos/{owner}/{repo}/issues: body lacks title',
    ]);
  });

  test('names a misspelt query parameter and one of the wrong type', () => {
    const query = new URLSearchParams({ per_page: 'many', stat: 'open' });
    expect(conformance.request({ method: 'GET', path: issues, query })).toEqual([
      'GET /repos/{owner}/{repo}/issues: query.stat is not described',
      'GET /repos/{owner}/{repo}/issues: query.per_page must be integer',
    ]);
    const right = new URLSearchParams({ per_page: '100', page: '2', state: 'open' });
    expect(conformance.request({ method: 'GET', path: issues, query: right })).toEqual([]);
  });

  test('names what GitHub does not have, and a body where none is taken', () => {
    expect(conformance.request({ method: 'POST', path: '/repos/acme/pay/issue' })).toEqual([
      'POST /repos/acme/pay/issue is not described',
    ]);
    const path = `${issues}/1/labels/sluice`;
    expect(conformance.request({ method: 'DELETE', path, body: { why: 1 } })).toEqual([
      'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}: it takes no body',
    ]);
  });

  test.each([
    ['/repos/acme/pay/contents/src/deep/total.ts'],
    ['/repos/acme/pay/contents/'],
    ['/repos/acme/pay/contents'],
    ['/repos/acme/pay/git/ref/heads/sluice/1-totals'],
    ['/repos/acme/pay/commits/heads/main/check-runs'],
    ['/repos/acme/pay/compare/main...sluice/1-totals'],
    ['/repos/acme/pay/branches/sluice/1-totals'],
  ])('finds %s although a parameter holds slashes or nothing', (path) => {
    expect(conformance.request({ method: 'GET', path })).toEqual([]);
  });
});

describe('an answer', () => {
  const label = {
    id: 1,
    node_id: 'LA_1',
    url: 'http://127.0.0.1/labels/1',
    name: 'sluice',
    color: '0e8a16',
    default: false,
    description: null,
  };
  const path = '/repos/acme/pay/labels';

  test('passes when it is right', () => {
    expect(conformance.response({ method: 'GET', path, status: 200, body: [label] })).toEqual([]);
  });

  test('is told what it lacks, what is wrong and what is strange', () => {
    const { color, ...rest } = { ...label, default: 'no', colour: '0e8a16' };
    expect(color).toBe('0e8a16');
    expect(conformance.response({ method: 'GET', path, status: 200, body: [rest] })).toEqual([
      'GET /repos/{owner}/{repo}/labels 200: body[0].colour is not described',
      'GET /repos/{owner}/{repo}/labels 200: body[0].default must be boolean',
      'GET /repos/{owner}/{repo}/labels 200: body[0] lacks color',
    ]);
  });

  test('with a refusal that the operation does not describe must look like every refusal', () => {
    const refusal = {
      message: 'Bad credentials',
      documentation_url: 'https://docs',
      status: '401',
    };
    expect(conformance.response({ method: 'GET', path, status: 401, body: refusal })).toEqual([]);
    expect(
      conformance.response({ method: 'GET', path, status: 401, body: { error: 'no' } }),
    ).toEqual(['GET /repos/{owner}/{repo}/labels 401: body.error is not described']);
    expect(conformance.response({ method: 'GET', path, status: 299, body: [] })).toEqual([
      'GET /repos/{owner}/{repo}/labels 299: this status is not described',
    ]);
  });

  test('without content must be empty', () => {
    const unlocked = { method: 'DELETE', path: `${issues}/1/lock`, status: 204 };
    expect(conformance.response({ ...unlocked, body: '' })).toEqual([]);
    expect(conformance.response({ ...unlocked, body: {} })).toEqual([
      'DELETE /repos/{owner}/{repo}/issues/{issue_number}/lock 204: it has no body',
    ]);
  });

  test('may be a diff where GitHub offers one, and nowhere else', () => {
    const diff = 'diff --git a/a b/a';
    expect(
      conformance.response({
        method: 'GET',
        path: '/repos/acme/pay/pulls/2',
        status: 200,
        body: diff,
      }),
    ).toEqual([]);
    expect(conformance.response({ method: 'GET', path, status: 200, body: diff })).not.toEqual([]);
  });

  test('every exception says why', () => {
    for (const { reason } of exceptions) expect(reason.length).toBeGreaterThan(20);
  });
});

describe('a webhook', () => {
  test('passes when it is right', () => {
    const payload = { zen: 'Keep it simple.', hook_id: 1 };
    expect(conformance.webhook({ event: 'ping', payload })).toEqual([]);
  });

  test('is told what it lacks and what is strange, by event and action', () => {
    const found = conformance.webhook({
      event: 'issues',
      action: 'labeled',
      payload: { action: 'labelled', labl: {} },
    });
    expect(found).toEqual([
      'webhook issues.labeled: payload.labl is not described',
      'webhook issues.labeled: payload.action must be equal to one of the allowed values: ["labeled"]',
      'webhook issues.labeled: payload lacks issue, repository, sender',
    ]);
    expect(conformance.webhook({ event: 'issues', action: 'tagged', payload: {} })).toEqual([
      'webhook issues.tagged is not described',
    ]);
  });
});

test('loads at once and costs next to nothing after the first request', () => {
  const started = performance.now();
  const fresh = createConformance();
  expect(performance.now() - started).toBeLessThan(500);
  const request = { method: 'POST', path: `${issues}/1/labels`, body: { labels: ['sluice'] } };
  fresh.request(request);
  const again = performance.now();
  for (let count = 0; count < 1000; count += 1) fresh.request(request);
  // Aim: 0.1 ms each; the wall is far off, because other tests use the machine too.
  expect((performance.now() - again) / 1000).toBeLessThan(1);
});
