/** What gives strangers a way into a workflow is told with its line. */
import { describe, expect, test } from 'vitest';
import { workflows } from '#checks/catalogue/workflows.ts';
import { lookAtTexts, said } from '../texts.ts';

const path = '.github/workflows/a.yml';
const sha = 'a1'.repeat(20);
const rules = async (text: string, at = path) =>
  (await said(workflows, { [at]: text })).map((each) => each.slice(at.length + 1));

function job(steps: string, above = 'on: push\npermissions: {}'): string {
  return `${above}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n${steps}\n`;
}

describe('is told', () => {
  test.each<[string, string, readonly string[]]>([
    ['a tag of an action', job('      - uses: owner/repo@v1'), ['7 unpinned-action']],
    ['an image without its hash', job('      - uses: docker://alpine:3'), ['7 unpinned-action']],
    [
      'a title in a script',
      job('      - run: |\n          echo one\n          echo "${{ github.event.issue.title }}"'),
      ['9 script-injection'],
    ],
    [
      'a branch in JavaScript',
      job(
        `      - uses: actions/github-script@${sha}\n        with:\n          script: x("\${{ github.head_ref }}")`,
      ),
      ['9 script-injection'],
    ],
    ['an input', job('      - run: echo ${{ inputs.name }}'), ['7 script-injection']],
    [
      'every permission',
      job('      - run: x', 'on: push\npermissions: write-all'),
      ['2 write-all'],
    ],
    [
      'a permission to write',
      job('      - run: x', 'on: push\npermissions:\n  contents: write\n  issues: read'),
      ['3 write-permission'],
    ],
    [
      'no permissions',
      'on: push\njobs:\n  a:\n    runs-on: x\n    steps: []\n',
      ['4 missing-permissions'],
    ],
    [
      "a stranger's code with secrets",
      job(
        `      - uses: actions/checkout@${sha}\n        with:\n          ref: \${{ github.event.pull_request.head.sha }}`,
        'on: [pull_request_target]\npermissions: {}',
      ),
      ['9 strange-checkout'],
    ],
    [
      'secrets for another',
      `on: push\npermissions: {}\njobs:\n  a:\n    uses: o/r/.github/workflows/w.yml@${sha}\n    secrets: inherit\n`,
      ['6 secrets-inherit'],
    ],
    [
      'a machine of your own',
      'on:\n  pull_request:\npermissions: {}\njobs:\n  a:\n    runs-on: [self-hosted, linux]\n    steps: []\n',
      ['6 own-runner'],
    ],
  ])('%s', async (_what, text, expected) => {
    expect(await rules(text)).toEqual(expected);
  });

  test('an action as well', async () => {
    const text =
      'runs:\n  using: composite\n  steps:\n    - run: echo ${{ github.event.comment.body }}\n      shell: sh\n';
    expect(await rules(text, 'tools/action.yml')).toEqual(['4 script-injection']);
  });
});

test('what is done right is not', async () => {
  const steps = [
    `      - uses: owner/repo@${sha} # v1`,
    '      - uses: ./local',
    '      - run: echo "$TITLE" ${{ github.sha }} ${{ github.event.pull_request.number }}',
    '        env:',
    '          TITLE: ${{ github.event.issue.title }}',
  ].join('\n');
  expect(await rules(job(steps))).toEqual([]);
  expect(
    await rules(job(steps, 'on: pull_request_target\npermissions:\n  contents: read')),
  ).toEqual([]);
});

test('what is no YAML is unread', async () => {
  const looked = await lookAtTexts(workflows, { [path]: 'jobs: [' });
  expect(looked).toMatchObject({ said: [], unread: [{ path }] });
});
