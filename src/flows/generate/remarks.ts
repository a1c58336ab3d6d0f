/** Remarks: what people shall know about a run in every status, beside how it stands. */
import { z } from 'zod';
import type { Context } from '#engine/flow.ts';
import { Admission } from './admit.ts';

/** The step that keeps what an earlier answer for the issue means. */
const earlier = 'earlier';

/** Markdown that is safe to publish. */
export async function rememberEarlier(context: Context, remark: string): Promise<void> {
  await context.step(earlier, z.string(), () => Promise.resolve(remark));
}

/** What an earlier pull request means, what the operator's limits changed, and what happened since the run was asked for. */
export async function remarksOf(context: Context): Promise<readonly string[]> {
  const known = await context.recall(earlier, z.string());
  const admission = await context.recall('admit', Admission);
  const told = admission?.admitted === true ? admission.told : [];
  return [...(known === undefined ? [] : [known]), ...told, ...(await context.remarks())];
}
