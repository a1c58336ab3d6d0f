/** Reads of the repository: an issue, a branch's head, a file, and the address from which git fetches. */
import { z } from 'zod';
import { errors } from '#core/errors.ts';
import type { Issue } from '#core/event.ts';
import type { Remote } from '#ports/forge.ts';
import { PayloadIssue, issueOf } from './payload.ts';
import type { Session } from './session.ts';

const Ref = z.object({ object: z.object({ sha: z.string() }) });

/** What stands at a path: a file, or a folder as a list, a link, a submodule. */
const Entry = z.object({
  type: z.string(),
  encoding: z.string().optional(),
  content: z.string().optional(),
});

export async function readIssue(session: Session, number: number): Promise<Issue> {
  const issue = await session.talk.ask(`read issue #${String(number)}`, PayloadIssue, (rest) =>
    rest.issues.get({ ...session.at, issue_number: number }),
  );
  return issueOf(issue);
}

export async function readHead(session: Session, branch: string): Promise<string | undefined> {
  const ref = await session.read.find(`find the branch ${branch}`, Ref, (rest) =>
    rest.git.getRef({ ...session.at, ref: `heads/${branch}` }),
  );
  return ref?.object.sha;
}

/** Throws invalid when the file is larger than the megabyte that GitHub hands out this way. */
export async function readFileAt(
  session: Session,
  commit: string,
  path: string,
): Promise<string | undefined> {
  const doing = `read ${path} at ${commit}`;
  const entry = await session.read.find(doing, Entry.or(z.array(z.unknown())), (rest) =>
    rest.repos.getContent({ ...session.at, path, ref: commit }),
  );
  if (entry === undefined || Array.isArray(entry) || entry.type !== 'file') return undefined;
  if (entry.encoding !== 'base64' || entry.content === undefined)
    throw errors.forgeRejected(doing, 'the file is larger than 1 MB');
  return Buffer.from(entry.content, 'base64').toString('utf8');
}

const Comparison = z.object({ merge_base_commit: z.object({ sha: z.string() }) });

/** The commit from which a branch and a commit, of a fork too, were made. */
export async function mergeBaseOf(
  session: Session,
  branch: string,
  commit: string,
): Promise<string | undefined> {
  const basehead = `${branch}...${commit}`;
  const found = await session.read.find(`compare ${basehead}`, Comparison, (rest) =>
    // Files come with the first page only, and are of no use here.
    rest.repos.compareCommitsWithBasehead({ ...session.at, basehead, per_page: 1, page: 2 }),
  );
  return found?.merge_base_commit.sha;
}

/** git asks with HTTP Basic; the header is for the environment of that one process. */
export async function remoteOf(session: Session, webUrl: string): Promise<Remote> {
  const token = await session.readToken();
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  const { owner, repo } = session.at;
  return { url: `${webUrl}/${owner}/${repo}.git`, authorization: `basic ${basic}` };
}
