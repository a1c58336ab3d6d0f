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
  updated_at: z.string().optional(),
});

const place = {
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
const envelope = { ...place, issue: PayloadIssue };

const AboutIssue = z.object(envelope);
const Labelled = z.object({ ...envelope, label: z.object({ name: z.string() }) });
const Edited = z.object({ changes: z.object({ title: z.unknown(), body: z.unknown() }).partial() });
const Commented = z.object({
  ...envelope,
  comment: z.object({
    id: z.int(),
    body: z.string().nullish(),
    created_at: z.string().optional(),
    /** Where a bot wrote it: the App that the bot is. */
    performed_via_github_app: z.object({ id: z.int() }).nullish(),
  }),
});
const AboutPull = z.object({
  ...place,
  pull_request: PayloadIssue.extend({
    head: z.object({ ref: z.string() }),
    merged: z.boolean().default(false),
  }),
});

const LabelledPull = AboutPull.extend({ label: z.object({ name: z.string() }) });

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
      ...aboutIssue(delivery, payload),
      label: payload.label.name,
    })),
  'issues.unlabeled': (delivery) =>
    read(Labelled, delivery, (payload) => ({
      kind: 'unlabelled',
      ...aboutIssue(delivery, payload),
      label: payload.label.name,
    })),
  'issues.edited': (delivery) =>
    isOtherText(delivery)
      ? read(AboutIssue, delivery, (payload) => ({
          kind: 'edited',
          ...aboutIssue(delivery, payload),
        }))
      : { state: 'ignored' },
  'issues.closed': ended('closed'),
  'issues.deleted': ended('deleted'),
  'issues.transferred': ended('transferred'),
  'issue_comment.created': (delivery) =>
    read(Commented, delivery, (payload) => ({
      kind: 'commented',
      ...aboutIssue(delivery, payload),
      ...timeOf(payload.comment.created_at),
      actor: actorOf(payload.sender, payload.comment.performed_via_github_app?.id),
      onPull: payload.issue.pull_request !== undefined && payload.issue.pull_request !== null,
      comment: { id: payload.comment.id, body: payload.comment.body ?? '' },
    })),
  'pull_request.labeled': pullLabel('pull-labelled'),
  'pull_request.unlabeled': pullLabel('pull-unlabelled'),
  'pull_request.closed': (delivery) =>
    read(AboutPull, delivery, (payload) => ({
      kind: 'pull-closed',
      ...envelopeOf(delivery, payload),
      ...timeOf(payload.pull_request.updated_at),
      issue: issueOf(payload.pull_request),
      branch: payload.pull_request.head.ref,
      merged: payload.pull_request.merged,
    })),
};

function pullLabel(kind: 'pull-labelled' | 'pull-unlabelled') {
  return (delivery: Delivery): Reading =>
    read(LabelledPull, delivery, (payload) => ({
      kind,
      ...envelopeOf(delivery, payload),
      ...timeOf(payload.pull_request.updated_at),
      issue: issueOf(payload.pull_request),
      label: payload.label.name,
    }));
}

function ended(how: 'closed' | 'deleted' | 'transferred') {
  return (delivery: Delivery): Reading =>
    read(AboutIssue, delivery, (payload) => ({
      kind: 'closed',
      ...aboutIssue(delivery, payload),
      how,
    }));
}

/** Other edits, of a type or a milestone, are none for us. */
function isOtherText({ payload }: Delivery): boolean {
  const { changes = {} } = Edited.safeParse(payload).data ?? {};
  return changes.title !== undefined || changes.body !== undefined;
}

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

function aboutIssue(delivery: Delivery, payload: z.infer<typeof AboutIssue>) {
  const { issue } = payload;
  return {
    ...envelopeOf(delivery, payload),
    ...timeOf(issue.updated_at),
    issue: issueOf(issue),
  };
}

/** A time that cannot be read is none. */
function timeOf(text: string | undefined): { at?: string } {
  const time = new Date(text ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? {} : { at: time.toISOString() };
}

type Place = z.infer<z.ZodObject<typeof place>>;

function envelopeOf({ id }: Delivery, { repository, sender, installation }: Place) {
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

function actorOf({ id, login, type }: z.infer<typeof Account>, app?: number): Actor {
  if (type === 'User') return { id, login, kind: 'person' };
  return { id, login, kind: 'bot', ...(app !== undefined && { app }) };
}
