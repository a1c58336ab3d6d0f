/** app.yml asks for the least that the App needs; widening it has to be meant. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const text = readFileSync('app.yml', 'utf8');

test('the App asks for these permissions and events and no other', () => {
  expect(parse(text)).toEqual({
    url: 'https://github.com',
    public: false,
    default_events: ['issues', 'issue_comment', 'pull_request'],
    default_permissions: {
      metadata: 'read',
      contents: 'write',
      issues: 'write',
      pull_requests: 'write',
      checks: 'write',
    },
  });
});

test('no value holds an apostrophe, which would end the field of the set-up page that carries it', () => {
  expect(JSON.stringify(parse(text))).not.toContain("'");
});
