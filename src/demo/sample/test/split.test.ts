import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { splitByWeight, splitEvenly } from '../src/split.ts';

describe('splitEvenly', () => {
  test('gives everybody the same share', () => {
    assert.deepEqual([...splitEvenly(9000, ['ada', 'ben', 'cleo']).values()], [3000, 3000, 3000]);
  });

  test('needs somebody to pay', () => {
    assert.throws(() => splitEvenly(100, []), /at least one person/);
  });
});

describe('splitByWeight', () => {
  test('follows the weights', () => {
    const shares = splitByWeight(6000, new Map([['ada', 2], ['ben', 1]]));
    assert.deepEqual([...shares], [['ada', 4000], ['ben', 2000]]);
  });

  test('hands out every cent, the largest remainder first', () => {
    const shares = splitByWeight(100, new Map([['ada', 1], ['ben', 1], ['cleo', 4]]));
    assert.deepEqual([...shares], [['ada', 17], ['ben', 16], ['cleo', 67]]);
  });
});
