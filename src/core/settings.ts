/** The repository's own settings, `.github/sluice.yml`: schema, defaults, and errors that name line and key. */
import { z } from 'zod';

export const Settings = z.strictObject({
  /** The label that starts a generate run. */
  label: z.string().min(1).max(50).default('sluice'),
  /** The label that stops what is under way. Its name ends in "stop", so that no other label need be looked at. */
  stop: z
    .string()
    .max(50)
    .regex(/stop$/, { error: 'It has to end in "stop".' })
    .default('sluice:stop'),
  commands: z
    .strictObject({
      /** How the tests are run; detected when absent. */
      test: z.string().min(1).optional(),
      /** Where `test` writes JUnit XML, relative to the root; only for runners that are not known. */
      report: z.string().min(1).max(200).optional(),
      /** How the linter is run; detected when absent. */
      lint: z.string().min(1).optional(),
    })
    .prefault({}),
  limits: z
    .strictObject({
      /** Pull requests of ours that may be open at once; further runs wait in line. */
      open: z.int().min(1).max(100).default(3),
      files: z.int().min(1).max(100).default(20),
      lines: z.int().min(1).max(5000).default(800),
      /** Model calls in one run. */
      calls: z.int().min(1).max(200).default(40),
      /** US dollars in one run. */
      usd: z.number().positive().max(100).default(3),
      minutes: z.int().min(1).max(120).default(20),
    })
    .prefault({}),
});
/** Whether a label may be the one that stops, whatever the settings say. */
export function isStopLabel(label: string): boolean {
  return label.endsWith('stop');
}

export type Settings = Readonly<z.infer<typeof Settings>>;
