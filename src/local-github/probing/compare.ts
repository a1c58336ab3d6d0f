/** Holds what a probe saw against what its rule expects. */
import { isDeepStrictEqual } from 'node:util';
import { at } from './ask.ts';
import { Skipped, type Expected, type Place, type Rule } from '#local-github/rules/rule.ts';

export type Held =
  | { readonly id: string; readonly held: true }
  | { readonly id: string; readonly held: false; readonly differences: readonly string[] }
  | { readonly id: string; readonly held: 'skipped'; readonly reason: string };

/** How a value that was seen is told: as it is, or as its shape alone. */
export type Shown = (value: unknown, path: string, seen: unknown) => unknown;

/** Runs one rule's probe. Never rejects: a probe that breaks is a difference. */
export async function hold(
  { id, expect, probe }: Rule,
  place: Place,
  shown: Shown = (value) => value,
): Promise<Held> {
  try {
    const seen = await probe(place);
    const differences = Object.entries(expect)
      .filter(([path, expected]) => !matches(at(seen, path), expected))
      .map(
        ([path, expected]) =>
          `${path} is ${show(shown(at(seen, path), path, seen))}, not ${show(expected)}`,
      );
    return differences.length === 0 ? { id, held: true } : { id, held: false, differences };
  } catch (thrown) {
    if (thrown instanceof Skipped) return { id, held: 'skipped', reason: thrown.message };
    return { id, held: false, differences: [`the probe broke: ${String(thrown)}`] };
  }
}

function matches(seen: unknown, expected: Expected): boolean {
  if (expected instanceof RegExp) return typeof seen === 'string' && expected.test(seen);
  return isDeepStrictEqual(seen, expected);
}

function show(value: unknown): string {
  if (value === undefined) return 'not there';
  return value instanceof RegExp ? String(value) : JSON.stringify(value);
}
