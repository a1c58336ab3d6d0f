/** Rules: how much of a large difference or file GitHub tells. */
import { at } from '#local-github/probing/ask.ts';
import type { Place, Rule } from './rule.ts';

const pulls = '/repos/acme/story/pulls';
const diff = { accept: 'application/vnd.github.diff' };

async function numberOf({ ask }: Place, branch: string): Promise<string> {
  const { body } = await ask({ as: '@ada', path: `${pulls}?head=acme:${branch}` });
  return String(at(body, '0.number'));
}

export const sizeRules: readonly Rule[] = [
  {
    id: 'sizes/diff-of-many-files',
    rule: "A pull request's diff of more than 300 files is refused as too large.",
    source: 'https://github.com/truongnh1992/gemini-ai-code-reviewer/issues/51',
    changes: 'something',
    expect: {
      status: 406,
      'body.message':
        "Sorry, the diff exceeded the maximum number of files (300). Consider using 'List pull requests files' API or locally cloning the repository instead.",
      'body.errors': [{ resource: 'PullRequest', field: 'diff', code: 'too_large' }],
    },
    probe: async (place) =>
      place.ask({ as: '@ada', path: `${pulls}/${await numberOf(place, 'wide')}`, headers: diff }),
  },
  {
    id: 'sizes/diff-of-many-lines',
    rule: "A pull request's diff of more than 20,000 lines is refused as too large.",
    source: 'https://github.com/pascalgn/size-label-action/issues/53',
    changes: 'something',
    expect: {
      status: 406,
      'body.message': 'Sorry, the diff exceeded the maximum number of lines (20000)',
    },
    probe: async (place) =>
      place.ask({ as: '@ada', path: `${pulls}/${await numberOf(place, 'tall')}`, headers: diff }),
  },
  {
    id: 'sizes/files-by-pages',
    rule: 'The files of a pull request beyond 300 are told by pages.',
    source: 'https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files',
    changes: 'something',
    expect: { last: 10 },
    probe: async (place) => {
      const path = `${pulls}/${await numberOf(place, 'wide')}/files?per_page=100&page=4`;
      const { body } = await place.ask({ as: '@ada', path });
      return { last: Array.isArray(body) ? body.length : null };
    },
  },
  {
    id: 'sizes/binary-has-no-patch',
    rule: 'A binary file of a pull request comes without a patch.',
    source: 'https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files',
    changes: 'something',
    expect: { name: 'image.bin', patch: false },
    probe: async ({ ask, double, root }) => {
      const { number } = await double.pull({ 'image.bin': '\u0000\u0001' });
      const { body } = await ask({ path: `${root}/pulls/${number}/files` });
      return { name: at(body, '0.filename'), patch: at(body, '0.patch') !== undefined };
    },
  },
  {
    id: 'sizes/large-file',
    rule: 'A file above 1 MB comes without its content, but raw.',
    source: 'https://docs.github.com/en/rest/repos/contents',
    changes: 'something',
    expect: { 'json.content': '', 'json.encoding': 'none', raw: 1_100_000 },
    probe: async ({ ask, double, root }) => {
      const { name } = await double.branch({ 'large.txt': 'x'.repeat(1_100_000) });
      const path = `${root}/contents/large.txt?ref=${name}`;
      const raw = await ask({ path, headers: { accept: 'application/vnd.github.raw+json' } });
      return { json: await double.done({ path }), raw: String(raw.body).length };
    },
  },
];
