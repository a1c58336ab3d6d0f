/** What rows about merges share: pull requests in several states, and the commits that merging them makes. */
import type { Place } from '#local-github/rules/rule.ts';
import { at } from './ask.ts';

let count = 0;
/** A path that no other row has. */
export function freshFile(): string {
  count += 1;
  return `merges/${String(count)}.txt`;
}

export interface Opened {
  readonly number: number;
  readonly head: string;
  readonly branch: string;
  readonly path: string;
}

export async function open(
  place: Place,
  files?: Readonly<Record<string, string>>,
): Promise<Opened> {
  const made = await place.double.pull(files ?? { [freshFile()]: 'one\n' });
  return { ...made, path: `${place.root}/pulls/${String(made.number)}` };
}

/** One more commit on the pull request's branch, by a person. */
export async function more(
  { double, root }: Place,
  { branch, head }: Opened,
  message: string,
): Promise<void> {
  const as = '@ben';
  const parent = await double.done({ path: `${root}/git/commits/${head}` });
  const tree = await double.done({
    as,
    method: 'POST',
    path: `${root}/git/trees`,
    body: {
      base_tree: at(parent, 'tree.sha'),
      tree: [{ path: freshFile(), mode: '100644', type: 'blob', content: 'two\n' }],
    },
  });
  const body = { message, tree: at(tree, 'sha'), parents: [head] };
  const commit = await double.done({ as, method: 'POST', path: `${root}/git/commits`, body });
  const path = `${root}/git/refs/heads/${branch}`;
  await double.done({ as, method: 'PATCH', path, body: { sha: at(commit, 'sha') } });
}

export function merge({ ask }: Place, { path }: Opened, body: object = {}) {
  return ask({ method: 'PUT', path: `${path}/merge`, body });
}

/** The commit that a merge made. */
export async function mergedCommit(place: Place, opened: Opened, body: object): Promise<unknown> {
  const seen = await merge(place, opened, body);
  return place.double.done({ path: `${place.root}/git/commits/${String(at(seen.body, 'sha'))}` });
}

/** Two branches that write the same file differently, the first of them merged. */
export async function conflicting(place: Place): Promise<Opened> {
  const file = freshFile();
  const first = await open(place, { [file]: 'mine\n' });
  const second = await open(place, { [file]: 'yours\n' });
  await merge(place, first);
  return second;
}

/** A new protected branch, and a pull request into it. */
export async function guarded(place: Place): Promise<Opened> {
  const { double, root, repository } = place;
  const base = await double.done({ path: `${root}/commits/${repository.defaultBranch}` });
  const body = { ref: 'refs/heads/guarded', sha: at(base, 'sha') };
  await place.ask({ method: 'POST', path: `${root}/git/refs`, body });
  const { name: branch, sha: head } = await double.branch({ [freshFile()]: 'g\n' });
  const asked = { title: branch, head: branch, base: 'guarded' };
  const pull = await double.done({ method: 'POST', path: `${root}/pulls`, body: asked });
  const number = Number(at(pull, 'number'));
  return { number, head, branch, path: `${root}/pulls/${String(number)}` };
}

export function factsOf(commit: unknown) {
  return {
    message: at(commit, 'message'),
    author: at(commit, 'author.name'),
    committer: at(commit, 'committer.name'),
    parents: [at(commit, 'parents')].flat().length,
  };
}

export async function mergedFacts(place: Place, opened: Opened, body: object) {
  return factsOf(await mergedCommit(place, opened, body));
}
