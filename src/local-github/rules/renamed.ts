/** Rules: a repository under the name that it had before. */
import type { Rule } from './rule.ts';

const source =
  'https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api';

export const renamedRules: readonly Rule[] = [
  {
    id: 'renamed/read',
    rule: 'To read under an old name is answered with 301 and the address by number.',
    source,
    changes: 'something',
    expect: {
      status: 301,
      'body.message': 'Moved Permanently',
      'headers.location': /\/repositories\/\d+\/labels\?per_page=2$/,
    },
    probe: ({ ask }) => ask({ path: '/repos/acme/store/labels?per_page=2' }),
  },
  {
    id: 'renamed/write',
    rule: 'To write under an old name is answered with 307, and nothing is done.',
    source: 'https://github.com/18F/charlie/pull/85',
    changes: 'something',
    expect: { status: 307, 'body.message': 'Moved Permanently' },
    probe: ({ ask }) =>
      ask({ method: 'POST', path: '/repos/acme/store/issues', body: { title: 'Never' } }),
  },
  {
    id: 'renamed/by-number',
    rule: 'The address by number answers as the one by name.',
    source,
    changes: 'something',
    expect: { status: 200, 'body.full_name': 'acme/shop' },
    async probe({ ask }) {
      const { headers } = await ask({ path: '/repos/acme/store' });
      return ask({ path: new URL(headers.location ?? '').pathname.replace('/api/v3', '') });
    },
  },
];
