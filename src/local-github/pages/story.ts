/** The story of an issue or pull request: its text, its comments and what happened in between, in order. */
import type { Account, Comment, Issue, Label, TimelineEvent } from '#local-github/state.ts';
import { fullName } from '#local-github/shapes/links.ts';
import { isPull } from '#local-github/shapes/pulls.ts';
import { html, type Html } from './html.ts';
import { markdown } from './markdown.ts';
import { avatar, icon, labelChip, person, time } from './parts.ts';
import { reviewsTold } from './threads.ts';
import { pathOf, type RepositoryVisit } from './view.ts';

export function story(visit: RepositoryVisit, issue: Issue): Html {
  const rank = { before: 0, comment: 1, after: 2 };
  const endings = ['closed', 'merged', 'reopened'];
  const entries = [
    ...told(issue).map((event) => ({
      at: event.createdAt,
      rank: endings.includes(event.event) ? rank.after : rank.before,
      view: happening(visit, issue, event),
    })),
    ...(isPull(issue) ? reviewsTold(visit, issue) : []).map((told) => ({
      ...told,
      rank: rank.comment,
    })),
    ...issue.comments.map((comment) => ({
      at: comment.createdAt,
      rank: rank.comment,
      view: commentBox(visit, issue, comment),
    })),
  ];
  // Times are whole seconds: within one, the order of causes is kept.
  entries.sort((a, b) => a.at.localeCompare(b.at) || a.rank - b.rank);
  return html`<div class="story" data-live="story">
    ${textBox(visit, {
      id: `issue-${issue.number}`,
      author: issue.author,
      body: issue.body,
      verb: 'opened this',
      createdAt: issue.createdAt,
      updatedAt: issue.createdAt,
      issue,
    })}
    ${entries.map(({ view }) => view)}
  </div>`;
}

/** Merging closes too: that is said once. */
function told({ timeline, pull }: Issue): readonly TimelineEvent[] {
  return pull?.merged ? timeline.filter(({ event }) => event !== 'closed') : timeline;
}

function commentBox(visit: RepositoryVisit, issue: Issue, comment: Comment): Html {
  const id = `issuecomment-${comment.id}`;
  return textBox(visit, { ...comment, id, verb: 'commented', issue });
}

interface Text {
  readonly id: string;
  readonly author: Account;
  readonly body: string | null;
  readonly verb: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly issue: Issue;
  readonly reactions?: Comment['reactions'];
}

function textBox({ repository }: RepositoryVisit, text: Text): Html {
  const { id, author, body, verb, createdAt, updatedAt, issue } = text;
  const empty = (body ?? '').trim() === '';
  return html`<article class="comment" id="${id}">
    ${avatar(author)}
    <div class="box">
      <header>
        ${person(author)}
        <span class="muted">${verb} <a href="#${id}">${time(createdAt)}</a></span>
        ${updatedAt !== createdAt && html`<span class="muted">· edited ${time(updatedAt)}</span>`}
        ${author.id === issue.author.id && verb === 'commented' && html`<span class="badge">Author</span>`}
      </header>
      <div class="body">
        ${
          empty
            ? html`<p class="muted"><em>No description provided.</em></p>`
            : markdown(body, { repository: fullName(repository) })
        }
        ${reactionBar(text.reactions ?? issueReactions(text))}
      </div>
    </div>
  </article>`;
}

function issueReactions({ verb, issue }: Text): Comment['reactions'] {
  return verb === 'commented' ? [] : issue.reactions;
}

const faces = {
  '+1': '👍',
  '-1': '👎',
  laugh: '😄',
  confused: '😕',
  heart: '❤️',
  hooray: '🎉',
  rocket: '🚀',
  eyes: '👀',
} as const;

function reactionBar(reactions: Comment['reactions']): Html | false {
  if (reactions.length === 0) return false;
  const counts = [...Map.groupBy(reactions, ({ content }) => content)];
  return html`<p class="reactions">
    ${counts.map(([content, group]) => {
      const who = group.map(({ user }) => user.login).join(', ');
      return html`<span class="reaction" title="${who}">${faces[content]} ${group.length}</span>`;
    })}
  </p>`;
}

const icons = {
  labeled: 'label',
  unlabeled: 'label',
  assigned: 'pencil',
  unassigned: 'pencil',
  locked: 'neutral',
  unlocked: 'neutral',
  renamed: 'pencil',
  closed: 'closed',
  reopened: 'open',
  committed: 'commit',
  head_ref_force_pushed: 'commit',
  head_ref_deleted: 'pull',
  head_ref_restored: 'pull',
  ready_for_review: 'pull',
  convert_to_draft: 'pull',
  'cross-referenced': 'link',
  merged: 'merge',
} as const;

function happening(visit: RepositoryVisit, issue: Issue, event: TimelineEvent): Html {
  const { actor, createdAt } = event;
  const key = `${event.event}-${createdAt}-${event.subject ?? ''}`;
  return html`<div class="happening ${event.event}" id="event-${issue.number}-${key}">
    <span class="happening-icon">${icon(icons[event.event])}</span>
    <span
      >${person(actor)} ${happened(visit, issue, event)}
      <span class="muted">${time(createdAt)}</span></span
    >
  </div>`;
}

function happened(visit: RepositoryVisit, issue: Issue, { event, subject }: TimelineEvent): Html {
  const { repository } = visit;
  const root = pathOf(repository);
  const texts: Readonly<Record<TimelineEvent['event'], () => Html>> = {
    labeled: () => html`added the label ${labelNamed(repository.labels, subject)}`,
    unlabeled: () => html`removed the label ${labelNamed(repository.labels, subject)}`,
    assigned: () => html`assigned <strong>${subject}</strong>`,
    unassigned: () => html`took <strong>${subject}</strong> off this`,
    locked: () => html`locked the conversation`,
    unlocked: () => html`unlocked the conversation`,
    head_ref_deleted: () => html`removed the branch`,
    head_ref_restored: () => html`restored the branch`,
    renamed: () => html`changed the title to <strong>${subject}</strong>`,
    closed: () =>
      html`closed
      this${issue.stateReason === 'not_planned' && html` as <strong>not planned</strong>`}
      ${subject !== null && html`by merging ${referred(visit, subject)}`}`,
    reopened: () => html`reopened this`,
    committed: () => html`pushed ${commitLink(root, subject)}`,
    head_ref_force_pushed: () => html`force-pushed the branch to ${commitLink(root, subject)}`,
    ready_for_review: () => html`marked this as ready for review`,
    convert_to_draft: () => html`turned this into a draft`,
    'cross-referenced': () => html`mentioned this in ${referred(visit, subject)}`,
    merged: () => html`merged this${subject !== null && html` as ${commitLink(root, subject)}`}`,
  };
  return texts[event]();
}

function labelNamed(labels: readonly Label[], name: string | null): Html {
  const label = labels.find((candidate) => candidate.name === name);
  return label ? labelChip(label) : html`<strong>${name}</strong>`;
}

function commitLink(root: string, sha: string | null): Html {
  return html`<a class="sha" href="${root}/commit/${sha}">${sha?.slice(0, 7)}</a>`;
}

function referred({ repository }: RepositoryVisit, subject: string | null): Html {
  const issue = repository.issues.get(Number(subject));
  const kind = issue?.pull ? 'pull' : 'issues';
  return html`<a href="${pathOf(repository)}/${kind}/${subject}">
    ${issue && html`<strong>${issue.title}</strong> `}<span class="muted">#${subject}</span></a
  >`;
}
