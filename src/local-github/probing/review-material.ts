/** Pull requests for the rules of reviews: forty lines, of which the third and the thirtieth were changed. */
import { at } from './ask.ts';
import type { Seen, Who } from './ask.ts';
import type { Double } from './double.ts';
import { fortyLines } from './stage.ts';
import { Skipped } from '#local-github/rules/rule.ts';
import type { Place } from '#local-github/rules/rule.ts';

export const path = 'docs/long.md';

/** Lines 1 to 6 and 27 to 33 stand in the difference. */
export const changedLines = fortyLines
  .replace('line 3\n', 'line three\n')
  .replace('line 30\n', 'line thirty\n');

export interface Material {
  readonly number: number;
  readonly head: string;
  readonly branch: string;
  /** `/repos/OWNER/NAME/pulls/NUMBER`. */
  readonly pull: string;
}

/** A pull request of the App, of its own for each row that writes. */
export async function freshPull({ double, root }: Place): Promise<Material> {
  const made = await double.pull({ [path]: changedLines });
  return { ...made, pull: `${root}/pulls/${made.number}` };
}

const shared = new WeakMap<Double, Promise<Material>>();

/** One for all rows that do not mind what others write: making one takes the most time of all. */
export function sharedPull(place: Place): Promise<Material> {
  const known = shared.get(place.double) ?? freshPull(place);
  shared.set(place.double, known);
  return known;
}

const waiting = new WeakMap<Double, Promise<Material>>();

/** One on which the App has a pending review. */
export function pendingPull(place: Place): Promise<Material> {
  const make = async () => {
    const material = await freshPull(place);
    await review(place, material, { body: 'Wait.' });
    return material;
  };
  const known = waiting.get(place.double) ?? make();
  waiting.set(place.double, known);
  return known;
}

export interface Words {
  readonly as?: Who;
  readonly body?: string;
  readonly event?: string;
  readonly commit_id?: string;
  readonly comments?: readonly object[];
}

/** Asks for a review of a pull request. */
export function review(
  { ask }: Pick<Place, 'ask'>,
  { pull }: Material,
  { as = 'installation', ...body }: Words,
): Promise<Seen> {
  return ask({ as, method: 'POST', path: `${pull}/reviews`, body });
}

/** A review of ada's with one comment on the third line; its id and the comment's. */
export async function begun(place: Place, material: Material, more: object = {}) {
  const comment = { path, line: 3, side: 'RIGHT', body: 'Why three?', ...more };
  const seen = await review(place, material, {
    as: '@ada',
    body: 'See below.',
    event: 'COMMENT',
    comments: [comment],
  });
  if (seen.status !== 200) throw new Error(JSON.stringify(seen.body));
  const id = Number(at(seen.body, 'id'));
  const listed = await place.double.done({ path: `${material.pull}/reviews/${id}/comments` });
  return { review: id, comment: Number(at(listed, '0.id')), node: String(at(listed, '0.node_id')) };
}

/** Pushes other text to the pull request's branch, as one more commit. */
export async function push({ double, root }: Place, { branch, head }: Material, text: string) {
  const post = (path: string, body: object, method: 'POST' | 'PATCH' = 'POST') =>
    double.done({ method, path: root + path, body });
  const before = await double.done({ path: `${root}/git/commits/${head}` });
  const tree = await post('/git/trees', {
    base_tree: at(before, 'tree.sha'),
    tree: [{ path, mode: '100644', type: 'blob', content: text }],
  });
  const commit = await post('/git/commits', {
    message: 'Change it again',
    tree: at(tree, 'sha'),
    parents: [head],
  });
  const sha = String(at(commit, 'sha'));
  await post(`/git/refs/heads/${branch}`, { sha }, 'PATCH');
  return sha;
}

/** A pull request that is there already, for rows that change nothing. */
export async function somePull({ ask, root }: Place): Promise<number> {
  const { body } = await ask({ path: `${root}/pulls?state=all&per_page=1` });
  const number = at(body, '0.number');
  if (typeof number !== 'number') throw new Skipped('the repository has no pull request');
  return number;
}
