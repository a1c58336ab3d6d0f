/** What a release really changes: merged minus taken back, each change once. */
import { expect, test } from 'vitest';
import { compose } from '#core/release/compose.ts';
import { readRules } from '#core/release/drafter-config.ts';
import { Manifest } from '#core/release/manifest.ts';
import { resolve } from '#core/release/resolve.ts';

const sha = (number: number) => number.toString(16).padStart(40, '0');

interface Merged {
  readonly number: number;
  readonly title: string;
  readonly body?: string;
  readonly message?: string;
  readonly reverts?: number;
  readonly labels?: readonly string[];
  readonly head?: string;
  /** Commits that the pull request brings, one when absent. */
  readonly commits?: number;
}

/** In the order in which they landed; one without a number is a pushed commit. */
function range(changes: readonly (Merged | { readonly push: string; readonly sha?: number })[]) {
  const commits = changes.flatMap((change, index) => {
    const at = `2026-01-01T00:00:${String(index).padStart(2, '0')}Z`;
    if ('push' in change) {
      return [{ sha: sha(change.sha ?? 900 + index), message: change.push, at, pulls: [] }];
    }
    const { number, title, message = title, commits: count = 1 } = change;
    return Array.from({ length: count }, (_, n) => ({
      sha: sha(n === count - 1 ? number : number * 1000 + n),
      ...{ message, at, pulls: [number] },
    }));
  });
  const pulls = changes.flatMap((change, index) =>
    'push' in change
      ? []
      : [
          {
            ...change,
            mergeCommit: sha(change.number),
            mergedAt: `2026-01-01T00:00:${String(index).padStart(2, '0')}Z`,
          },
        ],
  );
  return Manifest.parse({
    repository: { owner: 'acme', name: 'rocket' },
    ref: 'refs/heads/main',
    commits,
    pulls,
  });
}

const revert = (number: number, of: number, title = `Revert "Change ${String(of)}"`) => ({
  ...{ number, title, body: `Reverts acme/rocket#${String(of)}` },
});
const change = (number: number) => ({ number, title: `Change ${String(number)}` });

test.each<[string, Parameters<typeof range>[0], readonly number[]]>([
  ['nothing taken back', [change(1), change(2)], [1, 2]],
  ['taken back: both go', [change(1), change(2), revert(3, 1)], [2]],
  ['released before: the revert is a change', [change(2), revert(3, 1)], [2, 3]],
  [
    'the revert taken back: the change is there again',
    [change(1), revert(2, 1), revert(3, 2, 'Revert "Revert "Change 1""')],
    [1],
  ],
  ['taken back three times', [change(1), revert(2, 1), revert(3, 2), revert(4, 3)], []],
  ['a revert of an older change taken back', [revert(2, 1), revert(3, 2)], []],
  ['landed again as a new one', [change(1), revert(2, 1), { number: 3, title: 'Change 1' }], [3]],
  [
    'landed again by `Reapply`',
    [change(1), revert(2, 1), { number: 3, title: 'Reapply "Change 1"' }],
    [1],
  ],
  ['by title alone', [change(1), change(2), { number: 3, title: 'Revert "Change 1"' }], [2]],
  [
    'by the number in the title',
    [change(1), { number: 3, title: 'Revert "Something else (#1)"' }],
    [],
  ],
  [
    'by a conventional title',
    [
      { number: 1, title: 'feat: x' },
      { number: 2, title: 'revert: feat: x' },
    ],
    [],
  ],
  ["by the forge's own link", [change(1), { number: 2, title: 'Go back', reverts: 1 }], []],
  [
    "by git's sentence",
    [
      change(1),
      { number: 2, title: 'Revert "x"', message: `Revert "x"\n\nThis reverts commit ${sha(1)}.` },
    ],
    [],
  ],
  [
    'by a pushed commit',
    [change(1), { push: `Revert "Change 1"\n\nThis reverts commit ${sha(1)}.` }],
    [],
  ],
  [
    'one commit of three',
    [
      { ...change(1), commits: 3 },
      { number: 2, title: 'Revert "part"', body: `This reverts commit ${sha(1)}.` },
    ],
    [1, 2],
  ],
  [
    'two at once, one of them older',
    [change(2), { number: 3, title: 'Revert two', body: 'Reverts #1\nReverts #2' }],
    [3],
  ],
  [
    'only spoken of',
    [change(1), { number: 2, title: 'Explain', body: 'Reverts #1 if merged' }],
    [1, 2],
  ],
  [
    'partly',
    [change(1), { number: 2, title: 'Partially revert the first', body: 'Partially reverts #1' }],
    [1, 2],
  ],
  [
    'a title that begins alike',
    [change(1), { number: 2, title: 'Revert to the old parser' }],
    [1, 2],
  ],
  [
    'a later namesake stays',
    [change(1), revert(2, 1), change(4), { number: 5, title: 'Change 1' }],
    [4, 5],
  ],
  [
    'another repository',
    [change(1), { number: 2, title: 'Revert "x"', body: 'Unrelated\nReverts other/one#7' }],
    [1, 2],
  ],
])('%s', (_, changes, left) => {
  const { manifest, dropped } = resolve(range(changes));
  expect(manifest.pulls.map(({ number }) => number)).toEqual(left);
  const numbers = changes.flatMap((one) => ('number' in one ? [one.number] : []));
  expect(
    dropped
      .map((one) => Number(one.change.slice(1)))
      .concat(left)
      .sort((a, b) => a - b),
  ).toEqual(numbers.sort((a, b) => a - b));
});

