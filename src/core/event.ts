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
  number: z.int().positive(),
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
]);
export type Event = Readonly<z.infer<typeof Event>>;
