/** Rules for Semgrep as a tool: other rules are another version of it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { operatorRules, semgrepRules } from '#adapters/disk/semgrep-rules.ts';
import { scratch } from '../../scratch.ts';

test("an operator's rules come beside ours, and make the version another one with each change", () => {
  const root = scratch();
  mkdirSync(join(root, 'src/inside/semgrep'), { recursive: true });
  writeFileSync(join(root, 'src/inside/semgrep/a.yml'), 'rules: []\n');
  const operator = scratch();
  const alone = semgrepRules(root, undefined);
  const first = semgrepRules(root, operator);
  writeFileSync(join(operator, 'own.yml'), 'rules: []\n');
  const second = semgrepRules(root, operator);
  expect(alone.command).toEqual(['/opt/tools/src/inside/semgrep']);
  expect(second.command).toEqual([...alone.command, operatorRules]);
  expect(new Set([alone.version, second.version]).size).toBe(2);
  expect(first.version).not.toBe(second.version);
});
