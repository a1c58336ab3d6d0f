/** Whose turn it is when a repository wants only so many pull requests of ours at once. */
import { expect, test } from 'vitest';
import { placeFor, type PlaceFacts } from '#policy/admission/wip.ts';

const nothing: PlaceFacts = { limit: 3, pulls: [], working: [], ahead: [] };
const pull = (number: number, issue: number | null = number) => ({ number, issue });

test.each([
  ['nothing is open', {}],
  ['one place is left', { pulls: [pull(7)], working: [2] }],
  ['a run under way has opened its pull request', { pulls: [pull(7, 2), pull(8)], working: [2] }],
  ['two runs are under way for one issue', { pulls: [pull(7)], working: [2, 2] }],
  ['as many places are free as wait in front, and one', { pulls: [pull(7)], ahead: [4] }],
] as const)('a run begins when %s', (_, departing) => {
  expect(placeFor({ ...nothing, ...departing })).toEqual({ admitted: true });
});

test.each([
  ['three are open', { pulls: [pull(7), pull(8), pull(9)] }, 1],
  ['a branch does not tell its issue', { pulls: [pull(7, null), pull(8, null), pull(9)] }, 1],
  ['runs under way will open the last', { pulls: [pull(7)], working: [2, 3] }, 1],
  ['somebody came earlier for the last place', { pulls: [pull(7), pull(8)], ahead: [4] }, 1],
  ['two came earlier', { pulls: [pull(7), pull(8), pull(9)], ahead: [4, 5] }, 3],
  ['there are more than the limit by now', { limit: 1, pulls: [pull(7), pull(8)], ahead: [4] }, 2],
] as const)('a run waits when %s', (_, departing, place) => {
  expect(placeFor({ ...nothing, ...departing })).toMatchObject({ admitted: false, place });
});

test('what takes the places is named once', () => {
  const facts = { ...nothing, limit: 2, pulls: [pull(7, 2)], working: [2, 3, 3] };
  expect(placeFor(facts)).toEqual({ admitted: false, place: 1, pulls: [7], working: [3] });
});
