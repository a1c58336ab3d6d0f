/** Secrets are told with their line and without themselves. */
import { expect, test } from 'vitest';
import { secrets } from '#checks/catalogue/secrets.ts';
import { lookAtTexts, said } from '../texts.ts';

const key = ['AKIA', 'QZ7LXV2PTN5WCYKD'].join('');
const other = ['AKIA', 'M3HSJ4GFRTXU6EQ5'].join('');

test('a key is told with its line, and only its beginning is shown', async () => {
  const looked = await lookAtTexts(secrets, { 'src/a.ts': `\nconst k = '${key}';\n` });
  const [found] = 'said' in looked ? looked.said : [];
  expect(found).toMatchObject({ rule: 'aws-key', level: 'error', path: 'src/a.ts', line: 2 });
  expect(found?.message).toContain('AKIA…');
  expect(JSON.stringify(looked)).not.toContain(key.slice(0, 8));
});

test('one key in the place of another is not the same finding', async () => {
  const message = async (text: string) => {
    const looked = await lookAtTexts(secrets, { 'a.ts': text });
    return 'said' in looked ? looked.said[0]?.message : undefined;
  };
  expect(await message(key)).not.toBe(await message(other));
  expect(await message(key)).toBe(await message(`\n${key}`));
});

test('what people show in tests and pages weighs less, and guesses there are left out', async () => {
  const guess = `const apiKey = "q8Zr2LxV0pTn5WcY7bKd3HsJ9fGm4Rt"`;
  const texts = { 'docs/use.md': `${key}\n${guess}\n`, 'src/a.ts': guess };
  expect(await said(secrets, texts)).toEqual(['docs/use.md:1 aws-key', 'src/a.ts:1 named-secret']);
});

test('pictures and lockfiles are not wanted', () => {
  expect(['a.png', 'yarn.lock', 'go.sum'].filter((path) => secrets.wants.test(path))).toEqual([]);
  expect(['.env', 'a.ts', 'Makefile'].every((path) => secrets.wants.test(path))).toBe(true);
});
