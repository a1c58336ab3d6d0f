/** The box under a pull request's checks: whether it can be merged, by which of the methods, and what becomes of its branch. */
import { ownHead } from '#local-github/actions/heads.ts';
import { conflicts } from '#local-github/git/merge.ts';
import { blockedBy } from '#local-github/shapes/mergeability.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import type { MergeMethod } from '#local-github/state/merging.ts';
import { overall, runsOn } from './checks.ts';
import { html, type Html } from './html.ts';
import { icon, issuePath } from './parts.ts';
import { may, scopeOf, type RepositoryVisit } from './view.ts';

interface Offer {
  readonly kind: 'merged' | 'closed' | 'draft' | 'failure' | 'success' | 'pending';
  readonly title: string;
  readonly text: string;
  readonly buttons?: readonly Button[];
}

interface Button {
  readonly act: string;
  readonly text: string;
}

const words: Readonly<Record<MergeMethod, string>> = {
  merge: 'Merge pull request',
  squash: 'Squash and merge',
  rebase: 'Rebase and merge',
};

export async function mergeBox(visit: RepositoryVisit, issue: PullRequest): Promise<Html> {
  const { kind, title, text, buttons = [] } = await offer(visit, issue);
  const allowed = may(visit, 'write');
  const mark = kind === 'success' || kind === 'failure' ? kind : 'merge';
  return html`<form class="box merge-box ${kind}" method="post" action="${issuePath(visit, issue)}">
    <span class="mark big ${kind}">${icon(mark)}</span>
    <div class="merge-text">
      <h3>${title}</h3>
      <p class="muted small-text">
        ${text} ${buttons.length > 0 && !allowed && 'That needs the write role.'}
      </p>
    </div>
    <input type="hidden" name="sha" value="${issue.pull.head.sha}" />
    <span class="merge-buttons">
      ${buttons.map(
        (button, at) =>
          html`<button
            class="${at === 0 ? mainClass(button) : ''}"
            name="act"
            value="${button.act}"
            ${!allowed && html`disabled`}
          >
            ${button.text}
          </button>`,
      )}
    </span>
  </form>`;
}

function mainClass({ act }: Button): string {
  if (act === 'ready') return 'primary';
  return act.endsWith('-branch') ? '' : 'merge';
}

async function offer(visit: RepositoryVisit, issue: PullRequest): Promise<Offer> {
  const { pull } = issue;
  if (issue.state === 'closed') return ended(visit, issue);
  const clash = await conflicts(
    visit.repository.folder,
    `refs/heads/${pull.base.ref}`,
    pull.head.sha,
  );
  if (clash.length > 0) {
    const text = `It changes the same lines as ${pull.base.ref}: ${clash.join(', ')}.`;
    return { kind: 'failure', title: 'This branch has conflicts', text };
  }
  if (pull.draft) {
    const text = 'Drafts cannot be merged. Look at it, then say that it is ready.';
    const buttons = [{ act: 'ready', text: 'Ready for review' }];
    return { kind: 'draft', title: 'This is still a draft', text, buttons };
  }
  return mergeOffer(visit, issue);
}

async function ended(visit: RepositoryVisit, issue: PullRequest): Promise<Offer> {
  const { pull } = issue;
  const { head } = pull;
  const isThere = (await ownHead(scopeOf(visit), issue)) !== undefined;
  const foreign = head.repository ?? head.fork;
  const restore = { act: 'restore-branch', text: 'Restore branch' };
  const buttons = isThere ? [{ act: 'delete-branch', text: 'Delete branch' }] : [restore];
  const branch = foreign || head.ref === visit.repository.defaultBranch ? {} : { buttons };
  if (pull.merged)
    return {
      kind: 'merged',
      title: 'Merged',
      text: `The commits are in ${pull.base.ref}.`,
      ...branch,
    };
  const text = 'It was closed without being merged.';
  return { kind: 'closed', title: 'Closed', text, ...branch };
}

/** People who administer the repository may merge what its rules would keep others from. */
function mergeOffer(visit: RepositoryVisit, issue: PullRequest): Offer {
  const { repository } = visit;
  const { base, head } = issue.pull;
  const all = repository.merging.methods.map((act) => ({ act, text: words[act] }));
  const title = `No conflicts with ${base.ref}`;
  const blocked = blockedBy(repository, issue);
  if (blocked !== undefined) {
    const buttons = may(visit, 'admin') ? all : [];
    return { kind: 'failure', title: 'Merging is blocked', text: blocked, buttons };
  }
  const checks = overall(runsOn(visit, head.sha));
  if (checks === 'failure')
    return { kind: 'failure', title, text: 'But some checks were not successful.', buttons: all };
  if (checks === 'pending')
    return { kind: 'pending', title, text: 'Some checks are still under way.', buttons: all };
  return { kind: 'success', title, text: 'It can be merged.', buttons: all };
}
