/** Payloads about pull requests, and about our checks on their commits, become events in our words. */
import { z } from 'zod';
import { subjectOf } from './check-id.ts';
import {
  changesOf,
  envelopeOf,
  issueOf,
  PayloadIssue,
  place,
  read,
  timeOf,
  type Delivery,
  type Place,
  type Reading,
} from './payload.ts';

const AboutPull = z.object({
  ...place,
  pull_request: PayloadIssue.extend({
    head: z.object({ ref: z.string() }),
    merged: z.boolean().default(false),
  }),
});

const LabelledPull = AboutPull.extend({ label: z.object({ name: z.string() }) });

const Tip = z.object({
  ref: z.string(),
  sha: z.string(),
  /** Null when the fork is gone. */
  repo: z.object({ id: z.int() }).nullable(),
});
const ProposedPull = z.object({
  ...place,
  pull_request: PayloadIssue.extend({ head: Tip, base: Tip, draft: z.boolean().default(false) }),
});

/** The pull requests of the repository itself whose head it is; for one from a fork there are none. */
const Suite = z.object({
  head_sha: z.string(),
  pull_requests: z.array(z.object({ number: z.int().positive() })).default([]),
});
const AboutSuite = z.object({ ...place, check_suite: Suite });
const AboutCheck = z.object({
  ...place,
  check_run: Suite.extend({ name: z.string(), external_id: z.string().nullish() }),
});
const Pressed = AboutCheck.extend({ requested_action: z.object({ identifier: z.string() }) });

export const pullReaders: Readonly<Record<string, (delivery: Delivery) => Reading>> = {
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
  'pull_request.opened': pullAs('proposed'),
  'pull_request.reopened': pullAs('proposed'),
  'pull_request.ready_for_review': pullAs('proposed'),
  'pull_request.edited': (delivery) =>
    changesOf(delivery).base === undefined ? { state: 'ignored' } : pullAs('proposed')(delivery),
  'pull_request.synchronize': pullAs('pushed'),
  // Sent to whoever may write checks, and only about its own.
  'check_suite.rerequested': (delivery) =>
    read(AboutSuite, delivery, (payload) => ({
      kind: 'rerequested',
      ...aboutCommit(delivery, payload, payload.check_suite),
      check: null,
    })),
  'check_run.rerequested': (delivery) =>
    read(AboutCheck, delivery, (payload) => ({
      kind: 'rerequested',
      ...aboutCommit(delivery, payload, payload.check_run),
      check: payload.check_run.name,
    })),
  'check_run.requested_action': (delivery) =>
    read(Pressed, delivery, (payload) => ({
      kind: 'pressed',
      ...aboutCommit(delivery, payload, payload.check_run),
      check: payload.check_run.name,
      button: payload.requested_action.identifier,
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

function pullAs(kind: 'proposed' | 'pushed') {
  return (delivery: Delivery): Reading =>
    read(ProposedPull, delivery, (payload) => {
      const { pull_request: pull, repository } = payload;
      const tip = ({ ref, sha }: z.infer<typeof Tip>) => ({ branch: ref, commit: sha });
      return {
        kind,
        ...envelopeOf(delivery, payload),
        ...timeOf(pull.updated_at),
        issue: issueOf(pull),
        head: tip(pull.head),
        base: tip(pull.base),
        fork: pull.head.repo?.id !== repository.id,
        draft: pull.draft,
      };
    });
}

type Checked = z.infer<typeof Suite> & { readonly external_id?: string | null | undefined };

/** Our own check runs know of which pull request they tell, also where GitHub does not. */
function aboutCommit(delivery: Delivery, payload: Place, checked: Checked) {
  const number = subjectOf(checked.external_id ?? '') ?? checked.pull_requests[0]?.number ?? 0;
  const author = { id: 0, login: 'ghost', kind: 'person' as const };
  const untold = { title: '', body: '', author, labels: [], state: 'open' as const, url: '' };
  return {
    ...envelopeOf(delivery, payload),
    issue: { number, ...untold },
    commit: checked.head_sha,
  };
}
