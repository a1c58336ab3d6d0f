/** Check runs within GitHub's limits. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalGitHub } from '#local-github/local-github.ts';
import { bot, branchWithFile, person, place, refusal, visit } from './visit.ts';

let github: LocalGitHub;
let sha: string;
beforeAll(async () => {
  github = await visit();
  ({ sha } = await branchWithFile(await bot(github), 'checked'));
});
afterAll(() => github.stop());

const annotation = (n: number) => ({
  path: 'new.txt',
  start_line: n,
  end_line: n,
  annotation_level: 'warning' as const,
  message: `line ${n}`,
});

test('a run is made, filled and completed; annotations add up', async () => {
  const api = await bot(github);
  const { data: run } = await api.rest.checks.create({ ...place, name: 'tests', head_sha: sha });
  expect(run).toMatchObject({ status: 'queued', conclusion: null });
  const many = Array.from({ length: 50 }, (_, n) => annotation(n + 1));
  const at = { ...place, check_run_id: run.id };
  const output = { title: 'Two failed', summary: 'Sum' };
  await api.rest.checks.update({ ...at, output: { ...output, annotations: many } });
  const { data: done } = await api.rest.checks.update({
    ...at,
    conclusion: 'failure',
    output: { ...output, annotations: [annotation(51)] },
  });
  expect(done).toMatchObject({ status: 'completed', conclusion: 'failure' });
  expect(done.output.annotations_count).toBe(51);
  const listed = await api.paginate(api.rest.checks.listAnnotations, at);
  expect(listed.at(-1)?.message).toBe('line 51');
});

test('the newest run of a name is listed, for a branch as for a commit', async () => {
  const api = await bot(github);
  for (const conclusion of ['failure', 'success'] as const)
    await api.rest.checks.create({ ...place, name: 'lint', head_sha: sha, conclusion });
  const find = { ...place, ref: 'checked', check_name: 'lint' };
  const { data } = await api.rest.checks.listForRef(find);
  expect(data.check_runs.map(({ conclusion }) => conclusion)).toEqual(['success']);
  const { data: all } = await api.rest.checks.listForRef({ ...find, filter: 'all' });
  expect(all.total_count).toBe(2);
  const { data: suites } = await api.rest.checks.listSuitesForRef({ ...place, ref: sha });
  expect(suites.total_count).toBe(1);
});

test('only an App makes runs, and only on commits that exist', async () => {
  const run = { ...place, name: 'x', head_sha: sha };
  const byAda = person(github, 'ada').rest.checks.create(run);
  expect(await refusal(byAda)).toMatch(/^403 You must authenticate via a GitHub App/);
  const api = await bot(github);
  const nowhere = api.rest.checks.create({ ...run, head_sha: 'd'.repeat(40) });
  expect(await refusal(nowhere)).toContain('422 No commit found for SHA');
});

test.each([
  ['51 annotations', { annotations: Array.from({ length: 51 }, (_, n) => annotation(n + 1)) }],
  ['a summary above 65,535 characters', { summary: 'x'.repeat(65_536) }],
  ['a text above 65,535 characters', { text: 'x'.repeat(65_536) }],
])('%s are refused', async (_, more) => {
  const api = await bot(github);
  const output = { title: 't', summary: 's', ...more };
  const made = api.rest.checks.create({ ...place, name: 'big', head_sha: sha, output });
  expect(await refusal(made)).toMatch(/^422/);
});

test('a completed run needs a conclusion, and a button must fit', async () => {
  const api = await bot(github);
  const run = { ...place, name: 'y', head_sha: sha };
  const open = api.request('POST /repos/{owner}/{repo}/check-runs', {
    ...run,
    status: 'completed',
  });
  expect(await refusal(open)).toMatch(/^422/);
  const actions = [{ label: 'x'.repeat(21), identifier: 'i', description: 'd' }];
  expect(await refusal(api.rest.checks.create({ ...run, actions }))).toContain(
    'Only 20 characters are allowed; 21 were supplied.',
  );
});
