/** What is told of a change: states, what is new, what is kept, and that a change cannot say how it is looked at. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { CheckResult } from '#core/check-result.ts';
import type { Said } from '#core/finding.ts';
import type { Kept } from '#ports/findings.ts';
import { Settings } from '#core/settings.ts';
import { chooseChecks } from '#checks/choose-checks.ts';
import type { Check, Looked, Side } from '#checks/check.ts';
import { runChecks, type Lookout } from '#checks/run-checks.ts';
import type { Stand } from '#checks/stand.ts';
import { answerOfAll } from '#policy/judge-checks.ts';

type Texts = Readonly<Record<string, string>>;

/** One error for each line that says "bad"; lines with "worse" are warnings. */
async function badLines({ files, targets }: Side): Promise<{ said: readonly Said[] }> {
  const said: Said[] = [];
  for (const { path } of targets) {
    const lines = (await files.read(path))?.split('\n') ?? [];
    lines.forEach((text, at) => {
      const level = text.includes('worse') ? 'warning' : 'error';
      if (/bad|worse/.test(text))
        said.push({ rule: 'bad', level, message: text, path, line: at + 1 });
    });
  }
  return { said };
}

const plain: Check = {
  name: 'bad',
  about: 'Looks for bad lines.',
  needs: [],
  scope: 'file',
  trusted: true,
  wants: /\.txt$/,
  isFitting: () => Promise.resolve(true),
  look: badLines,
};

function stand(texts: Texts): Stand {
  const entries = Object.keys(texts)
    .sort()
    .map((path) => ({
      path,
      mode: '100644' as const,
      size: Buffer.byteLength(texts[path]!),
      id: createHash('sha256').update(texts[path]!).digest('hex'),
    }));
  return {
    entries,
    paths: entries.map(({ path }) => path),
    layers: [],
    changes: [],
    packagesProblem: null,
    read: (path) => Promise.resolve(texts[path]),
    texts: (paths) =>
      Promise.resolve(
        new Map(paths.flatMap((path) => (path in texts ? [[path, texts[path]!]] : []))),
      ),
  };
}

function lookout(kept = new Map<string, Kept>()): Lookout {
  const absent = () => Promise.reject(new Error('no sandbox is needed'));
  return {
    sandbox: { health: absent, open: absent, kept: absent, close: absent },
    signal: new AbortController().signal,
    tools: { find: () => undefined },
    findings: {
      recall: (key) => Promise.resolve(kept.get(key)),
      keep: (key, all) => Promise.resolve(void kept.set(key, all)),
    },
    clock: { now: () => new Date(0) },
  };
}

interface Asked {
  readonly check?: Partial<Check>;
  readonly base: Texts;
  readonly head: Texts;
  readonly settings?: unknown;
  readonly mayRun?: boolean;
  readonly kept?: Map<string, Kept>;
}

async function ask({ check, base, head, settings = {}, mayRun = true, kept }: Asked) {
  const [before, after] = [stand(base), stand(head)];
  const chosen = await chooseChecks([{ ...plain, ...check }], {
    base: before,
    head: after,
    settings: Settings.parse({ checks: settings }),
    mayRun,
  });
  return runChecks(lookout(kept), { base: before, head: after }, chosen);
}

async function one(asked: Asked): Promise<CheckResult> {
  const [result] = await ask(asked);
  return result!;
}

test('only what the change brought counts', async () => {
  const base = { 'a.txt': 'bad 1\nfine\nbad 2' };
  const head = { 'a.txt': 'new\n  bad 1\nfine\nworse' };
  const result = await one({ base, head });
  expect(result).toMatchObject({
    state: 'findings',
    counts: { added: 1, fixed: 1, preexisting: 1 },
    added: [{ line: 4, level: 'warning', check: 'bad' }],
    fixed: [{ line: 3 }],
    files: 1,
  });
  expect(answerOfAll([result])).toBe('warn');
});

