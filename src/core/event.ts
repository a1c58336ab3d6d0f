/** What happened on the forge, in our words: made only by a forge's `events.ts`, stored with the run that it starts. */
import { z } from 'zod';

/** A repository as the forge names it, with the installation through which we may reach it. */
export const Repository = z.object({
  id: z.int(),
  owner: z.string(),
  name: z.string(),
  defaultBranch: z.string(),
  private: z.boolean(),
  installation: z.int(),
  archived: z.boolean().optional(),
});
export type Repository = Readonly<z.infer<typeof Repository>>;

/** Who did it. A bot is anything that is not a person's account. */
export const Actor = z.object({
  id: z.int(),
  login: z.string(),
  kind: z.enum(['person', 'bot']),
  /** The App that a bot is, where the forge names it. */
  app: z.int().optional(),
  /** What the operator says of a bot; without it, it is any. */
  bot: z.enum(['listed', 'ours']).optional(),
});
export type Actor = Readonly<z.infer<typeof Actor>>;

/** An issue as it was when the event happened: the snapshot that the run works from. */
export const Issue = z.object({
  /** 0 where the forge tells of a commit, and not of which pull request it is the head. */
  number: z.int().nonnegative(),
  title: z.string(),
  body: z.string(),
  author: Actor,
  labels: z.array(z.string()),
  state: z.enum(['open', 'closed']),
  url: z.string(),
});
export type Issue = Readonly<z.infer<typeof Issue>>;

const envelope = {
  /** The forge's id of the delivery: the same when the forge sends it again. */
  delivery: z.string(),
  repository: Repository,
  actor: Actor,
  /** When it happened by the forge's clock: what is delivered late or again keeps its time. */
  at: z.iso.datetime().optional(),
};

/** The end of a branch. */
const Tip = z.object({ branch: z.string(), commit: z.string() });

/** A pull request whose commits, or their base, are others now; `issue` is the pull request itself. */
const pull = {
  ...envelope,
  issue: Issue,
  head: Tip,
  base: Tip,
  /** Whether the head's branch is in another repository. */
  fork: z.boolean(),
  draft: z.boolean(),
};

/** A check run of ours, or all of a commit; of the pull request nothing but its number is told. */
const check = { ...envelope, issue: Issue, commit: z.string() };

export const Event = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('labelled'), ...envelope, issue: Issue, label: z.string() }),
  z.object({ kind: z.literal('unlabelled'), ...envelope, issue: Issue, label: z.string() }),
  /** Its title or its text is another now. */
  z.object({ kind: z.literal('edited'), ...envelope, issue: Issue }),
  z.object({
    kind: z.literal('closed'),
    ...envelope,
    issue: Issue,
    how: z.enum(['closed', 'deleted', 'transferred']),
  }),
  z.object({
    kind: z.literal('commented'),
    ...envelope,
    issue: Issue,
    /** Whether the comment stands under a pull request. */
    onPull: z.boolean(),
    comment: z.object({ id: z.int(), body: z.string() }),
  }),
  /** A label on a pull request, added or removed. */
  z.object({ kind: z.literal('pull-labelled'), ...envelope, issue: Issue, label: z.string() }),
  z.object({ kind: z.literal('pull-unlabelled'), ...envelope, issue: Issue, label: z.string() }),
  z.object({
    kind: z.literal('pull-closed'),
    ...envelope,
    /** The pull request itself, which forges keep among the issues. */
    issue: Issue,
    branch: z.string(),
    merged: z.boolean(),
  }),
  /** Opened, opened again, marked as ready, or to be merged into another branch. */
  z.object({ kind: z.literal('proposed'), ...pull }),
  /** Commits came to its branch. */
  z.object({ kind: z.literal('pushed'), ...pull }),
  /** Asked for again: the check run of this name, or all where it is null. */
  z.object({ kind: z.literal('rerequested'), ...check, check: z.string().nullable() }),
  /** A button of ours on a check run. */
  z.object({ kind: z.literal('pressed'), ...check, check: z.string(), button: z.string() }),
]);
export type Event = Readonly<z.infer<typeof Event>>;
