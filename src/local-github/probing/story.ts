/** A repository with a past for the rules to ask about: many commits, a wide pull request, every kind of merge. */
import type { World } from '#local-github/world.ts';

type Repository = NonNullable<World['repositories']>[number];

const many = (count: number, prefix: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${prefix}/${at}.txt`, `${at}\n`]));

/** `acme/story`: read it as a person, the probes' token is for another repository. */
export const story: Repository = {
  name: 'acme/story',
  createdAt: '2026-01-01T00:00:00Z',
  files: {
    'README.md': '# Story\n',
    '.github/release.yml':
      'changelog:\n  exclude:\n    labels: [hidden]\n  categories:\n    - title: Features\n      labels: [feature]\n',
  },
  labels: ['feature', 'hidden'],
  milestones: [{ title: 'Spring' }, { title: 'Winter', state: 'closed' }],
  issues: [{ title: 'Slow start', body: 'It is slow.', labels: ['bug'], milestone: 'Spring' }],
  history: [
    { release: { tag: 'v1.0.0', name: 'One', body: 'The first.' } },
    { pull: { title: 'Squashed', author: 'ben', labels: ['feature'], branch: 'squashed' } },
    { pull: { title: 'Merged', author: 'eve', merge: 'merge', branch: 'merged', fork: 'eve' } },
    {
      pull: {
        title: 'Rebased',
        author: 'ben',
        merge: 'rebase',
        commits: [
          { message: 'First half', files: { 'half.txt': '1\n' } },
          { message: 'Second half', files: { 'half.txt': '2\n' } },
        ],
      },
    },
    { pull: { title: 'Not told', author: 'dependabot[bot]', labels: ['hidden'] } },
    { push: { message: 'Pushed by hand', author: 'ada', files: { 'hand.txt': 'hand\n' } } },
    { release: { tag: 'v1.1.0-rc.1', prerelease: true } },
    { branch: { name: 'line/1.x', from: 'v1.0.0' } },
    {
      push: { branch: 'line/1.x', message: 'Mended', author: 'ada', files: { 'mend.txt': 'm\n' } },
    },
    { branch: { name: 'long' } },
    ...Array.from({ length: 260 }, (_, at) => ({
      push: { branch: 'long', message: `Step ${at + 1}`, files: { 'step.txt': `${at}\n` } },
    })),
    { pull: { title: 'Wide', state: 'open', branch: 'wide', files: many(310, 'wide') } },
    {
      pull: {
        title: 'Tall',
        state: 'open',
        branch: 'tall',
        files: { 'tall.txt': 'line\n'.repeat(20_001) },
      },
    },
  ],
};

/** The organisation's own repository, where configuration that holds for all of it stands. */
export const shared: Repository = {
  name: 'acme/.github',
  files: { '.github/release-drafter.yml': 'template: $CHANGES\n' },
};
