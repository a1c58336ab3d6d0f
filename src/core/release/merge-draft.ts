/** A new body into a draft on which people have worked: their text around it, their lines in it and their words for a change survive. */
import { commonLines } from '#core/common-lines.ts';
import type { Entry } from './changelog.ts';
import {
  hashOf,
  readDraft,
  unitsOf,
  writeDraft,
  writtenOf,
  type Draft,
  type Unit,
  type Written,
} from './draft-block.ts';

export interface MergedDraft {
  readonly body: string;
  /** What became of the words of people, where it is worth knowing. */
  readonly notices: readonly string[];
}

/** `existing` is the draft's body as it was just read; undefined where there is no draft. */
export function mergeDraft(
  existing: string | undefined,
  composed: { readonly body: string; readonly entries: readonly Entry[] },
): MergedDraft {
  const generated = unitsOf(composed.body, composed.entries);
  const draft = readDraft(existing ?? '');
  const written = draft.written ?? recognised(draft, generated);
  const human = handiwork(draft.lines, { written, generated });
  const { lines, notices } = applied(human, written, generated);
  return { body: writeDraft(draft, lines, generated), notices };
}

/** In a draft of another author: those of our lines that it holds too, and its own lines for our changes. */
function recognised({ lines }: Draft, generated: readonly Unit[]): readonly Written[] {
  const has = new Set(lines);
  return generated
    .filter(
      (unit) =>
        unit.lines.every((line) => has.has(line)) || lines.some((line) => tells(line, unit.key)),
    )
    .map(writtenOf);
}

/** Whether a line speaks of a change: by `#12`, by its address or, of a pushed commit, by its sha. */
function tells(line: string, key: string | undefined): boolean {
  const [bare = ''] = key?.split('+') ?? [];
  if (!line.includes(bare) || bare === '') return false;
  const before = bare.length < 7 ? '(?:#|/pull/)' : '(?:#|/pull/|\\b)';
  return new RegExp(`${before}${bare}(?![\\da-f])`).test(line);
}

interface Handiwork {
  /** What stands now for a unit, where that is not what was written; nothing when it was taken out. */
  readonly edits: ReadonlyMap<number, readonly string[]>;
  /** Lines of people by the unit after which they stand; -1 is the beginning. */
  readonly added: ReadonlyMap<number, readonly string[]>;
}

interface Known {
  readonly written: readonly Written[];
  /** Their texts help to know again what people have made of a line. */
  readonly generated: readonly Unit[];
}

function handiwork(lines: readonly string[], known: Known): Handiwork {
  const owners = ownersOf(lines, known);
  const { written } = known;
  const now = new Map<number, string[]>(written.map((_, unit) => [unit, []]));
  const added = new Map<number, string[]>();
  let last = -1;
  for (const [index, line] of lines.entries()) {
    const owner = owners[index];
    if (owner === undefined) added.set(last, [...(added.get(last) ?? []), line]);
    else now.get(owner)?.push(line);
    last = owner ?? last;
  }
  const edits = [...now].filter(
    ([unit, text]) => text.map(hashOf).join('.') !== written[unit]?.hashes.join('.'),
  );
  return { edits: new Map(edits), added };
}

type Owners = readonly (number | undefined)[];

/** For each line, the unit that it is a line of; undefined where people have added it. */
function ownersOf(lines: readonly string[], known: Known): Owners {
  const { written } = known;
  const base = written.flatMap(({ hashes }, unit) => hashes.map((hash) => ({ hash, unit })));
  const common = commonLines(
    base.map(({ hash }) => hash),
    lines.map(hashOf),
  );
  const owners: (number | undefined)[] = lines.map(() => undefined);
  const pairs = [...common].sort(([a], [b]) => a - b);
  for (const [from, to] of pairs) owners[to] = base[from]?.unit;
  let [b, e] = [-1, -1];
  for (const [nextB, nextE] of [...pairs, [base.length, lines.length] as const]) {
    const gap = {
      lines: lines.slice(e + 1, nextE),
      units: base.slice(b + 1, nextB).map(({ unit }) => unit),
      within: base[b]?.unit === base[nextB]?.unit ? base[b]?.unit : undefined,
    };
    for (const [index, owner] of gapOwners(gap, known).entries()) owners[e + 1 + index] = owner;
    [b, e] = [nextB, nextE];
  }
  return owners;
}

interface Gap {
  readonly lines: readonly string[];
  /** The units whose lines stood here, line by line. */
  readonly units: readonly number[];
  /** The unit in the midst of which it is. */
  readonly within: number | undefined;
}

/**
 * A line is what has become of the change that it speaks of; else, where as many lines stand as stood, of the one in its
 * place; else of the change whose words it mostly has.
 */
