/** Webhook payloads become events in our words, or nothing; whatever stands in them, nothing is thrown. */
import { z } from 'zod';
import {
  actorOf,
  changesOf,
  envelopeOf,
  issueOf,
  PayloadIssue,
  place,
  read,
  timeOf,
  type Delivery,
  type Reading,
} from './payload.ts';
import { pullReaders } from './pull-events.ts';

const envelope = { ...place, issue: PayloadIssue };

const AboutIssue = z.object(envelope);
const Labelled = z.object({ ...envelope, label: z.object({ name: z.string() }) });
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
const Head = z.object({ action: z.string().optional(), installation: z.unknown().optional() });

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
  ...pullReaders,
};

function ended(how: 'closed' | 'deleted' | 'transferred') {
  return (delivery: Delivery): Reading =>
    read(AboutIssue, delivery, (payload) => ({
      kind: 'closed',
      ...aboutIssue(delivery, payload),
      how,
    }));
}

/** Other edits, of a type or a milestone, are none for us. */
function isOtherText(delivery: Delivery): boolean {
  const changes = changesOf(delivery);
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

function aboutIssue(delivery: Delivery, payload: z.infer<typeof AboutIssue>) {
  const { issue } = payload;
  return {
    ...envelopeOf(delivery, payload),
    ...timeOf(issue.updated_at),
    issue: issueOf(issue),
  };
}
