/** The repository's own settings, `.github/sluice.yml`: schema, defaults, and errors that name line and key. */
import { z } from 'zod';
import { declaration } from './declared-tool.ts';
import { Policies } from './policies.ts';
import { ReleaseSection } from './release/section.ts';

/** What a repository wants of one check, or of a tool of its own that it declares as one. */
export const CheckSetting = z.preprocess(
  (value) => (typeof value === 'string' ? { level: value } : value),
  z.strictObject({
    /** `on` keeps the check's own levels; `warning` and `error` set the strictest or the mildest that counts. */
    level: z.enum(['off', 'on', 'warning', 'error']).optional(),
    /** Globs of what it looks at; everything that it knows when absent. */
    paths: z.array(z.string().min(1).max(300)).max(100).optional(),
    /** Globs of what it leaves out. */
    except: z.array(z.string().min(1).max(300)).max(100).optional(),
    /** SPDX licences that may come in, and that may not; for `licences`. */
    allow: z.array(z.string().max(100)).max(200).optional(),
    deny: z.array(z.string().max(100)).max(200).optional(),
    ...declaration,
  }),
);
export type CheckSetting = Readonly<z.infer<typeof CheckSetting>>;

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
  /** Checks by name: a level, or an object; a name that is none of Sluice's, with `run`, is a tool of the repository's own. */
  checks: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/), CheckSetting).prefault({}),
  /** Rules of the repository's own; they add to what Sluice and its operator ask and take nothing away. */
  policies: Policies.prefault([]),
  /** What is looked at in pull requests, and where it is told beside the checks of each. */
  pulls: z
    .strictObject({
      check: z.boolean().default(true),
      /** Whether those that are no more than drafts are looked at, too. */
      drafts: z.boolean().default(true),
      /** Whether what is found goes to code scanning as well; the installation has to permit it. */
      sarif: z.boolean().default(false),
    })
    .prefault({}),
  /** Release notes. */
  release: ReleaseSection.prefault({}),
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
