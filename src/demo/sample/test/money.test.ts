import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAmount, parseAmount } from '../src/money.ts';

test('amounts are read with and without cents', () => {
  assert.equal(parseAmount('12'), 1200);
  assert.equal(parseAmount('12.5'), 1250);
  assert.equal(parseAmount('-0.05'), -5);
});

test('anything else is refused', () => {
  assert.throws(() => parseAmount('12,50'), RangeError);
  assert.throws(() => parseAmount(''), RangeError);
});

test('amounts are written with two decimals', () => {
  assert.equal(formatAmount(5), '0.05');
  assert.equal(formatAmount(-1250), '-12.50');
});
