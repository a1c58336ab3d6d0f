import assert from 'node:assert/strict';
import { test } from 'node:test';
import { balances, type Expense } from '../src/ledger.ts';
import { report } from '../src/report.ts';
import { settle } from '../src/settle.ts';

const dinner: Expense = { payer: 'ada', amount: 9000, between: ['ada', 'ben', 'cleo'] };
const train: Expense = { payer: 'ben', amount: 3000, between: new Map([['ben', 1], ['cleo', 2]]) };

test('the payer is owed what the others share', () => {
  assert.deepEqual([...balances([dinner])], [['ada', 6000], ['ben', -3000], ['cleo', -3000]]);
});

test('the largest debt is paid first', () => {
  assert.deepEqual(settle(balances([dinner, train])), [{ from: 'cleo', to: 'ada', amount: 5000 }, { from: 'ben', to: 'ada', amount: 1000 }]);
});

test('the report lists people by name, then payments', () => {
  assert.equal(
    report([dinner]),
    ['ada              60.00', 'ben             -30.00', 'cleo            -30.00', '', 'ben pays ada 30.00', 'cleo pays ada 30.00'].join('\n'),
  );
});
