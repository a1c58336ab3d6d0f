/** What rows about check runs share: one commit for all, and runs of names of their own on it. */
import type { Place } from '#local-github/rules/rule.ts';
import { at, type Seen } from './ask.ts';
import type { Double } from './double.ts';

const commits = new WeakMap<Double, Promise<string>>();

/** One commit for all rows: runs of different names do not meet. */
export function commitOf({ double }: Place): Promise<string> {
  const sha =
    commits.get(double) ?? double.branch({ 'checked.txt': 'one\n' }).then((made) => made.sha);
  commits.set(double, sha);
  return sha;
}

let count = 0;

/** A run of a name of its own, with these fields. */
export async function run(place: Place, fields: object = {}): Promise<Seen> {
  count += 1;
  const body = { name: `proof ${String(count)}`, head_sha: await commitOf(place), ...fields };
  return place.ask({ method: 'POST', path: `${place.root}/check-runs`, body });
}

export async function made(place: Place, fields: object = {}) {
  const { body } = await run(place, fields);
  const path = `${place.root}/check-runs/${String(at(body, 'id'))}`;
  const change = (more: object) => place.ask({ method: 'PATCH', path, body: more });
  return { body, path, change, sha: String(at(body, 'head_sha')) };
}

export const annotation = {
  path: 'checked.txt',
  start_line: 1,
  end_line: 1,
  annotation_level: 'notice',
  message: 'm',
};
export const output = { title: 'Title', summary: 'Summary' };
export const many = (count: number) => Array.from({ length: count }, () => annotation);
