/** Check runs: one per name and commit, told again by updating it. */
import { z } from 'zod';
import type { CheckAnnotation, CheckReport, KnownCheck } from '#ports/forge.ts';
import { checkId, keyOf } from './check-id.ts';
import { cutSummary } from './markdown.ts';
import type { Session } from './session.ts';

/** GitHub takes this many with one request and appends those of later ones. */
const annotationsPerRequest = 50;

const CheckRun = z.object({
  id: z.int(),
  name: z.string(),
  html_url: z.string().nullable(),
  external_id: z.string().nullable(),
  status: z.string(),
  output: z.object({ annotations_count: z.int() }),
});
type CheckRun = z.infer<typeof CheckRun>;

const CheckRuns = z.object({ check_runs: z.array(CheckRun) });

export async function putCheck(session: Session, report: CheckReport): Promise<{ url: string }> {
  const found = await findCheck(session, report);
  if (found?.isOver === true) return { url: found.html_url ?? '' };
  const [first = [], ...rest] = batches(report.annotations ?? [], found);
  let written = await writeCheck(session, report, { id: found?.id, annotations: first });
  for (const annotations of rest) {
    written = await writeCheck(session, report, { id: written.id, annotations });
  }
  return { url: written.html_url ?? '' };
}

/** Our newest check runs of every name on a commit. */
export async function listChecks(session: Session, commit: string): Promise<readonly KnownCheck[]> {
  const known = new Map<string, KnownCheck>();
  for (let page = 1; page <= mostPages; page += 1) {
    const runs = await readChecks(session, { commit, page });
    for (const { name, external_id: id, status } of runs) {
      if (known.has(name) || id?.startsWith(`sluice:${name}:`) !== true) continue;
      known.set(name, { name, key: keyOf(id), ended: status === 'completed' });
    }
    if (runs.length < 100) break;
  }
  return [...known.values()];
}

/** More names than checks can have. */
const mostPages = 5;

/** Those that an earlier try of this report has sent stand there already and would else stand there twice. */
function batches(
  annotations: readonly CheckAnnotation[],
  found: CheckRun | undefined,
): readonly (readonly CheckAnnotation[])[] {
  const left = annotations.slice(found?.output.annotations_count ?? 0);
  const count = Math.ceil(left.length / annotationsPerRequest);
  return Array.from({ length: count }, (_, at) =>
    left.slice(at * annotationsPerRequest, (at + 1) * annotationsPerRequest),
  );
}

/** `isOver`: an earlier try has told more already. */
type Found = CheckRun & { readonly isOver?: boolean };

async function findCheck(session: Session, report: CheckReport): Promise<Found | undefined> {
  const { commit, name, key, state } = report;
  const runs = await readChecks(session, { commit, name });
  const byAge = runs.toSorted((a, b) => b.id - a.id);
  const exact = byAge.find(({ external_id: id }) => id === checkId(report));
  const isOver = state === 'running' && exact?.status === 'completed';
  if (key !== undefined) {
    if (exact !== undefined) return { ...exact, isOver };
    // Whoever began it is gone: it becomes this one's.
    return byAge.find((each) => each.status !== 'completed' && isOurs(each, report));
  }
  // GitHub lets no check that has ended begin again: what goes on anew is a new one of the same name.
  return isOver ? undefined : exact;
}

function isOurs({ external_id: id }: CheckRun, { name, commit }: CheckReport): boolean {
  return id?.startsWith(`sluice:${name}:${commit}`) === true;
}

async function readChecks(
  session: Session,
  { commit, name, page = 1 }: { commit: string; name?: string; page?: number },
): Promise<readonly CheckRun[]> {
  const doing = `read the checks of ${commit}`;
  const { check_runs: runs } = await session.talk.ask(doing, CheckRuns, (rest) =>
    rest.checks.listForRef({
      ...session.at,
      ref: commit,
      ...(name !== undefined && { check_name: name }),
      app_id: session.appId,
      per_page: 100,
      page,
    }),
  );
  return runs;
}

function writeCheck(
  session: Session,
  report: CheckReport,
  { id, annotations }: { id: number | undefined; annotations: readonly CheckAnnotation[] },
): Promise<CheckRun> {
  const content = {
    ...session.at,
    name: report.name,
    external_id: checkId(report),
    ...stateOf(report),
    output: {
      title: report.title,
      summary: cutSummary(report.summary),
      annotations: annotations.map((each) => ({
        path: each.path,
        start_line: each.startLine,
        end_line: each.endLine,
        annotation_level: each.level,
        message: each.message,
        ...(each.title !== undefined && { title: each.title }),
      })),
    },
    ...(report.buttons && {
      actions: report.buttons.map(({ label, about, name }) => ({
        label,
        description: about,
        identifier: name,
      })),
    }),
  };
  return session.talk.ask(`report the check "${report.name}"`, CheckRun, (rest) =>
    id === undefined
      ? rest.checks.create({ ...content, head_sha: report.commit })
      : rest.checks.update({ ...content, check_run_id: id }),
  );
}

function stateOf({ state }: CheckReport) {
  return state === 'running'
    ? { status: 'in_progress' as const }
    : { status: 'completed' as const, conclusion: state };
}