test('a file that moved brings nothing, and one that was not touched is not looked at', async () => {
  const base = { 'a.txt': 'bad', 'still.txt': 'bad' };
  const head = { 'dir/b.txt': 'bad', 'still.txt': 'bad' };
  expect(await one({ base, head })).toMatchObject({
    state: 'clean',
    files: 1,
    counts: { added: 0, fixed: 0, preexisting: 1 },
  });
});

test('a check that nothing concerns is not told', async () => {
  expect(await ask({ base: { 'a.md': 'x' }, head: { 'a.md': 'bad' } })).toEqual([]);
  expect(answerOfAll([])).toBe('pass');
});

test.each([
  ['crashed', 'It broke.', 'warn'],
  ['timed-out', 'It took too long.', 'warn'],
  ['skipped', 'There is no tool.', 'warn'],
] as const)('%s is told, and is no success', async (state, reason, answer) => {
  const look = () => Promise.resolve({ state, reason });
  const result = await one({ check: { look }, base: {}, head: { 'a.txt': 'bad' } });
  expect(result).toMatchObject({ state, reason, added: [] });
  expect(answerOfAll([result])).toBe(answer);
});

test('when the base cannot be looked at, nothing is said to be new', async () => {
  const look = async (side: Side): Promise<Looked> =>
    (await side.files.read('a.txt')) === 'old bad'
      ? { state: 'crashed', reason: 'Broken.' }
      : badLines(side);
  const result = await one({
    check: { look },
    base: { 'a.txt': 'old bad' },
    head: { 'a.txt': 'bad' },
  });
  expect(result).toMatchObject({ state: 'crashed', counts: { added: 0 } });
  expect(result.reason).toContain('base');
});

test('a file that could not be read on one side costs only itself', async () => {
  const look = async (side: Side): Promise<Looked> => {
    const looked = await badLines(side);
    const text = await side.files.read('a.txt');
    const unread =
      text?.startsWith('(') === true ? [{ path: 'a.txt', reason: 'it does not parse' }] : [];
    return { ...looked, unread };
  };
  const base = { 'a.txt': '(', 'b.txt': '' };
  const head = { 'a.txt': 'bad', 'b.txt': 'bad' };
  expect(await one({ check: { look }, base, head })).toMatchObject({
    state: 'partial',
    added: [{ path: 'b.txt' }],
    unread: [{ path: 'a.txt', reason: 'on the base, it does not parse' }],
  });
});

test.each([
  ['huge', 'x'.repeat(600 * 1024)],
  ['written by a program', `${'y'.repeat(6_000)}\nbad`],
])('a file that is %s is set aside with a note', async (_, text) => {
  const result = await one({ base: {}, head: { 'a.txt': text, 'b.txt': 'bad' } });
  expect(result).toMatchObject({ state: 'partial', files: 1, unread: [{ path: 'a.txt' }] });
  expect(result.added).toHaveLength(1);
});

test('the same content is not looked at twice, until the settings or the tool change', async () => {
  const kept = new Map<string, Kept>();
  let looks = 0;
  const look = (side: Side) => {
    looks += side.targets.length;
    return badLines(side);
  };
  const asked = { check: { look }, base: { 'a.txt': 'bad' }, head: { 'a.txt': 'bad\nbad' }, kept };
  const first = await one(asked);
  expect(looks).toBe(2);
  const again = await one(asked);
  expect(looks).toBe(2);
  expect(again).toMatchObject({ ...first, cached: 1 });
  await one({ ...asked, settings: { bad: { except: ['b.txt'] } } });
  expect(looks).toBe(4);
});

test('the change cannot say how it is looked at', async () => {
  const check: Partial<Check> = {
    configuration: /^rules\.cfg$/,
    look: async (side) =>
      (await side.files.read('rules.cfg')) === 'off' ? { said: [] } : badLines(side),
  };
  const base = { 'rules.cfg': 'on', 'a.txt': '' };
  const result = await one({ check, base, head: { 'rules.cfg': 'off', 'a.txt': 'bad' } });
  expect(result.added).toHaveLength(1);
});

