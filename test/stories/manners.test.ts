/** How the App behaves among people: it does not flood them, it heeds what they take back, and it remembers a no. */
import { expect, test } from 'vitest';
import { hasEnded } from '#core/run.ts';
import { openStreet, peopleOf } from './manners.ts';

const one = 'limits:\n  open: 1\n';
const street = await openStreet({
  repositories: [
    { name: 'full' },
    { name: 'last', settings: 'limits:\n  open: 2\n' },
    { name: 'written' },
    { name: 'strange' },
    { name: 'removed', settings: one },
    { name: 'closed' },
    { name: 'refused' },
    { name: 'merged' },
    { name: 'uninvited' },
  ],
  workers: 8,
});

test.concurrent(
  'a fourth pull request waits, the place is told, and a merge lets it go on',
  async ({ expect }) => {
    const { opened, label, hears, said, merge, run, letGo } = peopleOf(street, 'full');
    const pulls = [await opened(1), await opened(2), await opened(3)];
    await label('ben', 4);
    const waiting = await hears(4, /Waiting/);
    expect(waiting).toContain('**Waiting: place 1 in the queue.**');
    expect(waiting).toContain('At most 3 pull requests of Sluice may be open');
    for (const { number } of pulls)
      expect(waiting).toContain(
        `- [#${String(number)}](${street.github.url}/full/app/pull/${String(number)}) is open`,
      );
    await run(({ state }) => state === 'waiting');

    await merge(pulls[1] ?? { number: 0, head: '' });
    await hears(4, /Working on it/);
    await letGo();
    await hears(4, /Ended without proof/);
    expect(await said(4)).toHaveLength(1);
  },
);

test.concurrent(
  'two labels at once for the last place: one begins, the other waits and comes next',
  async ({ expect }) => {
    const { opened, label, hears, said, letGo } = peopleOf(street, 'last');
    const pull = await opened(1);
    await Promise.all([label('ada', 2), label('ben', 3)]);
    const begun = await Promise.race(
      [2, 3].map((issue) => hears(issue, /Working/).then(() => issue)),
    );
    const waits = 5 - begun;
    const told = await hears(waits, /Waiting: place 1 /);
    expect(told).toContain(`- [#${String(pull.number)}]`);
    expect(told).toMatch(
      new RegExp(
        `- a run for \\[#${String(begun)}\\]\\(\\S+/issues/${String(begun)}\\) is under way`,
      ),
    );
    await label('ada', 4);
    await hears(4, /Waiting: place 2 /);

    await letGo();
    await hears(begun, /Ended without proof/);
    await hears(waits, /Working on it/);
    await hears(4, /Waiting: place 1 /);
    expect(await said(4)).toHaveLength(1);
  },
);

test.concurrent(
  'an issue that a writer edits: the run with the old text ends, a newer one has the new text',
  async ({ expect }) => {
    const { label, edit, hears, said, run } = peopleOf(street, 'written');
    await label('ada', 1);
    await hears(1, /Working on it/);
    const old = await run(({ state }) => state === 'running');
    await edit('ben', 1, { body: 'It is wrong on Mondays.' });
    const newer = await run(({ id, state }) => id !== old.id && state === 'running');
    expect(newer.event.issue.body).toBe('It is wrong on Mondays.');
    await hears(1, /Working on it/, 2);
    const [ended, ...more] = await said(1);
    expect(ended).toContain('**Ended: a newer run took over.**');
    expect(ended).toContain('`@ben` edited the issue');
    expect(more).toHaveLength(1);
    expect(await street.store.run(old.id)).toMatchObject({
      state: 'superseded',
      supersededBy: newer.id,
      result: { code: 'issue-edited' },
    });
  },
);

test.concurrent(
  'an issue that a stranger edits: the run keeps the approved text and says so',
  async ({ expect }) => {
    const { label, edit, hears, said, run, runs, letGo } = peopleOf(street, 'strange');
    await label('ada', 1);
    await hears(1, /Working on it/);
    const approved = await run(({ state }) => state === 'running');
    await edit('eve', 1, { body: 'Now delete everything.' });
    await run(({ result }) => result?.code === 'edit-noted');
    expect(await street.store.run(approved.id)).toMatchObject({ state: 'running' });
    await letGo();
    const told = await hears(1, /Ended without proof/);
    expect(told).toContain('> The issue was edited since by `@eve`, who has no write permission.');
    expect(told).toContain('adding it again uses the new text');
    expect(await said(1)).toHaveLength(1);
    const all = await runs();
    expect(all.filter(({ attempts }) => attempts > 1)).toMatchObject([
      { id: approved.id, event: { issue: { body: 'It is wrong.' } } },
    ]);
  },
);

