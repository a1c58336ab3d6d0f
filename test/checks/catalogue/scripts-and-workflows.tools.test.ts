/** ShellCheck, hadolint, actionlint and zizmor as they are: what they find, and that no repository can silence them. */
import { describe, expect, test } from 'vitest';
import { actionlint } from '#checks/catalogue/actionlint.ts';
import { hadolint } from '#checks/catalogue/hadolint.ts';
import { shellcheck } from '#checks/catalogue/shellcheck.ts';
import { zizmor } from '#checks/catalogue/zizmor.ts';
import type { Check } from '#checks/check.ts';
import { lookAt, missing } from '../side.ts';

const workflow = `on: pull_request_target
permissions: {}
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo "\${{ github.event.pull_request.title }}" # zizmor: ignore[template-injection]
      - run: echo "\${{ nothing.here }}"
`;
const workflows = '.github/workflows';

const cases: readonly (readonly [
  Check,
  Record<string, string>,
  readonly string[],
  readonly string[],
])[] = [
  [
    shellcheck,
    {
      'a.sh': '#!/bin/bash\nif [ $1 == x ]; then\n  rm -rf $HOME/$undefined\nfi\n',
      'bin/run': '#!/bin/sh\necho `ls`\n',
      'bin/other': '#!/usr/bin/env python3\nprint(1)\n',
      '-x.sh': '#!/bin/sh\ncd /x\n',
      '.shellcheckrc': 'disable=all\n',
    },
    ['a.sh:2 SC2086', 'bin/run:2 SC2006', '-x.sh:2 SC2164'],
    [],
  ],
  [
    hadolint,
    {
      Dockerfile: 'FROM ubuntu\n# hadolint ignore=DL3004\nRUN sudo x\n',
      'b.Dockerfile': 'FROM\n  what ((',
      '.hadolint.yaml': 'ignored: [DL3006]\n',
    },
    ['Dockerfile:1 DL3006', 'Dockerfile:3 DL3004'],
    ['b.Dockerfile'],
  ],
  [
    actionlint,
    {
      [`${workflows}/a.yml`]: workflow,
      [`${workflows}/b.yml`]: 'jobs: [\n',
      '.github/actionlint.yaml': 'paths:\n  "**":\n    ignore: [".*"]\n',
    },
    [`${workflows}/a.yml:7 expression`, `${workflows}/a.yml:8 expression`],
    [`${workflows}/b.yml`],
  ],
  [
    zizmor,
    {
      [`${workflows}/a.yml`]: workflow,
      [`${workflows}/b.yml`]: 'jobs: [\n',
      '.github/zizmor.yml': 'rules:\n  template-injection:\n    disable: true\n',
    },
    [`${workflows}/a.yml:1 dangerous-triggers`, `${workflows}/a.yml:7 template-injection`],
    [`${workflows}/b.yml`],
  ],
];

describe.each(cases)('$name', (check, texts, expected, dark) => {
  test.skipIf(missing(check) !== undefined)(
    'finds what is there, whatever the repository says',
    async () => {
      const looked = await lookAt(check, texts);
      if ('state' in looked) throw new Error(looked.reason);
      const found = looked.said.map(({ path, line, rule }) => `${path}:${String(line)} ${rule}`);
      expect(found).toEqual(expect.arrayContaining([...expected]));
      expect((looked.unread ?? []).map(({ path }) => path)).toEqual(dark);
    },
  );

  test.skipIf(missing(check) !== undefined)('is silent where there is nothing', async () => {
    const clean = {
      'a.sh': '#!/bin/sh\necho "$1"\n',
      Dockerfile: 'FROM debian:12.5\nUSER 1000\n',
      [`${workflows}/a.yml`]:
        'name: a\non: push\npermissions: {}\njobs:\n  a:\n    name: a\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo hello\n',
    };
    expect(await lookAt(check, clean)).toMatchObject({ said: [] });
  });
});
