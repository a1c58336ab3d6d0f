/**
 * The sandbox's contract on containers, in a process of its own, since it takes minutes: prints each case and what it took;
 * exit code 1 when one does not hold. Without an engine or its image it says so and ends with 0.
 * `npm run test:container [-- WORDS]`: only cases whose titles hold these words.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { containerSandbox } from '#adapters/container/sandbox.ts';
import { contractLimits, sandboxContract } from '../../contracts/sandbox.ts';
import { standing } from '../../contracts/standing.ts';
import { silentLog } from '../../silent-log.ts';

const root = join(import.meta.dirname, '../../..');
const dataDir = await mkdtemp(join(tmpdir(), 'sluice-container-'));
await chmod(dataDir, 0o755);
const sandbox = containerSandbox({
  dataDir,
  image: process.env.SLUICE_SANDBOX_IMAGE ?? 'sluice-sandbox',
  runtime: process.env.SLUICE_SANDBOX_RUNTIME,
  environment: {},
  sources: join(root, 'src'),
  limits: contractLimits,
  log: silentLog,
});

const words = process.argv.slice(2).join(' ');
const cases = [...sandboxContract, ...standing].filter(({ title }) => title.includes(words));
const began = performance.now();
const { works, notes } = await sandbox.health();
console.log(notes.map(({ level, text, remedy }) => `${level}: ${text} ${remedy ?? ''}`).join('\n'));
const isAbsent = notes.some(({ text }) => /is installed|has no image|engine answers/u.test(text));
let failed = works || isAbsent ? 0 : 1;
if (isAbsent) console.log('skipped: there is no engine or no image here');
for (const { title, run } of works ? cases : []) {
  const start = performance.now();
  const problem = await run({ sandbox, dataDir }).then(
    () => '',
    (error: unknown) =>
      (error instanceof Error ? (error.stack ?? '') : String(error)).slice(0, 1500),
  );
  const took = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  console.log(`${problem === '' ? '✓' : '✗'} ${title} (${took})${problem && `\n${problem}`}`);
  if (problem !== '') failed += 1;
}
await sandbox.close();
await rm(dataDir, { recursive: true, force: true });
console.log(
  `${failed} of ${cases.length} failed (${Math.round((performance.now() - began) / 1000)} s)`,
);
process.exitCode = failed === 0 ? 0 : 1;
