/** The story that `demo` plays: a small repository with a real bug, the people around it, and what one of them does. */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { LocalApp, LocalAppOptions } from '#local-app.ts';

/** Where the demo's recorded answers lie. */
export const answersFolder = fileURLToPath(new URL('./answers/', import.meta.url));

export const owner = 'acme';
export const name = 'tally';
export const issueNumber = 1;
/** The maintainer. */
const maintainer = 'ada';

export const world: Awaited<ReturnType<LocalAppOptions['world']>> = {
  users: [
    { login: maintainer, name: 'Ada', role: 'admin' },
    { login: 'ben', name: 'Ben', role: 'write' },
    { login: 'cleo', name: 'Cleo', role: 'read' },
  ],
  repositories: [
    {
      name: `${owner}/${name}`,
      description: 'Who owes whom after a shared holiday',
      folder: fileURLToPath(new URL('./sample/', import.meta.url)),
      private: false,
      labels: [
        { name: 'sluice', color: '0e8a7d', description: 'Sluice writes a proven pull request' },
        { name: 'bug', color: 'd73a4a', description: 'Something is wrong' },
        { name: 'idea', color: 'a2eeef', description: 'Something new' },
      ],
      issues: [
        {
          title: 'Splitting a bill loses cents',
          author: 'cleo',
          labels: ['bug'],
          body: [
            'Three of us shared a dinner of 100.00. The report says that two of us owe 33.33 each and that the one who paid is owed 66.67, which is a cent more than we pay. After a month of groceries the balances are off by quite a bit: they no longer add up to zero, and somebody is always left with money that nobody owes.',
            '',
            'It happens whenever an amount does not divide evenly between the people who share it.',
            '',
            'What I would expect: the shares of an expense add up to exactly its amount, no share is more than one cent above another, and the same people get the extra cents each time, in the order in which they are listed.',
          ].join('\n'),
          comments: [
            {
              author: 'ben',
              body: 'Same here. Splitting by weight is fine, it is only the equal shares.',
            },
          ],
        },
        {
          title: 'Report as CSV',
          author: 'ben',
          labels: ['idea'],
          body: 'It would be nice to open the report in a spreadsheet.',
        },
      ],
    },
  ],
};

const Commit = z.object({
  sha: z.string(),
  parents: z.array(z.object({ sha: z.string() })),
  commit: z.object({ message: z.string() }),
});
const Pull = z.object({
  number: z.int(),
  html_url: z.string(),
  head: z.object({ sha: z.string() }),
});
const Checks = z.object({
  check_runs: z.array(z.object({ name: z.string(), conclusion: z.string().nullable() })),
});

/** What the maintainer does and sees, over the ordinary REST API with her own token. */
export interface Maintainer {
  label(label: string): Promise<void>;
  pull(): Promise<z.infer<typeof Pull> | undefined>;
  checks(commit: string): Promise<z.infer<typeof Checks>['check_runs']>;
  commit(commit: string): Promise<{ commit: string; parent: string; message: string }>;
}

export function maintainerOf({ github }: LocalApp): Maintainer {
  const token = github.users.find(({ login }) => login === maintainer)?.token ?? '';
  const ask = async (
    path: string,
    init: { method?: string; body?: string } = {},
  ): Promise<unknown> => {
    const response = await fetch(`${github.url}/repos/${owner}/${name}/${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' },
    });
    if (!response.ok)
      throw new Error(`${path}: ${String(response.status)} ${await response.text()}`);
    return response.json();
  };
  return {
    label: async (label) => {
      const body = JSON.stringify({ labels: [label] });
      await ask(`issues/${String(issueNumber)}/labels`, { method: 'POST', body });
    },
    pull: async () => z.array(Pull).parse(await ask('pulls?state=open'))[0],
    checks: async (commit) => Checks.parse(await ask(`commits/${commit}/check-runs`)).check_runs,
    commit: async (commit) => {
      const read = Commit.parse(await ask(`commits/${commit}`));
      return { commit: read.sha, parent: read.parents[0]?.sha ?? '', message: read.commit.message };
    },
  };
}
