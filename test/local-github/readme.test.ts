/** What the room's README counts and lists is what is there. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rulesByArea } from '#local-github/probing/table.ts';
import { faultsTable } from '#local-github/trouble/table.ts';

const readme = readFileSync('src/local-github/README.md', 'utf8');

test.each([
  ['faults', faultsTable],
  ['rules', rulesByArea],
])('%s: after a change run node .ci/local-github-readme.js', (name, table) => {
  const found = new RegExp(`<!-- ${name}[^>]*-->([\\s\\S]*?)<!-- /${name} -->`).exec(readme);
  expect(found?.[1]?.trim()).toBe(table());
});
