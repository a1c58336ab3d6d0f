/** The double that the rules are held against: a world with one repository per kind that they need. */
import { startLocalGitHub, type LocalGitHub } from '#local-github/local-github.ts';
import type { World } from '#local-github/world.ts';
import { createAsk, jwt } from './ask.ts';
import { createDouble } from './double.ts';
import { shared, story } from './story.ts';
import type { Place } from '#local-github/rules/rule.ts';

/** Long enough for a difference of two hunks. */
export const fortyLines = Array.from({ length: 40 }, (_, at) => `line ${at + 1}\n`).join('');

const world: World = {
  app: {
    permissions: {
      ...{ checks: 'write', contents: 'write', issues: 'write', metadata: 'read' },
      ...{ pull_requests: 'write', security_events: 'write', statuses: 'write' },
    },
  },
  organisations: { acme: { teams: { core: ['ada', 'ben'] } } },
  users: [
    { login: 'ada', role: 'admin' },
    { login: 'ben', role: 'write' },
    { login: 'eve', role: 'read' },
  ],
  repositories: [
    {
      name: 'acme/shop',
      formerly: ['acme/store'],
      files: {
        'README.md': '# Shop\n',
        'src/price.js': 'export const price = 1;\n',
        'docs/long.md': fortyLines,
        '.github/CODEOWNERS': '/owned/ @ben @acme/core\n/owned/mine.md @nobody\n*.txt docs@\n',
      },
      labels: ['bug', 'later', 'question'],
      issues: [{ title: 'Wrong price', body: 'It is 2.', author: 'eve' }],
      checks: [{ app: 'ci', name: 'build', conclusion: 'success' }],
      protect: { guarded: { checks: ['proof'] } },
    },
    { name: 'eve/shop', fork: 'acme/shop' },
    story,
    shared,
    { name: 'acme/elsewhere', files: { 'README.md': 'not installed\n' }, installed: false },
  ],
};

export interface Stage {
  readonly github: LocalGitHub;
  readonly place: Place;
}

/** End it with `github.stop()`. */
export async function openStage(): Promise<Stage> {
  const github = await startLocalGitHub({ world });
  const repository = { owner: 'acme', name: 'shop', defaultBranch: 'main' };
  const root = '/repos/acme/shop';
  const ask = createAsk({
    apiUrl: `${github.url}/api/v3`,
    app: github.app,
    repository,
    persons: Object.fromEntries(github.users.map(({ login, token }) => [login, token])),
  });
  const double = createDouble({ github, ask, root, defaultBranch: repository.defaultBranch });
  // Rules about shapes ask for the first one there is.
  await double.pull();
  return {
    github,
    place: { repository, root, ask, double, jwt: (claims) => jwt(github.app, claims) },
  };
}
