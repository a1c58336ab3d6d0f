/** What a run left on the local GitHub, in words that are the same for every repository, and how two runs differ. */
import { owner } from '#demo/story.ts';

/** One line for each thing that people would see. */
export type Traces = readonly string[];

export interface Repository {
  /** The local GitHub's address. */
  readonly url: string;
  readonly token: string;
  readonly name: string;
}

export async function ask<T>(
  { url, token, name }: Repository,
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await fetch(`${url}/api/v3/repos/${owner}/${name}/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

interface Issue {
  readonly labels: readonly { readonly name: string }[];
}
interface Comment {
  readonly user: { readonly login: string; readonly type: string };
  readonly body: string;
}
interface Pull extends Issue {
  readonly number: number;
  readonly title: string;
  readonly draft: boolean;
  readonly head: { readonly ref: string; readonly sha: string };
}
interface Checks {
  readonly check_runs: readonly { readonly name: string; readonly conclusion: string | null }[];
}

/** Everything on the issue and its pull requests; branches with their commits, checks with their conclusions. */
export async function tracesOf(repository: Repository, issue: number): Promise<Traces> {
  const get = <T>(path: string) => ask<T>(repository, path);
  const { labels } = await get<Issue>(`issues/${issue}`);
  const pulls = await get<Pull[]>('pulls?state=all&per_page=100');
  const talks = [issue, ...pulls.map(({ number }) => number)].map((number) =>
    commentsOf(get, number),
  );
  const branches = await get<{ name: string; commit: { sha: string } }[]>('branches?per_page=100');
  const work = branches.filter(({ name }) => name !== 'main');
  const ends = await Promise.all(
    work.map(async ({ name, commit }) => {
      const ahead = await get<{ ahead_by: number }>(`compare/main...${name}`).catch(
        () => undefined,
      );
      const checks = await get<Checks>(`commits/${commit.sha}/check-runs?per_page=100&filter=all`);
      return [
        `branch ${name}, ${ahead?.ahead_by ?? 'some'} ahead`,
        ...checks.check_runs.map((check) => `check ${check.name}: ${check.conclusion ?? 'open'}`),
      ];
    }),
  );
  return [
    `labels ${labels.map(({ name }) => name).join(' ')}`,
    ...pulls.map(
      ({ title, draft, head }) => `pull ${title} from ${head.ref}${draft ? ', draft' : ''}`,
    ),
    ...(await Promise.all(talks)).flat(),
    ...ends.flat(),
  ].toSorted();
}

async function commentsOf(
  get: <T>(path: string) => Promise<T>,
  number: number,
): Promise<readonly string[]> {
  const comments = await get<Comment[]>(`issues/${number}/comments?per_page=100`);
  return comments
    .filter(({ user }) => user.type === 'Bot')
    .map(({ body }) => `comment ${/^(?!<!--).+/m.exec(body)?.[0] ?? ''}`);
}

export interface Difference {
  readonly lost: readonly string[];
  readonly extra: readonly string[];
}

/** As multisets: what is there twice and should be once is extra. */
export function compare(expected: Traces, found: Traces): Difference {
  return { lost: without(expected, found), extra: without(found, expected) };
}

function without(all: Traces, taken: Traces): Traces {
  const left = [...all];
  for (const each of taken) {
    const at = left.indexOf(each);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}