test.each<[string, Parameters<typeof range>[0], readonly string[]]>([
  [
    'a backport leads to its original',
    [{ number: 9, title: '[Backport 1.x] Fix', body: 'Backport of #5' }],
    ['* [Backport 1.x] Fix (#9) (backport of #5)'],
  ],
  [
    'one that does so already stays as it is',
    [{ number: 9, title: 'Fix (backport #5)' }],
    ['* Fix (backport #5) (#9)'],
  ],
  [
    'known by its branch',
    [{ number: 9, title: 'Fix', head: 'mergify/bp/1.x/pr-5' }],
    ['* Fix (#9) (backport of #5)'],
  ],
  [
    'known by its commit',
    [{ number: 9, title: 'Fix', message: `Fix\n\n(cherry picked from commit ${sha(5)})` }],
    ['* Fix (#9) (backport of 0000000)'],
  ],
  [
    'beside its original it is not listed',
    [
      { number: 5, title: 'Fix' },
      { number: 9, title: 'Fix', body: 'Backport #5 to 1.x' },
    ],
    ['* Fix (#5)'],
  ],
  [
    'of two the first is',
    [
      { number: 8, title: 'Fix', body: 'Backport of #5' },
      { number: 9, title: 'Fix', body: 'Backport of #5' },
    ],
    ['* Fix (#8) (backport of #5)'],
  ],
  [
    'of a backport',
    [
      { number: 8, title: 'Fix', body: 'Backport of #5' },
      { number: 9, title: 'Fix', body: 'Backport of #8' },
    ],
    ['* Fix (#8) (backport of #5)'],
  ],
  ['a mention is none', [{ number: 9, title: 'Fix', body: 'See #5' }], ['* Fix (#9)']],
])('backports: %s', (_, changes, lines) => {
  expect(listed(changes)).toEqual(lines);
});

test('pushed commits are listed when they are wanted, by their sha', () => {
  const changes = [
    { push: 'fix: push\n\nwhy', sha: 0xabc },
    { push: "Merge branch 'x'" },
    change(1),
  ];
  expect(listed(changes)).toEqual(['* Change 1 (#1)']);
  expect(listed(changes, true)).toEqual(['* Change 1 (#1)', '* fix: push (0000000)']);
});

function listed(changes: Parameters<typeof range>[0], direct = false): readonly string[] {
  const text = 'template: $CHANGES\nchange-template: "* $TITLE (#$NUMBER)"\n';
  const read = readRules([{ file: 'x', text }], { ref: 'refs/heads/main' });
  if ('problems' in read) throw new Error('not read');
  const { manifest } = resolve(range(changes), { direct });
  return compose(
    {
      ...manifest,
      last: {
        id: 1,
        tag: 'v1.0.0',
        name: null,
        draft: false,
        prerelease: false,
        target: '',
        createdAt: '',
        body: '',
      },
    },
    read.rules,
  ).body.split('\n');
}

test('whatever is merged and taken back in turn, what is left is what a repository would hold', () => {
  let seed = 11;
  const chance = (below: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  for (let round = 0; round < 150; round += 1) {
    const changes: Merged[] = [];
    // What each stands for: an own change, or the taking back of another.
    const target = new Map<number, number>();
    for (let number = 10; number < 10 + 2 + chance(10); number += 1) {
      const of = chance(3) === 0 ? undefined : changes[chance(Math.max(1, changes.length))]?.number;
      const free = of !== undefined && ![...target.values()].includes(of);
      if (free) target.set(number, of);
      changes.push(free ? revert(number, of) : change(number));
    }
    const holds = (number: number): boolean =>
      ![...target].some(([by, of]) => of === number && holds(by));
    const expected = changes
      .map(({ number }) => number)
      .filter((number) => holds(number) && !target.has(number));
    const left = resolve(range(changes)).manifest.pulls.map(({ number }) => number);
    expect(left).toEqual(expected);
  }
});
