/** What holds when one of many files kills the tool that looks at them. */
import { expect, test } from 'vitest';
import { lookApart, type Attempt } from '#checks/apart.ts';

const paths = Array.from({ length: 1_000 }, (_, at) => `file-${String(at)}.py`);

function toolThatDiesOf(deadly: readonly string[], state: 'crashed' | 'timed-out' = 'crashed') {
  const calls: number[] = [];
  const lookAt = (some: readonly string[]): Promise<Attempt> => {
    calls.push(some.length);
    const dies = some.some((path) => deadly.includes(path));
    const said = some.map((path) => ({ rule: 'r', level: 'note' as const, message: 'm', path }));
    return Promise.resolve(dies ? { state, reason: 'It died.' } : { said });
  };
  return { calls, lookAt };
}

test('one file that kills the tool is named, and the others keep what was found in them', async () => {
  const { calls, lookAt } = toolThatDiesOf(['file-617.py']);
  const looked = await lookApart(paths, lookAt);
  expect(looked).toMatchObject({ unread: [{ path: 'file-617.py', reason: 'It died.' }] });
  expect('said' in looked && looked.said.length).toBe(999);
  expect(calls.length).toBeLessThanOrEqual(22);
});

test('a tool that stalls on one file is not asked for ever', async () => {
  const { calls, lookAt } = toolThatDiesOf(['file-617.py'], 'timed-out');
  const looked = await lookApart(paths, lookAt);
  expect(calls.length).toBeLessThanOrEqual(12);
  expect('said' in looked && looked.said.length).toBeGreaterThan(900);
  const unread = 'unread' in looked ? looked.unread.map(({ path }) => path) : [];
  expect(unread).toContain('file-617.py');
});

test('a tool that dies of every file has crashed', async () => {
  const { lookAt } = toolThatDiesOf(paths);
  expect(await lookApart(paths.slice(0, 6), lookAt)).toEqual({
    state: 'crashed',
    reason: 'It died.',
  });
});

test('a tool that cannot read its configuration is asked once', async () => {
  let calls = 0;
  const looked = await lookApart(paths, () => {
    calls += 1;
    return Promise.resolve({ state: 'crashed', reason: 'No such rule.', everyones: true });
  });
  expect([looked, calls]).toEqual([{ state: 'crashed', reason: 'No such rule.' }, 1]);
});

test('nothing is asked where there is nothing to look at', async () => {
  const { calls, lookAt } = toolThatDiesOf([]);
  expect([await lookApart([], lookAt), calls]).toEqual([{ said: [], unread: [] }, []]);
});
