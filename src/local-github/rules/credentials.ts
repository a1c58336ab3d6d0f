/** Rules: credentials and what they reach. */
import { jwt } from '#local-github/probing/ask.ts';
import type { Rule } from './rule.ts';

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
  {
    id: 'credentials/jwt-too-long',
    rule: "An App's JWT that ends more than ten minutes ahead is refused.",
    source:
      'https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app',
    changes: 'something',
    expect: { status: 401 },
    probe: ({ ask, double: { github } }) => {
      const token = jwt(github.app, { exp: Math.floor(Date.now() / 1000) + 900 });
      const authorization = `Bearer ${token}`;
      return ask({ as: 'nobody', path: '/app', headers: { authorization } });
    },
  },
];
