/** Writes many commits, tags and branches into a bare repository at once, with one child of git. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Signature } from './objects.ts';
import { git } from './run.ts';

/** A commit that is there already by its SHA, or one of this import by its mark. */
export type Point = string;

export interface ImportedCommit {
  readonly ref: string;
  readonly parents: readonly Point[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
  /** Text by path over the first parent; null removes. */
  readonly files: Readonly<Record<string, string | null>>;
}

export interface Importer {
  commit(commit: ImportedCommit): Point;
  /** A branch or lightweight tag. */
  point(ref: string, at: Point): void;
  /** An annotated tag. */
  tag(
    name: string,
    at: Point,
    words: { readonly tagger: Signature; readonly message: string },
  ): void;
  /** Writes it all; answers with the SHA of each point. Throws git's complaint. */
  finish(): Promise<(point: Point) => string>;
}

export function createImporter(folder: string): Importer {
  const parts: string[] = [];
  let marks = 0;
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  return {
    commit({ ref, parents, author, committer, message, files }) {
      marks += 1;
      const [first, ...others] = parents;
      parts.push(
        `commit ${ref}\nmark :${marks}\nauthor ${person(author)}\ncommitter ${person(committer)}\n`,
        data(message),
        first === undefined ? '' : `from ${first}\n`,
        ...others.map((parent) => `merge ${parent}\n`),
        ...Object.entries(files).map(([path, text]) =>
          text === null ? `D ${quoted(path)}\n` : `M 100644 inline ${quoted(path)}\n${data(text)}`,
        ),
        '\n',
      );
      return `:${marks}`;
    },
    point(ref, at) {
      parts.push(`reset ${ref}\nfrom ${at}\n\n`);
    },
    tag(name, at, { tagger, message }) {
      parts.push(`tag ${name}\nfrom ${at}\ntagger ${person(tagger)}\n`, data(message));
    },
    async finish() {
      const file = join(folder, 'import-marks');
      const argv = ['fast-import', '--quiet', '--force', `--export-marks=${file}`];
      await git(folder, argv, { input: parts.join('') });
      const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
      await rm(file);
      const shas = new Map(lines.map((line) => [line.split(' ')[0], line.split(' ')[1] ?? '']));
      return (point) => shas.get(point) ?? point;
    },
  };
}

function person({ name, email, date }: Signature): string {
  const clean = (text: string): string => text.replaceAll(/[<>\n\0]/g, '').trim();
  return `${clean(name)} <${clean(email)}> ${Math.floor(Date.parse(date) / 1000)} +0000`;
}

function quoted(path: string): string {
  return /["\\\n]/.test(path) ? JSON.stringify(path) : path;
}
