/** Text that is too long for GitHub is cut where a reader can see it. */
import { expect, test } from 'vitest';
import { bodyLimit, cutSummary, cutTo } from '#adapters/github/markdown.ts';

test('what fits stays as it is', () => {
  const text = 'x'.repeat(bodyLimit);
  expect(cutTo(bodyLimit, text)).toBe(text);
});

test('what does not fit is cut with a note, within the limit', () => {
  const cut = cutTo(bodyLimit, 'x'.repeat(bodyLimit + 1));
  expect(cut.length).toBeLessThanOrEqual(bodyLimit);
  expect(cut).toMatch(/x\n\n\*Cut here: GitHub takes no more than 65,536 characters\.\*$/);
});

test('a code block that is cut is closed, so that the note is none of its lines', () => {
  const cut = cutTo(200, `Output:\n\`\`\`\n${'line\n'.repeat(100)}\`\`\`\n`);
  expect(cut.match(/^```/gm)).toHaveLength(2);
  expect(cut.length).toBeLessThanOrEqual(200);
});

test.each([200, 201])('no character is cut in half (limit %i)', (limit) => {
  expect(cutTo(limit, '😀'.repeat(200)).isWellFormed()).toBe(true);
});

test.each([
  ['x', 65_535],
  ['é', 32_767],
  ['価', 21_845],
  ['😀', 16_383],
])('the summary of a check is measured in bytes (%s)', (character, most) => {
  expect(cutSummary(character.repeat(most))).toBe(character.repeat(most));
  const cut = cutSummary(character.repeat(most + 1));
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(65_535);
  expect(Buffer.byteLength(cut)).toBeGreaterThan(65_400);
  expect(cut).not.toContain('\uFFFD');
  expect(cut).toMatch(/Cut here: GitHub takes no more than 65,535 bytes/);
});
