/** The App's own comments: one per key, found again by a hidden marker that counts only where the App itself wrote it. */
import { z } from 'zod';
import { bodyLimit, cutTo } from './markdown.ts';
import type { Session } from './session.ts';

const Comment = z.object({
  id: z.int(),
  html_url: z.string(),
  body: z.string().nullish(),
  user: z.object({ type: z.string() }).nullable(),
  performed_via_github_app: z.object({ id: z.int() }).nullish(),
});
type Comment = z.infer<typeof Comment>;

/** Makes the comment with this key, or edits it when it says something else. */
export async function putComment(
  session: Session,
  key: string,
  { number, body }: { readonly number: number; readonly body: string },
): Promise<{ url: string }> {
  const marker = markerOf(key);
  const full = marker + cutTo(bodyLimit - marker.length, body);
  const found = await findComment(session, number, marker);
  if (found?.body === full) return { url: found.html_url };
  const made = await session.talk.ask(`comment on #${String(number)}`, Comment, (rest) =>
    found === undefined
      ? rest.issues.createComment({ ...session.at, issue_number: number, body: full })
      : rest.issues.updateComment({ ...session.at, comment_id: found.id, body: full }),
  );
  return { url: made.html_url };
}

/** First in the body, so that it survives cutting and nothing that a model wrote can pose as one. */
function markerOf(key: string): string {
  const safe = encodeURIComponent(key).replaceAll('-', '%2D');
  return `<!-- sluice comment ${safe} -->\n`;
}

async function findComment(
  session: Session,
  number: number,
  marker: string,
): Promise<Comment | undefined> {
  const comments = session.talk.pages(
    `read the comments of #${String(number)}`,
    Comment,
    (rest, page) => rest.issues.listComments({ ...session.at, issue_number: number, ...page }),
  );
  for await (const comment of comments) {
    if (comment.body?.startsWith(marker) && isOurs(session, comment)) return comment;
  }
  return undefined;
}

/** A person who writes through one of the App's user tokens is named with the App, too, but stays a person. */
function isOurs(session: Session, { user, performed_via_github_app: app }: Comment): boolean {
  return user?.type === 'Bot' && app?.id === session.appId;
}
