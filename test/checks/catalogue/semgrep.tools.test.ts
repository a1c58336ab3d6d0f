/** What Semgrep's rules find and leave, and what holds when files, lines or rules are hostile, with the real tool in the real sandbox. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { semgrep } from '#checks/catalogue/semgrep.ts';
import { lookAt, missing } from '../side.ts';

const examples = fileURLToPath(new URL('../../fixtures/semgrep', import.meta.url));
const rulesFolder = fileURLToPath(new URL('../../../src/inside/semgrep', import.meta.url));

/** The files of examples, and what stands in their markers: `finds RULE` on the line, in a Dockerfile on the line before. */
function readExamples() {
  const texts: Record<string, string> = {};
  const marks: { verb: string; rule: string; place: string }[] = [];
  for (const file of readdirSync(examples)) {
    const path = file.replace(/\.example$/, '');
    const text = readFileSync(join(examples, file), 'utf-8');
    texts[path] = text;
    for (const [at, line] of text.split('\n').entries()) {
      const [, verb = '', rule = ''] = /(?:#|\/\/) (finds|leaves) ([\w-]+)$/.exec(line) ?? [];
      const number = path === 'Dockerfile' ? at + 2 : at + 1;
      if (verb !== '') marks.push({ verb, rule, place: `${path}:${String(number)} ${rule}` });
    }
  }
  return { texts, marks };
}

const rules = readdirSync(rulesFolder).flatMap((file) =>
  [...readFileSync(join(rulesFolder, file), 'utf-8').matchAll(/^ {2}- id: (\S+)$/gm)].map(
    ([, id = '']) => id,
  ),
);

test('every rule has an example of what it finds and one of what it leaves', () => {
  const { marks } = readExamples();
  const told = (verb: string) => [
    ...new Set(marks.filter((mark) => mark.verb === verb).map(({ rule }) => rule)),
  ];
  expect(told('finds').sort()).toEqual([...rules].sort());
  expect(told('leaves').sort()).toEqual([...rules].sort());
});

describe.skipIf(missing(semgrep))('semgrep', () => {
  const found = (looked: Awaited<ReturnType<typeof lookAt>>) =>
    'state' in looked
      ? [looked.state, looked.reason]
      : looked.said.map(({ path, line, rule }) => `${path}:${String(line)} ${rule}`).sort();

  test('finds in the examples what they say, and nothing else', async () => {
    const { texts, marks } = readExamples();
    const looked = await lookAt(semgrep, texts);
    const wanted = marks.filter(({ verb }) => verb === 'finds').map(({ place }) => place);
    expect(found(looked)).toEqual([...new Set(wanted)].sort());
    expect(looked).toMatchObject({ unread: [] });
    const weak = 'said' in looked ? looked.said.filter(({ help }) => help === null) : [];
    expect(weak).toEqual([]);
  });

  test('is silenced by no line, list or setting of a repository, and runs none of its modules', async () => {
    const flaw = "import jwt\njwt.decode(t, options={'verify_signature': False})  # nosemgrep\n";
    const looked = await lookAt(semgrep, {
      '.semgrepignore': '*\n',
      '.gitignore': '*\n',
      '.semgrep.yml': 'rules: [\n',
      '.semgrep/settings.yml': 'api_token: x\n',
      'json.py': 'raise SystemExit(0)\n',
      'semgrep.py': 'raise SystemExit(0)\n',
      'tests/test_a.py': flaw,
      '-o.py': flaw,
      'sp ace.py': flaw,
    });
    expect(found(looked)).toEqual(
      ['-o.py', 'sp ace.py', 'tests/test_a.py'].map((path) => `${path}:2 python-token-unverified`),
    );
  });

  test('names files that it cannot read to their end, and goes on with the others', async () => {
    const looked = await lookAt(semgrep, {
      'bad.py': 'def (:\njwt.decode(t, verify=False)\n',
      'deep.ts': `x = eval(${'['.repeat(200_000)}${']'.repeat(200_000)});\nnew Function(req.body);\n`,
      'good.py': 'import jwt\njwt.decode(t, verify=False)\n',
      'notes.rb': 'puts 1\n',
      'a.mts': "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';\n",
      'b.cjs': "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';\n",
    });
    expect(found(looked)).toEqual(expect.arrayContaining(['good.py:2 python-token-unverified']));
    const unread = 'unread' in looked ? looked.unread.map(({ path }) => path) : [];
    expect(unread).toEqual(expect.arrayContaining(['bad.py', 'deep.ts']));
    expect(unread).not.toContain('notes.rb');
    // What is not in its list of languages is said to be left out, never taken for clean.
    for (const path of ['a.mts', 'b.cjs'])
      expect(unread.includes(path) || found(looked).some((each) => each.startsWith(path))).toBe(
        true,
      );
  });
});
