/** Scan: hands what was found to the forge's own code scanning, where the settings want it and the installation permits it. */
import { z } from 'zod';
import { hasLooked } from '#core/check-result.ts';
import { SluiceError } from '#core/errors.ts';
import { neutral } from '#core/neutral.ts';
import { keyed } from '#engine/flow.ts';
import { sarifOfChecked, type Checked } from './check-commits.ts';
import type { Bench } from './bench.ts';

/** What people shall know of it: nothing where nobody asked. */
export async function scan(
  { context, session, subject, asked }: Bench,
  checked: () => Promise<Checked>,
): Promise<readonly string[]> {
  if (!subject.settings.pulls.sarif || asked.check !== null) return [];
  const handIn = async () => {
    const all = await checked();
    // One that could not look would else seem to have found that all is mended.
    const results = all.results.filter(hasLooked);
    if (results.length === 0) return 'Nothing went to code scanning: no check looked.';
    const sarif = JSON.stringify(await sarifOfChecked({ ...all, results }));
    const { head: commit, number } = subject;
    return session
      .scan({ commit, number, sarif })
      .then(() => 'Code scanning has it, too.', refused);
  };
  const remark = await context.effect('scan', z.string(), keyed(handIn));
  return [neutral(remark)];
}

/** The checks stand by themselves where code scanning is off or not for us. */
function refused(thrown: unknown): string {
  const isOurs = thrown instanceof SluiceError;
  if (!isOurs || !['refused', 'invalid', 'stale'].includes(thrown.kind)) throw thrown;
  return `Nothing went to code scanning: ${thrown.message}`;
}