function gapOwners({ lines, units, within }: Gap, { written, generated }: Known): Owners {
  if (within !== undefined) return lines.map(() => within);
  const spoken = lines.map((line) => units.find((unit) => tells(line, written[unit]?.key)));
  const left = units.filter((unit) => !spoken.includes(unit));
  const open = spoken.filter((owner) => owner === undefined).length;
  if (open === left.length) return spoken.map((owner) => owner ?? left.shift());
  const words = new Map(generated.map(({ key, lines: text }) => [key, wordsOf(text.join(' '))]));
  return spoken.map((owner, index) => {
    if (owner !== undefined) return owner;
    const found = left.find((unit) => {
      const key = written[unit]?.key;
      return key !== undefined && resembles(wordsOf(lines[index] ?? ''), words.get(key));
    });
    if (found !== undefined) left.splice(left.indexOf(found), 1);
    return found;
  });
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu));
}

function resembles(line: ReadonlySet<string>, text: ReadonlySet<string> | undefined): boolean {
  if (text === undefined || text.size === 0) return false;
  const shared = [...line].filter((word) => text.has(word)).length;
  return shared > 0 && shared * 2 >= Math.min(line.size, text.size);
}

interface Applied {
  readonly lines: readonly string[];
  readonly notices: readonly string[];
}

function applied(
  { edits, added }: Handiwork,
  written: readonly Written[],
  generated: readonly Unit[],
): Applied {
  const successors = successorsOf(written, generated);
  const texts = generated.map(({ lines }) => [...lines]);
  const after = new Map<number, string[]>();
  const notices: string[] = [];
  let anchor = -1;
  const keep = (lines: readonly string[]) =>
    after.set(anchor, [...(after.get(anchor) ?? []), ...lines]);
  keep(added.get(-1) ?? []);
  for (const [unit, { key }] of written.entries()) {
    const successor = successors.get(unit);
    const edit = edits.get(unit);
    anchor = successor ?? anchor;
    if (edit && successor !== undefined) texts[successor] = [...edit];
    else if (edit && key === undefined) keep(edit);
    notices.push(...noticesOf({ key, edit, isListed: successor !== undefined }));
    keep(added.get(unit) ?? []);
  }
  const lines = texts.flatMap((text, unit) => [...text, ...(after.get(unit) ?? [])]);
  return { lines: [...(after.get(-1) ?? []), ...lines], notices };
}

interface Fate {
  readonly key: string | undefined;
  readonly edit: readonly string[] | undefined;
  readonly isListed: boolean;
}

function noticesOf({ key, edit, isListed }: Fate): readonly string[] {
  if (key === undefined || edit === undefined) return [];
  const change = /^\d+\+*$/.test(key) ? `#${key}` : key;
  if (isListed && edit.length > 0) return [];
  if (isListed) return [`${change} stays out: it was taken out of the draft by hand.`];
  if (edit.length === 0) return [];
  return [`${change} is no longer part of the release; its line was: ${edit.join(' ')}`];
}

/** Which unit now stands for one of before: the same change, the same text, or the text in the same place. */
function successorsOf(
  written: readonly Written[],
  generated: readonly Unit[],
): ReadonlyMap<number, number> {
  const now = generated.map(writtenOf);
  const common = commonLines(written.map(textName), now.map(textName));
  const successors = new Map(common);
  const keys = new Map(now.flatMap(({ key }, unit) => (key === undefined ? [] : [[key, unit]])));
  for (const [unit, { key }] of written.entries()) {
    const same = keys.get(key ?? '');
    if (same !== undefined) successors.set(unit, same);
  }
  return new Map([...successors, ...inPlace(common, written, now)]);
}

function textName({ key, hashes }: Written): string {
  return key === undefined ? hashes.join('.') : `change ${key}`;
}

/** Between two texts that stayed, one line that became one other. */
function inPlace(
  common: ReadonlyMap<number, number>,
  written: readonly Written[],
  now: readonly Written[],
): readonly (readonly [number, number])[] {
  const pairs = [...common].sort(([a], [b]) => a - b);
  let [from, to] = [-1, -1];
  return [...pairs, [written.length, now.length] as const].flatMap(([nextFrom, nextTo]) => {
    const before = texts(written, from + 1, nextFrom);
    const after = texts(now, to + 1, nextTo);
    [from, to] = [nextFrom, nextTo];
    if (before.length !== after.length) return [];
    return before.map((unit, index) => [unit, after[index] ?? -1] as const);
  });
}

function texts(units: readonly Written[], from: number, to: number): readonly number[] {
  return units
    .slice(from, to)
    .flatMap(({ key }, index) => (key === undefined ? [from + index] : []));
}
