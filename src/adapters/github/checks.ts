/** Check runs: one per name and commit, told again by updating it. */
import { z } from 'zod';
import type { CheckAnnotation, CheckReport } from '#ports/forge.ts';
import { cutSummary } from './markdown.ts';
import type { Session } from './session.ts';

/** GitHub takes this many with one request and appends those of later ones. */
const annotationsPerRequest = 50;

const CheckRun = z.object({
  id: z.int(),
  html_url: z.string().nullable(),
  external_id: z.string().nullable(),
  status: z.string(),
  output: z.object({ annotations_count: z.int() }),
});
type CheckRun = z.infer<typeof CheckRun>;

const CheckRuns = z.object({ check_runs: z.array(CheckRun) });

export async function putCheck(session: Session, report: CheckReport): Promise<{ url: string }> {
  const found = await findCheck(session, report);
  const [first = [], ...rest] = batches(report.annotations ?? [], found);
  let written = await writeCheck(session, report, { id: found?.id, annotations: first });
  for (const annotations of rest) {
    written = await writeCheck(session, report, { id: written.id, annotations });
  }
  return { url: written.html_url ?? '' };
}

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

async function findCheck(session: Session, report: CheckReport): Promise<CheckRun | undefined> {
  const { check_runs: runs } = await session.talk.ask(
    `read the checks of ${report.commit}`,
    CheckRuns,
    (rest) =>
      rest.checks.listForRef({
        ...session.at,
        ref: report.commit,
        check_name: report.name,
        app_id: session.appId,
        per_page: 100,
      }),
  );
  const ours = runs.filter(({ external_id: id }) => id === idOf(report));
  const [newest] = ours.sort((a, b) => b.id - a.id);
  // GitHub lets no check that has ended begin again: what goes on anew is a new one of the same name.
  return report.state === 'running' && newest?.status === 'completed' ? undefined : newest;
}

function idOf({ name, commit }: CheckReport): string {
  return `sluice:${name}:${commit}`;
}

function writeCheck(
  session: Session,
  report: CheckReport,
  { id, annotations }: { id: number | undefined; annotations: readonly CheckAnnotation[] },
): Promise<CheckRun> {
  const content = {
    ...session.at,
    name: report.name,
    external_id: idOf(report),
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
      })),
    },
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
