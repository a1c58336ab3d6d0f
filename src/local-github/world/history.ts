/** What happened in a repository before the start, as the world file tells it: pushes, pull requests, tags, releases. */
import { z } from 'zod';

/** A person under `users`, or a bot, which need not stand there. */
const who = z
  .string()
  .regex(/^[a-zA-Z\d][a-zA-Z\d-]{0,38}(\[bot\])?$/, 'must be a login, or a bot as name[bot]');

/** `2026-01-31T12:00:00Z`, so that the same world has the same commits every time. */
export const moment = z.iso
  .datetime({ message: 'must be a time such as 2026-01-31T12:00:00Z' })
  .transform((text) => `${new Date(text).toISOString().slice(0, 19)}Z`);

const name = z.string().regex(/^[^\s~^:?*[\\]+$/, 'must be a name that git takes');
/** Path to text; null removes the file. */
const files = z.record(z.string().min(1), z.string().nullable());

const Push = z.strictObject({
  message: z.string().min(1),
  author: who.optional(),
  branch: name.optional(),
  files: files.default({}),
  date: moment.optional(),
});

const Pull = z.strictObject({
  title: z.string().min(1).max(256),
  /** Absent: the next one. */
  number: z.int().positive().optional(),
  body: z.string().nullable().default(null),
  author: who.optional(),
  labels: z.array(z.string().min(1)).default([]),
  milestone: z.string().optional(),
  /** Absent: `pull-NUMBER`. */
  branch: name.optional(),
  into: name.optional(),
  /** Who owns the fork that it came from. */
  fork: who.optional(),
  draft: z.boolean().default(false),
  state: z.enum(['merged', 'closed', 'open']).default('merged'),
  merge: z.enum(['squash', 'merge', 'rebase']).default('squash'),
  mergedBy: who.optional(),
  /** Of the commit that merged it, where GitHub's own is not wanted. */
  message: z.string().min(1).optional(),
  files: files.optional(),
  /** Instead of `files`, which are one commit. */
  commits: z
    .array(
      z.strictObject({
        message: z.string().min(1),
        author: who.optional(),
        files: files.default({}),
      }),
    )
    .min(1)
    .optional(),
  keepBranch: z.boolean().default(false),
  opened: moment.optional(),
  /** When it was merged or closed. */
  date: moment.optional(),
});

const Tag = z.strictObject({
  name,
  /** A branch or a tag made before. */
  at: name.optional(),
  /** Makes it an annotated tag. */
  message: z.string().min(1).optional(),
  date: moment.optional(),
});

const Release = z.strictObject({
  /** Made at `target` when nobody made it before. */
  tag: name,
  name: z.string().nullable().default(null),
  body: z.string().nullable().default(null),
  draft: z.boolean().default(false),
  prerelease: z.boolean().default(false),
  latest: z.enum(['true', 'false', 'legacy']).default('true'),
  target: name.optional(),
  author: who.optional(),
  /** Name to text. */
  assets: z.record(z.string().min(1), z.string()).default({}),
  date: moment.optional(),
});

const Branch = z.strictObject({ name, from: name.optional() });

export const Step = z
  .strictObject({
    push: Push.optional(),
    pull: Pull.optional(),
    branch: Branch.optional(),
    tag: Tag.optional(),
    release: Release.optional(),
  })
  .refine(
    (step) => Object.values(step).filter((value) => value !== undefined).length === 1,
    'must be exactly one of push, pull, branch, tag or release',
  );

export type Step = z.output<typeof Step>;
export type PullStep = z.output<typeof Pull>;
export type PushStep = z.output<typeof Push>;
export type TagStep = z.output<typeof Tag>;
export type ReleaseStep = z.output<typeof Release>;

export const Milestone = z.strictObject({
  title: z.string().min(1),
  description: z.string().nullable().default(null),
  state: z.enum(['open', 'closed']).default('open'),
  dueOn: moment.nullable().default(null),
});

export const Organisation = z.strictObject({
  description: z.string().nullable().default(null),
  /** Absent: everybody. */
  members: z.array(who).optional(),
  /** Members by the team's name. */
  teams: z.record(z.string().regex(/^[\w-]+$/), z.array(who)).default({}),
});

/** Every login that a history names, with its place. */
export function loginsOf(history: readonly Step[]): (readonly [place: string, login: string])[] {
  return history.flatMap(({ push, pull, release }, at) => {
    const commits = pull?.commits?.map(({ author }) => author) ?? [];
    const named = [push?.author, release?.author, pull?.author, pull?.fork, pull?.mergedBy];
    return [...named, ...commits]
      .filter((login) => login !== undefined)
      .map((login) => [`history[${at}]`, login] as const);
  });
}

export function isBot(login: string): boolean {
  return login.endsWith('[bot]');
}
