/** `doctor --live`: holds the table of rules against a real repository, reading only, and keeps what differed. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAppKey } from '#app.ts';
import { readConfig } from '#config.ts';
import { errors } from '#core/errors.ts';
import { redact } from '#core/redact.ts';
import { at, type AskOptions, type Exchange } from '#local-github/probing/ask.ts';
import { hold, type Held } from '#local-github/probing/compare.ts';
import { openLive, type Live } from '#local-github/probing/live.ts';
import { rules } from '#local-github/rules/all.ts';
import type { Rule } from '#local-github/rules/rule.ts';
import { answer } from './answer.ts';
import type { Probe } from './probe.ts';
import { shapeOf, shapeOfExchange, shapeOfMark, wholeExchange } from './shapes.ts';

interface Line {
  readonly rule: Rule;
  readonly held: Held;
}

export const liveProbe: Probe = {
  name: 'live',
  flag: '--live <repository>',
  about:
    'hold the rules of the local GitHub against a real OWNER/REPO, reading only; exit code 1: something differs',
  also: [
    ['--full', 'with --live: keep texts and names in the recording, not only their shape'],
    ['--out <folder>', 'with --live: where the recording and the report go'],
  ],
  async run({ value = '', environment, json, options }) {
    const repository = repositoryOf(value);
    const config = readConfig(environment);
    const app = await readAppKey(config);
    const folder = typeof options.out === 'string' ? options.out : folderOf(repository);
    if (existsSync(folder))
      throw errors.settingInvalid(folder, 'is there already', 'Name another folder with --out.');
    const { apiUrl } = config.github;
    if (!json) console.log(intention({ apiUrl, folder }).join('\n'));
    const isFull = options.full === true;
    const found = await holdAll({ apiUrl, app, repository }, { isFull, json });
    await keep(folder, found, { repository, isFull });
    const { counts, lines } = found;
    answer(json, { ...counts, folder, rules: lines.map(({ held }) => held) }, [
      '',
      ...conclusion(counts),
      `The report and the recording are in ${folder}.`,
    ]);
    return counts.differing === 0 && counts.stopped === null;
  },
};

function repositoryOf(text: string): AskOptions['repository'] {
  const [, owner, name] = /^([\w-]+)\/([\w.-]+)$/.exec(text) ?? [];
  if (owner !== undefined && name !== undefined) return { owner, name };
  throw errors.settingInvalid('--live', `"${text}" is no repository`, 'Give it as OWNER/REPO.');
}

function folderOf({ owner, name }: AskOptions['repository']): string {
  return `./sluice-live-${owner}-${name}`.toLowerCase();
}

const safe = rules.filter(({ changes }) => changes === 'nothing');

function intention({ apiUrl, folder }: { apiUrl: string; folder: string }): readonly string[] {
  return [
    `Holds ${String(safe.length)} rules against ${apiUrl}, one question after another.`,
    'It reads only: nothing is written there but a token of the App, which ends by itself within the hour.',
    `What it hears goes to ${folder}, and nowhere else.`,
    '',
  ];
}

interface Found {
  readonly lines: readonly Line[];
  readonly exchanges: readonly { readonly rule: string; readonly exchange: Exchange }[];
  readonly counts: Counts;
}

interface Counts {
  readonly held: number;
  readonly differing: number;
  readonly skipped: number;
  /** Rules that were not asked any more. */
  readonly left: number;
  /** Why it ended early. */
  readonly stopped: string | null;
}

async function holdAll(
  asking: Omit<AskOptions, 'told'>,
  { isFull, json }: { isFull: boolean; json: boolean },
): Promise<Found> {
  const exchanges: { rule: string; exchange: Exchange }[] = [];
  let current = 'opening';
  const told = (exchange: Exchange): void => void exchanges.push({ rule: current, exchange });
  const live = await open({ ...asking, told });
  const lines: Line[] = [];
  for (const rule of safe) {
    current = rule.id;
    const held = await hold(rule, live.place, isFull ? undefined : shownShape);
    if (live.stopped()) break;
    lines.push({ rule, held });
    if (!json) for (const line of said(held)) console.log(line);
  }
  const count = (held: Held['held']): number =>
    lines.filter((line) => line.held.held === held).length;
  const counts = {
    held: count(true),
    differing: count(false),
    skipped: count('skipped'),
    left: safe.length - lines.length,
    stopped: live.stopped()?.message ?? null,
  };
  return { lines, exchanges, counts };
}

async function open(options: AskOptions): Promise<Live> {
  try {
    return await openLive(options);
  } catch (thrown) {
    const reason = redact(thrown instanceof Error ? thrown.message : String(thrown));
    const hint =
      'The App has to be installed on it; APP_ID, its key and GHE_HOST have to be right.';
    throw errors.settingInvalid('--live', `cannot read the repository (${reason})`, hint);
  }
}

/** What differs is told with its value where GitHub chose it, else by its shape. */
function shownShape(value: unknown, path: string, seen: unknown): unknown {
  const name = path.split('.').at(-1) ?? '';
  const refused = Number(at(seen, 'status')) >= 400;
  if (refused && path === 'body.message') return value;
  if (path.includes('headers.') && typeof value === 'string') return shapeOfMark(redact(value));
  return shapeOf(value, name);
}

function said(held: Held): readonly string[] {
  if (held.held === true) return [`✓ ${held.id}`];
  if (held.held === 'skipped') return [`- ${held.id}: ${held.reason}`];
  return [`✗ ${held.id}`, ...held.differences.map((each) => `    ${redact(each)}`)];
}

function conclusion({ held, differing, skipped, left, stopped }: Counts): readonly string[] {
  return [
    `${String(held)} rules hold, ${String(differing)} differ, ${String(skipped)} found nothing to look at.`,
    ...(stopped === null ? [] : [`It ended early: ${stopped}. ${String(left)} rules are left.`]),
  ];
}

/** Writes the report for people, the same for programs, and the recording. Throws when the folder has come to be. */
async function keep(
  folder: string,
  { lines, exchanges, counts }: Found,
  { repository, isFull }: { repository: AskOptions['repository']; isFull: boolean },
): Promise<void> {
  const { owner, name } = repository;
  const hidden = (text: string): string =>
    redact(isFull ? text : text.replaceAll(`${owner}/${name}`, 'OWNER/REPO'));
  const kept = exchanges.map(({ rule, exchange }) => ({
    rule,
    exchange: isFull ? wholeExchange(exchange) : shapeOfExchange(exchange),
  }));
  const document = { ...counts, rules: lines.map(({ held }) => held) };
  await mkdir(folder);
  const write = (file: string, text: string): Promise<void> =>
    writeFile(join(folder, file), `${hidden(text)}\n`, { flag: 'wx', mode: 0o600 });
  await write('report.md', reportText(lines, counts));
  await write('report.json', JSON.stringify(document, null, 2));
  await write('recording.json', JSON.stringify(kept, null, 2));
}

function reportText(lines: readonly Line[], counts: Counts): string {
  const differing = lines.flatMap(({ rule, held }) =>
    held.held === false
      ? [
          `## ${rule.id}`,
          '',
          rule.rule,
          '',
          `Source: ${rule.source}`,
          '',
          ...held.differences.map((each) => `- ${each}`),
          '',
        ]
      : [],
  );
  return [
    '# The local GitHub, held against a real one',
    '',
    ...conclusion(counts),
    '',
    ...differing,
  ]
    .join('\n')
    .trimEnd();
}
