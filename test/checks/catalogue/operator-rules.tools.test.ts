/** What holds when the operator brings rules for Semgrep, good or broken, with the real tool in the real sandbox. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { semgrep } from '#checks/catalogue/semgrep.ts';
import { configuredSandbox, installedTools } from '#sandboxes.ts';
import { scratch } from '../../scratch.ts';
import { silentLog } from '../../silent-log.ts';
import { missing } from '../side.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const kind = { kind: 'bubblewrap', image: '', runtime: undefined, engine: {} } as const;

/** A sandbox for each: the rules are laid down in it when it starts. */
async function lookWith(rules: string) {
  const [dataFolder, semgrepRules] = [scratch(), scratch()];
  writeFileSync(join(semgrepRules, 'own.yml'), rules);
  const path = join(dataFolder, 'layers', 'tree');
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'a.py'), 'launch(1)\neval(request.args["a"])\n');
  const config = { dataFolder, semgrepRules, sandbox: kind };
  const sandbox = configuredSandbox({ root, config, limits: {}, log: silentLog });
  const workspace = await sandbox.open([{ key: 'tree', path }]);
  const tools = installedTools(root, { semgrepRules });
  try {
    return await semgrep.look({
      files: { paths: ['a.py'], read: () => Promise.resolve(undefined) },
      targets: [{ path: 'a.py', mode: '100644', size: 36, id: 'a' }],
      workspace: () => Promise.resolve(workspace),
      packagesProblem: null,
      tools: semgrep.needs.flatMap((name) => tools.find(name) ?? []),
    });
  } finally {
    await workspace.close();
    await sandbox.close();
  }
}

describe.skipIf(missing(semgrep))("an operator's rules", () => {
  test('are asked beside ours', async () => {
    const looked = await lookWith(
      'rules:\n  - {id: no-launch, languages: [python], severity: INFO, message: Do not., pattern: launch(...)}\n',
    );
    const rules = 'said' in looked ? looked.said.map(({ rule, level }) => [rule, level]) : looked;
    expect(rules).toEqual([
      ['no-launch', 'note'],
      ['python-request-to-code', 'error'],
    ]);
  });

  test.each([
    ['no YAML', 'rules: [\n'],
    ['no rule', 'rules:\n  - {id: x, pattern: y}\n'],
    [
      'no pattern',
      'rules:\n  - {id: x, languages: [python], severity: INFO, message: m, pattern: "(("}\n',
    ],
  ])('that are %s are never taken for clean', async (_, rules) => {
    expect(await lookWith(rules)).toMatchObject({
      state: 'crashed',
      reason: expect.stringContaining('Semgrep stopped'),
    });
  });
});
