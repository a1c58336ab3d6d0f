/** Annotated tags of a bare repository. */
import { parseSignature, signatureLine } from './objects.ts';
import type { Signature } from './objects.ts';
import { git } from './run.ts';
import { writeLoose } from './loose.ts';

export interface Tag {
  readonly sha: string;
  readonly name: string;
  readonly message: string;
  readonly tagger: Signature;
  readonly object: { readonly sha: string; readonly type: string };
}

export async function writeTag(folder: string, tag: Omit<Tag, 'sha'>): Promise<string> {
  const head = [
    `object ${tag.object.sha}`,
    `type ${tag.object.type}`,
    `tag ${tag.name}`,
    `tagger ${signatureLine(tag.tagger)}`,
  ];
  return writeLoose(folder, 'tag', `${head.join('\n')}\n\n${tag.message}`);
}

export async function readTag(folder: string, sha: string): Promise<Tag> {
  const { text } = await git(folder, ['cat-file', 'tag', sha]);
  const cut = text.indexOf('\n\n');
  const lines = text.slice(0, cut).split('\n');
  const field = (key: string): string =>
    lines.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1) ?? '';
  return {
    sha,
    name: field('tag'),
    message: text.slice(cut + 2).replace(/\n$/, ''),
    tagger: parseSignature(field('tagger')),
    object: { sha: field('object'), type: field('type') },
  };
}