test('a stranger’s tree is only looked at by programs of ours', async () => {
  const look = () => Promise.reject(new Error('it ran'));
  const asked = { base: {}, head: { 'a.txt': 'bad' }, mayRun: false };
  expect(await one({ ...asked, check: { trusted: false, look } })).toMatchObject({
    state: 'skipped',
  });
  expect(await one(asked)).toMatchObject({ state: 'findings' });
});

test.each([
  ['off', [], 'pass'],
  ['warning', ['warning', 'warning'], 'warn'],
  ['error', ['error', 'error'], 'block'],
  [{ paths: ['docs/**'] }, [], 'pass'],
  [{ except: ['a.txt'], level: 'error' }, [], 'pass'],
] as const)('the setting %j holds', async (setting, levels, answer) => {
  const results = await ask({
    base: {},
    head: { 'a.txt': 'bad\nworse' },
    settings: { bad: setting },
  });
  expect(results.flatMap(({ added }) => added.map(({ level }) => level))).toEqual(levels);
  expect(answerOfAll(results)).toBe(answer);
});

test('a kind of file that the repository never had is looked at, but not as the change would have it', async () => {
  const isFitting: Check['isFitting'] = ({ paths }) => Promise.resolve(paths.includes('first.txt'));
  const asked = { base: {}, head: { 'first.txt': 'bad' } };
  expect(await ask({ ...asked, check: { isFitting } })).toHaveLength(1);
  const configuration = /^first/;
  expect(await ask({ ...asked, check: { isFitting, configuration } })).toEqual([]);
});

test('a name in the settings that is no check is told', async () => {
  const [, lost] = await ask({ base: {}, head: { 'a.txt': '' }, settings: { bat: 'on' } });
  expect(lost).toMatchObject({ name: 'bat', state: 'skipped' });
  expect(lost?.reason).toContain('Did you mean `bad`?');
});

test('a tool that is not there is said, with the remedy', async () => {
  const result = await one({ check: { needs: ['ruff'] }, base: {}, head: { 'a.txt': 'bad' } });
  expect(result).toMatchObject({ state: 'skipped', tools: [] });
  expect(result.reason).toContain('npm run tools');
});

test('what runs code of the repository shares its files with no other check', async () => {
  const used = new Map<string, unknown[]>();
  const looking = (name: string, trusted: boolean): Check => ({
    ...plain,
    ...{ name, trusted },
    look: async (side) => {
      used.set(name, [...(used.get(name) ?? []), await side.workspace()]);
      return { said: [] };
    },
  });
  const names = ['one', 'two', 'theirs'];
  const chosen = await chooseChecks(
    names.map((name) => looking(name, name !== 'theirs')),
    { base: stand({}), head: stand({}), settings: Settings.parse({}), mayRun: true },
  );
  let open = 0;
  const sandbox: Lookout['sandbox'] = {
    ...lookout().sandbox,
    open: () => {
      const absent = () => Promise.reject(new Error('nothing runs'));
      open += 1;
      const close = () => Promise.resolve(void (open -= 1));
      return Promise.resolve({
        ...{ exec: absent, ask: absent, write: absent, collect: absent, keep: absent, close },
      });
    },
  };
  const sides = { base: stand({ 'a.txt': '' }), head: stand({ 'a.txt': 'x' }) };
  await runChecks({ ...lookout(), sandbox }, sides, chosen);
  expect(used.get('one')).toEqual(used.get('two'));
  expect(used.get('one')?.[0]).toBe(used.get('two')?.[0]);
  expect(used.get('one')).not.toContain(used.get('theirs')?.[0]);
  expect(used.get('theirs')).toHaveLength(2);
  expect(open).toBe(0);
});

test('what a tool says of files that it was not asked about is not believed', async () => {
  const look = (): Promise<Looked> =>
    Promise.resolve({ said: [{ rule: 'x', level: 'error', message: 'm', path: '../etc/passwd' }] });
  expect(await one({ check: { look }, base: {}, head: { 'a.txt': '' } })).toMatchObject({
    state: 'clean',
  });
});
