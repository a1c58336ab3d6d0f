/** Webhook payloads become events in our words, or nothing; whatever stands in them, nothing is thrown. */
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
});

const envelope = {
  repository: z.object({
    id: z.int(),
    name: z.string(),
    owner: z.object({ login: z.string() }),
    default_branch: z.string(),
    private: z.boolean(),
  }),
  sender: Account,
  installation: z.object({ id: z.int() }),
  issue: PayloadIssue,
};

const Labelled = z.object({ ...envelope, label: z.object({ name: z.string() }) });
const Commented = z.object({
  ...envelope,
  comment: z.object({ id: z.int(), body: z.string().nullish() }),
});

const Head = z.object({ action: z.string().optional(), installation: z.unknown().optional() });

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

/** What the App acts on. Comments only when they are new: an edit would run what nobody looked at. */
const readers: Readonly<Record<string, (delivery: Delivery) => Reading>> = {
  'issues.labeled': (delivery) =>
    read(Labelled, delivery, (payload) => ({
      kind: 'labelled',
      ...envelopeOf(delivery, payload),
      issue: issueOf(payload.issue),
      label: payload.label.name,
    })),
  'issue_comment.created': (delivery) =>
    read(Commented, delivery, (payload) => ({
      kind: 'commented',
      ...envelopeOf(delivery, payload),
      issue: issueOf(payload.issue),
      onPull: payload.issue.pull_request !== undefined && payload.issue.pull_request !== null,
      comment: { id: payload.comment.id, body: payload.comment.body ?? '' },
    })),
};

export function readEvent(delivery: Delivery): Reading {
  const head = Head.safeParse(delivery.payload);
  if (!head.success) return { state: 'ignored' };
  const name = `${delivery.name}.${head.data.action ?? ''}`;
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
  // A hook that somebody set up by hand has no installation, and we no way to act on it.
  const isOfAnApp = head.data.installation !== undefined && head.data.installation !== null;
  return reader && isOfAnApp ? reader(delivery) : { state: 'ignored' };
}

function read<T>(
  schema: z.ZodType<T>,
  { payload }: Delivery,
  make: (payload: T) => Event,
): Reading {
  const found = schema.safeParse(payload);
  return found.success
    ? { state: 'event', event: make(found.data) }
    : { state: 'invalid', problem: z.prettifyError(found.error) };
}

type Envelope = z.infer<z.ZodObject<typeof envelope>>;

function envelopeOf({ id }: Delivery, { repository, sender, installation }: Envelope) {
  return {
    delivery: id,
    repository: {
      id: repository.id,
      owner: repository.owner.login,
      name: repository.name,
      defaultBranch: repository.default_branch,
      private: repository.private,
      installation: installation.id,
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

function actorOf({ id, login, type }: z.infer<typeof Account>): Actor {
  return { id, login, kind: type === 'User' ? 'person' : 'bot' };
}
