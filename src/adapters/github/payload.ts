/** Payload: what GitHub's webhooks and its REST API say alike, and how it becomes our own words. */
import { z } from 'zod';
import type { Actor, Event, Issue } from '#core/event.ts';

const Account = z.object({ id: z.int(), login: z.string(), type: z.string().default('User') });

/** An issue as payloads and the REST API give it; the author is null once the account is gone. */
export const PayloadIssue = z.object({
  number: z.int().positive(),
  title: z.string(),
  body: z.string().nullish(),
  user: Account.nullable(),
  labels: z.array(z.string().or(z.object({ name: z.string().default('') }))).default([]),
  state: z.enum(['open', 'closed']),
  html_url: z.string(),
  pull_request: z.unknown().optional(),
  updated_at: z.string().optional(),
});

/** Where it happened, and who did it. */
export const place = {
  repository: z.object({
    id: z.int(),
    name: z.string(),
    owner: z.object({ login: z.string() }),
    default_branch: z.string(),
    private: z.boolean(),
    archived: z.boolean().optional(),
  }),
  sender: Account,
  installation: z.object({ id: z.int() }),
};
export interface Delivery {
  /** GitHub's id, the same when it is sent again. */
  readonly id: string;
  /** Of the event: `issues`, `issue_comment`, ... */
  readonly name: string;
  readonly payload: unknown;
}

export type Reading =
  | { readonly state: 'event'; readonly event: Event }
  /** Nothing that the App acts on. */
  | { readonly state: 'ignored' }
  /** An event that the App acts on, in a shape that it does not know. */
  | { readonly state: 'invalid'; readonly problem: string };

const Edited = z.object({
  changes: z.object({ title: z.unknown(), body: z.unknown(), base: z.unknown() }).partial(),
});
export function changesOf({ payload }: Delivery): z.infer<typeof Edited>['changes'] {
  return Edited.safeParse(payload).data?.changes ?? {};
}

export function read<T>(
  schema: z.ZodType<T>,
  { payload }: Delivery,
  make: (payload: T) => Event,
): Reading {
  const found = schema.safeParse(payload);
  return found.success
    ? { state: 'event', event: make(found.data) }
    : { state: 'invalid', problem: z.prettifyError(found.error) };
}

/** A time that cannot be read is none. */
export function timeOf(text: string | undefined): { at?: string } {
  const time = new Date(text ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? {} : { at: time.toISOString() };
}

export type Place = z.infer<z.ZodObject<typeof place>>;

export function envelopeOf({ id }: Delivery, { repository, sender, installation }: Place) {
  return {
    delivery: id,
    repository: {
      id: repository.id,
      owner: repository.owner.login,
      name: repository.name,
      defaultBranch: repository.default_branch,
      private: repository.private,
      installation: installation.id,
      ...(repository.archived === true && { archived: true }),
    },
    actor: actorOf(sender),
  };
}

export function issueOf(issue: z.infer<typeof PayloadIssue>): Issue {
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    author: actorOf(issue.user ?? { id: 0, login: 'ghost', type: 'User' }),
    labels: issue.labels.map((label) => (typeof label === 'string' ? label : label.name)),
    state: issue.state,
    url: issue.html_url,
  };
}

export function actorOf({ id, login, type }: z.infer<typeof Account>, app?: number): Actor {
  if (type === 'User') return { id, login, kind: 'person' };
  return { id, login, kind: 'bot', ...(app !== undefined && { app }) };
}