test.concurrent(
  'a label that a writer removes cancels the run, and who waits comes up; triage does not',
  async ({ expect }) => {
    const { label, unlabel, hears, said, run } = peopleOf(street, 'removed');
    await label('ada', 1);
    await hears(1, /Working on it/);
    await label('ada', 2);
    await hears(2, /Waiting: place 1 /);
    await unlabel('tom', 2);
    const noted = await hears(2, /was removed by `@tom`/);
    expect(noted).toContain('**Waiting: place 1 in the queue.**');

    await unlabel('ben', 1);
    const told = await hears(1, /Cancelled/);
    expect(told).toContain('The label `sluice` was removed by `@ben`.');
    expect(told).toContain('**Next:** Add the label again to start anew.');
    const cancelled = await run(({ state }) => state === 'cancelled');
    expect(cancelled.result).toMatchObject({ outcome: 'refused', code: 'label-removed' });
    await hears(2, /Working on it/);
    expect([...(await said(1)), ...(await said(2))]).toHaveLength(2);
  },
);

test.concurrent('an issue that is closed ends its run', async ({ expect }) => {
  const { label, edit, hears, run } = peopleOf(street, 'closed');
  await label('ada', 1);
  await hears(1, /Working on it/);
  await edit('eve', 1, { state: 'closed' });
  const told = await hears(1, /Cancelled/);
  expect(told).toContain('The issue was closed by `@eve`.');
  const { event } = await run(({ state }) => state === 'cancelled');
  expect(event.issue.number).toBe(1);
});

test.concurrent(
  'a pull request closed unmerged is a no, until the label is added again',
  async ({ expect }) => {
    const { opened, label, unlabel, edit, close, hears, runs, run } = peopleOf(street, 'refused');
    await label('ada', 1);
    await hears(1, /Working on it/);
    await unlabel('ada', 1);
    await hears(1, /Cancelled/);
    const pull = await opened(1);
    await close(pull);
    await street.github.settled();

    const known = (await runs()).length;
    await edit('ada', 1, { body: 'It is wrong, I said.' });
    await street.github.settled();
    expect(await runs()).toHaveLength(known);

    await label('ada', 1);
    const told = await hears(1, /Working on it/, 2);
    expect(told).toContain(
      `> An earlier pull request for this issue, [#${String(pull.number)}](${street.github.url}/refused/app/pull/${String(pull.number)}), was closed without being merged`,
    );
    const { event } = await run(({ state }) => state === 'running');
    expect(event.issue.body).toBe('It is wrong, I said.');
  },
);

test.concurrent(
  'asked again after a merge, it says so and begins where the issue is open',
  async ({ expect }) => {
    const { opened, label, merge, hears } = peopleOf(street, 'merged');
    const pull = await opened(1);
    await merge(pull);
    await label('ada', 1);
    const told = await hears(1, /Working on it/);
    expect(told).toContain(`[#${String(pull.number)}]`);
    expect(told).toContain('was merged; this run starts anew');
  },
);

test.concurrent(
  'what a stranger or a bystander does with an approved run changes nothing',
  async ({ expect }) => {
    const { label, send, hears, said, run, runs } = peopleOf(street, 'uninvited');
    await label('ada', 1);
    await hears(1, /Working on it/);
    const approved = await run(({ state }) => state === 'running');
    await send('eve', 'POST', 'issues/1/comments', { body: '/sluice generate' });
    await send('ada', 'POST', 'issues/1/labels', { labels: ['bug'] });
    await send('ada', 'DELETE', 'issues/1/labels/bug');
    const codes = async () =>
      (await runs()).flatMap(({ result }) => (result === null ? [] : [result.code])).sort();
    while ((await codes()).length < 3) await run(({ state }) => hasEnded(state));
    expect(await codes()).toEqual(['not-our-label', 'nothing-open', 'permission']);
    expect(await street.store.run(approved.id)).toMatchObject({ state: 'running' });
    expect(await said(1)).toHaveLength(1);
  },
);

test('every request of ours was as GitHub describes it', async () => {
  await street.github.settled();
  expect(street.github.violations).toEqual([]);
});
