/** Rules: credentials and what they reach. */
import { at } from '#local-github/probing/ask.ts';
import { Skipped, type Rule } from './rule.ts';

const jwtPage =
  'https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app';

export const credentialRules: readonly Rule[] = [
  {
    id: 'credentials/unknown-token',
    rule: 'A token that GitHub does not know is answered with 401.',
    source: 'https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api',
    changes: 'nothing',
    expect: { status: 401, 'body.message': 'Bad credentials' },
    probe: ({ ask, root }) =>
      ask({
        as: 'nobody',
        path: root,
        headers: { authorization: `Bearer ghs_${'0'.repeat(36)}` },
      }),
  },
  refusedJwt('jwt-too-long', 'that ends more than ten minutes ahead', {
    claims: (now) => ({ exp: now + 900 }),
    said: /exp/,
  }),
  refusedJwt('jwt-expired', 'that has expired', {
    claims: (now) => ({ iat: now - 900, exp: now - 300 }),
    said: /exp/,
  }),
  refusedJwt('jwt-of-the-future', 'that says it was issued later than now', {
    claims: (now) => ({ iat: now + 300, exp: now + 500 }),
    said: /iat/,
  }),
  refusedJwt('jwt-of-nobody', 'whose issuer is no App', {
    claims: () => ({ iss: 1 }),
    said: /./,
  }),
  {
    id: 'credentials/jwt-spoiled',
    rule: "An App's JWT whose signature is not of its key is refused.",
    source: jwtPage,
    changes: 'nothing',
    expect: { status: 401, 'body.message': 'A JSON web token could not be decoded' },
    probe: ({ ask, jwt }) => {
      const signed = jwt();
      const [head, body] = signed.split('.');
      const authorization = `Bearer ${head}.${body}.${'A'.repeat(342)}`;
      return ask({ as: 'nobody', path: '/app', headers: { authorization } });
    },
  },
  {
    id: 'credentials/jwt-by-client-id',
    rule: "An App's JWT may name its client id as the issuer, instead of its number.",
    source: jwtPage,
    changes: 'nothing',
    expect: { status: 200 },
    async probe({ ask, jwt }) {
      const iss = at((await ask({ as: 'app', path: '/app' })).body, 'client_id');
      if (typeof iss !== 'string') throw new Skipped('the App has no client id');
      const authorization = `Bearer ${jwt({ iss })}`;
      return ask({ as: 'nobody', path: '/app', headers: { authorization } });
    },
  },
  {
    id: 'credentials/jwt-no-repository',
    rule: "An App's JWT reads no repository.",
    source:
      'https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app',
    changes: 'nothing',
    expect: { status: 401 },
    probe: ({ ask, root }) => ask({ as: 'app', path: `${root}/issues` }),
  },
  {
    id: 'credentials/token-no-app',
    rule: "An installation's token does not speak for the App.",
    source: 'openapi apps/get-authenticated',
    changes: 'nothing',
    expect: { status: 401, 'body.message': 'A JSON web token could not be decoded' },
    probe: ({ ask }) => ask({ path: '/app' }),
  },
  {
    id: 'credentials/token-no-person',
    rule: "An installation's token is nobody's own.",
    source: 'openapi users/get-authenticated',
    changes: 'nothing',
    expect: { status: 403, 'body.message': 'Resource not accessible by integration' },
    probe: ({ ask }) => ask({ path: '/user' }),
  },
  {
    id: 'credentials/nobody-no-person',
    rule: 'Who has no token is asked to authenticate where one is needed.',
    source: 'openapi users/get-authenticated',
    changes: 'nothing',
    expect: { status: 401, 'body.message': 'Requires authentication' },
    probe: ({ ask }) => ask({ as: 'nobody', path: '/user' }),
  },
];

function refusedJwt(
  id: string,
  which: string,
  { claims, said }: { readonly claims: (now: number) => object; readonly said: RegExp },
): Rule {
  return {
    id: `credentials/${id}`,
    rule: `An App's JWT ${which} is refused.`,
    source: jwtPage,
    changes: 'nothing',
    expect: { status: 401, 'body.message': said },
    probe: ({ ask, jwt }) => {
      const authorization = `Bearer ${jwt(claims(Math.floor(Date.now() / 1000)))}`;
      return ask({ as: 'nobody', path: '/app', headers: { authorization } });
    },
  };
}
