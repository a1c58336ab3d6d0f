/** Configurations written for Release Drafter 6: what it spelled otherwise is read as it was meant, and told. */
import { z } from 'zod';
import type { Remark } from './categories.ts';

export interface Newer {
  readonly value: Readonly<Record<string, unknown>>;
  readonly notices: readonly Remark[];
  /** Branches that were to be drafted, where the file names them. */
  readonly branches: readonly string[] | undefined;
}

type Raw = Readonly<Record<string, unknown>>;
const Raw = z.record(z.string(), z.unknown());
const Names = z.array(z.string());

/** The same settings in the keys of version 7. */
export function newerKeys(value: Raw): Newer {
  const notices: Remark[] = [];
  const note = (path: Remark['path'], remedy: string) => {
    notices.push({ path, problem: 'It is written for version 6.', remedy });
  };
  const { references, branches, 'initial-commits-since': since, latest, ...rest } = value;
  const named = references ?? branches;
  if (named !== undefined) {
    const key = references === undefined ? 'branches' : 'references';
    note([key], 'The branches that it names are the ones that are drafted.');
  }
  if (since !== undefined) note(['initial-commits-since'], 'It is passed over.');
  const isOldLatest = latest === '' || latest === 'legacy';
  if (isOldLatest) note(['latest'], 'Write `true` or `false`; it is passed over.');
  const kept = latest === undefined || isOldLatest ? {} : { latest };
  const listed = { ...rest, ...kept, ...singles(rest, note) };
  return { value: listed, notices, branches: Names.safeParse(asList(named)).data };
}

type Note = (path: Remark['path'], remedy: string) => void;

/** Where version 6 took a single word for a list of one. */
function singles(value: Raw, note: Note): Raw {
  return {
    ...each(value, 'categories', (one, path) => categoryOf(one, path, note)),
    ...each(value, 'autolabeler', (one, path) =>
      lists(one, ['files', 'branch', 'title', 'body'], { path, note }),
    ),
    ...resolverOf(value['version-resolver'], note),
  };
}

function each(value: Raw, key: string, change: (one: Raw, path: Remark['path']) => Raw): Raw {
  const list = z.array(z.unknown()).safeParse(value[key]);
  if (!list.success) return {};
  return {
    [key]: list.data.map((one, index) => {
      const read = Raw.safeParse(one);
      return read.success ? change(read.data, [key, index]) : one;
    }),
  };
}

/** `label` could be a list as well, and stood for `labels`. */
function categoryOf(category: Raw, path: Remark['path'], note: Note): Raw {
  const { label, ...rest } = category;
  const labels = z.array(z.unknown()).safeParse(label);
  if (!labels.success) return lists(category, ['labels'], { path, note });
  note([...path, 'label'], 'Call a list `labels`.');
  return { ...rest, labels: labels.data };
}

interface At {
  readonly path: Remark['path'];
  readonly note: Note;
}

function lists(value: Raw, keys: readonly string[], { path, note }: At): Raw {
  const single = keys.filter((key) => typeof value[key] === 'string');
  for (const key of single) note([...path, key], 'Write a list: `[…]`.');
  return { ...value, ...Object.fromEntries(single.map((key) => [key, asList(value[key])])) };
}

function resolverOf(value: unknown, note: Note): Raw {
  const read = Raw.safeParse(value);
  if (!read.success) return {};
  const steps = Object.entries(read.data).map(([key, step]) => {
    const own = Raw.safeParse(step);
    const at = { path: ['version-resolver', key], note };
    return [key, own.success ? lists(own.data, ['labels'], at) : step] as const;
  });
  return { 'version-resolver': Object.fromEntries(steps) };
}

function asList(value: unknown): unknown {
  return typeof value === 'string' ? [value] : value;
}
