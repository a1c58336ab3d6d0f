/** The README tells the truth: its commands exist, its settings are those that are read, its links lead somewhere. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { settings } from '#core/environment.ts';
import { parseSettings } from '#core/settings-text.ts';

const readme = readFileSync('README.md', 'utf8');
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  scripts: Record<string, string>;
};

function between(name: string): string {
  const found = new RegExp(`<!-- ${name}[^>]*-->\n([\\s\\S]*?)<!-- /${name} -->`).exec(readme);
  return found?.[1]?.trim() ?? '';
}

test('the table of settings is made from the settings', () => {
  const rows = settings.map(
    ({ name, meaning, default: fallback }) => `| \`${name}\` | ${meaning} | ${fallback} |`,
  );
  const table = ['| Variable | Meaning | Default |', '| --- | --- | --- |', ...rows].join('\n');
  expect(between('settings')).toBe(table);
});

test('every npm script that it names is there', () => {
  const named = [...readme.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name]) => name ?? '');
  expect(named.filter((name) => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
});

test('every command of its table is in the overview, and the other way round', () => {
  const told = [...readme.matchAll(/^\| `(\w+)[^|]*` \|/gm)].map(([, name]) => name ?? '');
  const overview = execFileSync(process.execPath, ['src/cli.ts', '--help'], { encoding: 'utf8' });
  const there = [...overview.matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name]) => name ?? '');
  const commands = told.filter((name) => name === name.toLowerCase());
  expect(commands.toSorted()).toEqual(there.filter((name) => name !== 'help').toSorted());
});

test('its example of a settings file is one', () => {
  const example = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1];
  expect(parseSettings(example)).toMatchObject({ label: 'sluice', limits: { calls: 40 } });
});

test.each(['README.md', 'src/local-github/README.md'])('the links of %s lead to files', (file) => {
  const links = [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)];
  const broken = links
    .map(([, link]) => link ?? '')
    .filter((link) => !existsSync(join(dirname(file), link)));
  expect(broken).toEqual([]);
});
