/** What the checks find of planted flaws, what they say of clean twins, how long they take, and whether what they call new is: `npm run bench:checks -- [--json] [--history DIR [--commits N]]` */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Finding } from '#core/finding.ts';
import { lookAtHistory } from './checks-history.ts';
import { ask, commit, newRepository, type Texts, type Told } from './checks-repository.ts';
import { hostLoad, tableOf } from './figures.ts';
import { readFlaws, type Flaw } from './flaws.ts';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    history: { type: 'string' },
    commits: { type: 'string', default: '50' },
  },
});

/** What a small project of both languages has before anything is planted. */
const skeleton: Texts = {
  'package.json': `${JSON.stringify({ name: 'planted', private: true, type: 'module' }, null, 2)}\n`,
  'tsconfig.json': `${JSON.stringify(
    {
      compilerOptions: {
        ...{ strict: true, noEmit: true, module: 'nodenext', target: 'es2023', types: [] },
        ...{ lib: ['es2023', 'dom'], skipLibCheck: true },
      },
      include: ['src'],
    },
    null,
    2,
  )}\n`,
  'pyproject.toml': '[project]\nname = "planted"\nversion = "1"\n\n[tool.mypy]\nstrict = false\n',
  'src/empty.ts': 'export {};\n',
  'app/__init__.py': '',
};

const counts = (level: Finding['level']) => level !== 'note';

function said(told: Told): readonly Finding[] {
  return told.checks.flatMap(({ findings }) => findings.filter(({ level }) => counts(level)));
}

interface Planted {
  readonly found: number;
  readonly missed: readonly string[];
  readonly alarms: readonly string[];
  readonly byCheck: readonly { name: string; state: string; found: number; alarms: number }[];
}

const keyOf = ({ check, rule }: Finding) => `${check}\0${rule}`;

function judge(flaws: readonly Flaw[], flawed: Told, clean: Told): Planted {
  const ofFlaw = (told: Told, { path }: Flaw) => said(told).filter((each) => each.path === path);
  const hits = flaws.map((flaw) => {
    // What is said of the clean twin too is not about the flaw.
    const usual = new Set(ofFlaw(clean, flaw).map(keyOf));
    return { flaw, by: ofFlaw(flawed, flaw).filter((each) => !usual.has(keyOf(each))) };
  });
  const alarms = flaws.flatMap((flaw) => ofFlaw(clean, flaw));
  return {
    found: hits.filter(({ by }) => by.length > 0).length,
    missed: hits.filter(({ by }) => by.length === 0).map(({ flaw }) => `${flaw.id} (${flaw.cwe})`),
    alarms: alarms.map(({ path, line, check, rule }) => `${path}:${String(line)} ${check} ${rule}`),
    byCheck: flawed.checks.map(({ name, state }) => ({
      name,
      state,
      found: hits.filter(({ by }) => by.some(({ check }) => check === name)).length,
      alarms: alarms.filter(({ check }) => check === name).length,
    })),
  };
}

async function plant(folder: string): Promise<Planted & { flaws: number }> {
  const flaws = readFlaws();
  const repository = join(folder, 'planted');
  await newRepository(repository);
  const base = await commit(repository, skeleton);
  const as = (kind: 'flawed' | 'clean') =>
    Object.fromEntries(flaws.map((flaw) => [flaw.path, flaw[kind]]));
  const clean = await commit(repository, as('clean'));
  const flawed = await commit(repository, as('flawed'));
  const question = { folder: repository, base, data: join(folder, 'data') };
  const [first, second] = [
    await ask({ ...question, head: flawed }),
    await ask({ ...question, head: clean }),
  ];
  return { flaws: flaws.length, ...judge(flaws, first, second) };
}

interface Times {
  readonly coldSeconds: number;
  readonly cachedSeconds: number;
  readonly byCheck: readonly { name: string; cold: number; cached: number }[];
}

/** A thousand files arrive at once; then three of them change, asked about twice. */
async function time(folder: string): Promise<Times> {
  const repository = join(folder, 'large');
  const data = join(folder, 'large-data');
  await newRepository(repository);
  const base = await commit(repository, skeleton);
  const all = await commit(repository, Object.fromEntries(Array.from({ length: 1_000 }, fileOf)));
  const three = await commit(
    repository,
    Object.fromEntries([1, 2, 3].map((at) => fileOf(undefined, at, 'changed'))),
  );
  const cold = await ask({ folder: repository, base, head: all, data });
  const question = { folder: repository, base: all, head: three, data };
  await ask(question);
  const cached = await ask(question);
  const timeIn = (told: Told, name: string) =>
    Math.round(told.checks.find((check) => check.name === name)?.milliseconds ?? 0);
  return {
    coldSeconds: cold.seconds,
    cachedSeconds: cached.seconds,
    byCheck: cold.checks.map(({ name }) => ({
      name,
      cold: timeIn(cold, name),
      cached: timeIn(cached, name),
    })),
  };
}

function fileOf(_: unknown, at: number, word = 'made'): [string, string] {
  const number = String(at);
  const lines = Array.from({ length: 30 }, (_line, row) => ({ row: String(row) }));
  if (at % 2 === 0) {
    const body = lines.map(
      ({ row }) => `def ${word}_${row}(x: int) -> int:\n    return x + ${row}\n`,
    );
    return [`app/file_${number}.py`, body.join('\n\n')];
  }
  const body = lines.map(
    ({ row }) => `export function ${word}${row}(x: number): number {\n  return x + ${row};\n}\n`,
  );
  return [`src/file-${number}.ts`, body.join('\n')];
}

function forPeople(report: Awaited<ReturnType<typeof measure>>): string {
  const { planted, times, history } = report;
  const lines = [
    tableOf([
      ['check', 'state', 'found', 'false alarms'],
      ...planted.byCheck.map(({ name, state, found, alarms }) => [name, state, found, alarms]),
    ]),
    `${planted.found} of ${planted.flaws} flaws found; ${planted.alarms.length} alarms on ${planted.flaws} clean twins.`,
    ...planted.missed.map((id) => `- missed: ${id}`),
    ...planted.alarms.map((alarm) => `- alarm: ${alarm}`),
    tableOf([
      ['check', 'cold ms', 'cached ms'],
      ...times.byCheck.map(({ name, cold, cached }) => [name, cold, cached]),
    ]),
    `1,000 files cold ${times.coldSeconds.toFixed(1)} s; three changed files, asked again, ${times.cachedSeconds.toFixed(1)} s.`,
    ...(history === undefined
      ? []
      : [
          `${history.commits} commits: ${history.added} findings new, ${history.old.length} of them there before.`,
          ...history.old.map((each) => `- old: ${each}`),
        ]),
    `load ${report.load}`,
    '',
  ];
  return lines.join('\n');
}

async function measure(folder: string) {
  const planted = await plant(folder);
  const times = await time(folder);
  const history =
    options.history === undefined
      ? undefined
      : await lookAtHistory(options.history, Number(options.commits), join(folder, 'history'));
  return { planted, times, history, load: hostLoad() };
}

const folder = await mkdtemp(join(tmpdir(), 'sluice-checks-'));
try {
  const report = await measure(folder);
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : forPeople(report));
  process.exitCode = (report.history?.old.length ?? 0) > 0 ? 1 : 0;
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}
