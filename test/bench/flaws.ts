/** Planted flaws: each a file in two versions, flawed and clean, read from the Markdown in `flaws/`. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface Flaw {
  /** Unique: its file of `flaws/` and its name there. */
  readonly id: string;
  readonly cwe: string;
  readonly path: string;
  readonly flawed: string;
  readonly clean: string;
}

const section =
  /^## (?<name>[\w-]+) · (?<cwe>CWE-\d+) · (?<path>\S+)\n\n```flawed\n(?<flawed>[^]*?)```\n\n```clean\n(?<clean>[^]*?)```$/gm;

/** Throws where a section cannot be read or two flaws share a file. */
export function readFlaws(): readonly Flaw[] {
  const folder = new URL('flaws', import.meta.url).pathname;
  const flaws = globSync('*.md', { cwd: folder })
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf-8').trimEnd();
      const read = [...text.matchAll(section)].map((match) => flawOf(basename(file, '.md'), match));
      const count = text.split('\n## ').length - 1;
      if (read.length !== count)
        throw new Error(`${file}: ${String(count - read.length)} sections cannot be read`);
      return read;
    });
  const paths = new Set(flaws.map(({ path }) => path));
  if (paths.size < flaws.length) throw new Error('two flaws share a file');
  return flaws;
}

function flawOf(family: string, { groups = {} }: RegExpMatchArray): Flaw {
  const { name = '', cwe = '', path = '', flawed = '', clean = '' } = groups;
  const id = `${family}/${name}`;
  return { id, cwe, path, flawed: filled(flawed, id), clean: filled(clean, id) };
}

const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Secrets are made, the same ones every time, so that none stands in this repository. */
function filled(text: string, seed: string): string {
  return text
    .replace(/\{\{random-lines:(\d+)x(\d+)\}\}/g, (_, width: string, height: string) =>
      Array.from({ length: Number(height) }, (_line, row) =>
        random(`${seed}${String(row)}`, Number(width)),
      ).join('\n'),
    )
    .replace(/\{\{random-upper:(\d+)\}\}/g, (_, length: string) =>
      random(seed, Number(length)).toUpperCase(),
    )
    .replace(/\{\{random:(\d+)\}\}/g, (_, length: string) => random(seed, Number(length)));
}

function random(seed: string, length: number): string {
  return Array.from({ length }, (_, at) => {
    const [byte = 0] = createHash('sha256')
      .update(`${seed}\0${String(at)}`)
      .digest();
    return letters[byte % letters.length];
  }).join('');
}
