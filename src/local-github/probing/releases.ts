/** What the rules of releases act on: fresh releases, each with a tag of its own. */
import { at } from './ask.ts';
import type { Seen } from './ask.ts';
import type { Place } from '#local-github/rules/rule.ts';

let count = 0;
/** A tag that no other row has. */
export function freshTag(): string {
  count += 1;
  return `v0.${count}.0`;
}

export async function make({ double, root }: Place, body: object = {}) {
  const whole = { tag_name: freshTag(), draft: true, ...body };
  const made = await double.done({ method: 'POST', path: `${root}/releases`, body: whole });
  return { id: Number(at(made, 'id')), tag: whole.tag_name, made };
}

export function post({ ask, root }: Place, body: object) {
  return ask({ method: 'POST', path: `${root}/releases`, body });
}

export function patch({ ask, root }: Place, id: number, body: object) {
  return ask({ method: 'PATCH', path: `${root}/releases/${id}`, body });
}

/** Sends a file to where the release says; the probe's addresses begin at the API's root. */
export async function upload(place: Place, id: number, name: string): Promise<Seen> {
  const release = await place.double.done({ path: `${place.root}/releases/${id}` });
  const url = new URL(String(at(release, 'upload_url')).replace(/\{.*$/, ''));
  return place.ask({
    method: 'POST',
    path: `/../..${url.pathname}?${new URLSearchParams({ name }).toString()}`,
    headers: { 'content-type': 'text/markdown' },
    body: 'notes',
  });
}
