/** Rules: installation tokens, what they are narrowed to, and how they end. */
import { at, type Seen } from '#local-github/probing/ask.ts';
import type { Place, Rule } from './rule.ts';

const about =
  'https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app';
const changelog =
  'https://github.blog/changelog/2026-05-15-github-app-installation-tokens-per-request-override-header/';
const operation = 'openapi apps/create-installation-access-token';

async function mint(
  { ask, root }: Place,
  body: object = {},
  headers: Record<string, string> = {},
): Promise<Seen> {
  const { body: found } = await ask({ as: 'app', path: `${root}/installation` });
  const path = `/app/installations/${String(at(found, 'id'))}/access_tokens`;
  return ask({ as: 'app', method: 'POST', path, body, headers });
}

/** Asks with a token of its own, so that the others' goes on. */
async function withToken(place: Place, body: object, then: (token: string) => Promise<Seen>) {
  const { body: made } = await mint(place, body);
  return then(String(at(made, 'token')));
}

function by(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

const tokens: readonly Omit<Rule, 'changes'>[] = [
  {
    id: 'tokens/stateless',
    rule: 'A token has the form of the stateless ones: it names the App and has two dots.',
    source: changelog,
    expect: { status: 201, 'body.token': /^ghs_\d+_[\w-]+\.[\w-]+\.[\w-]+$/ },
    probe: (place) => mint(place, {}, { 'x-github-stateless-s2s-token': 'enabled' }),
  },
  {
    id: 'tokens/old-format',
    rule: 'A token of the old form of forty characters is made where a header asks for it.',
    source: changelog,
    expect: { status: 201, 'body.token': /^ghs_\w{36}$/ },
    probe: (place) => mint(place, {}, { 'x-github-stateless-s2s-token': 'disabled' }),
  },
  {
    id: 'tokens/narrowed',
    rule: 'A token may be narrowed to repositories and permissions, and says to which.',
    source: operation,
    expect: {
      status: 201,
      'body.permissions': { issues: 'read', metadata: 'read' },
      'body.repository_selection': 'selected',
      'body.repositories.0.name': 'shop',
    },
    probe: (place) =>
      mint(place, { repositories: [place.repository.name], permissions: { issues: 'read' } }),
  },
  {
    id: 'tokens/more-permissions',
    rule: 'A token with more permissions than the installation has is refused.',
    source: operation,
    expect: { status: 422 },
    probe: (place) => mint(place, { permissions: { administration: 'write' } }),
  },
  {
    id: 'tokens/other-repository',
    rule: 'A token for a repository outside of the installation is refused.',
    source: operation,
    expect: { status: 422 },
    probe: (place) => mint(place, { repositories: ['elsewhere'] }),
  },
  {
    id: 'tokens/cannot',
    rule: 'A token without the permission is refused, and told which one is needed.',
    source: 'https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api',
    expect: {
      status: 403,
      'body.message': 'Resource not accessible by integration',
      'headers.x-accepted-github-permissions': /issues=write/,
    },
    probe: (place) =>
      withToken(place, { permissions: { contents: 'read' } }, (token) =>
        place.ask({
          as: 'nobody',
          method: 'POST',
          path: `${place.root}/issues`,
          body: { title: 'Refused' },
          headers: by(token),
        }),
      ),
  },
  {
    id: 'tokens/revoked',
    rule: 'A token that was revoked is unknown.',
    source: 'openapi apps/revoke-installation-access-token',
    expect: { status: 401, 'body.message': 'Bad credentials' },
    probe: (place) =>
      withToken(place, {}, async (token) => {
        const as = 'nobody';
        const headers = by(token);
        await place.ask({ as, method: 'DELETE', path: '/installation/token', headers });
        return place.ask({ as, path: place.root, headers });
      }),
  },
  {
    id: 'tokens/life',
    rule: 'A token ends one hour after it was made.',
    source: about,
    expect: { isHour: true },
    async probe(place) {
      const ends = Date.parse(String(at((await mint(place)).body, 'expires_at')));
      return { isHour: Math.abs(ends - Date.now() - 3_600_000) < 60_000 };
    },
  },
];

export const tokenRules: readonly Rule[] = tokens.map((rule) => ({
  ...rule,
  changes: 'something',
}));
