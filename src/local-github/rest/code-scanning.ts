/** REST: uploads of SARIF, what became of them, and the analyses that they are. */
import { demandScanning, sarifState, uploadSarif } from '#local-github/actions/sarif.ts';
import { supplied } from '#local-github/body.ts';
import { notFound } from '#local-github/refusal.ts';
import { repositoryApi } from '#local-github/shapes/links.ts';
import type { SarifUpload } from '#local-github/state/code-scanning.ts';
import { ok, paged, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

async function upload(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  const { body } = exchange;
  const made = await uploadSarif(scope, {
    commit: supplied(body, 'commit_sha'),
    ref: supplied(body, 'ref'),
    sarif: supplied(body, 'sarif'),
  });
  const url = `${repositoryApi(scope.github, scope.repository)}/code-scanning/sarifs/${made.id}`;
  return { status: 202, body: { id: made.id, url } };
}

function showUpload(exchange: Exchange): Answer {
  const scope = scopeOf(exchange);
  const { upload: found, state } = sarifState(scope, exchange.params.id ?? '');
  const api = `${repositoryApi(scope.github, scope.repository)}/code-scanning/analyses`;
  return ok({
    processing_status: state,
    ...(state === 'pending' ? {} : { analyses_url: `${api}?sarif_id=${found.id}` }),
    ...(state === 'failed' ? { errors: found.errors } : {}),
  });
}

function listAnalyses(exchange: Exchange): Answer {
  const scope = scopeOf(exchange);
  demandScanning(scope, 'read');
  const { github, repository } = scope;
  const asked = (name: string, value: string): boolean =>
    [null, value].includes(exchange.query.get(name));
  const done = repository.scanning.uploads.filter(({ asked: times }) => times > 1);
  const found = done
    .filter(({ id, ref }) => asked('sarif_id', id) && asked('ref', ref))
    .flatMap((each) => each.analyses.map((analysis) => ({ upload: each, analysis })))
    .filter(({ analysis }) => asked('tool_name', analysis.tool))
    .toReversed();
  if (found.length === 0) throw notFound('no analysis found');
  const api = `${repositoryApi(github, repository)}/code-scanning/analyses`;
  return paged(exchange, found, (each) => analysisShape(api, each));
}

interface Analysed {
  readonly upload: SarifUpload;
  readonly analysis: SarifUpload['analyses'][number];
}

function analysisShape(
  api: string,
  { upload: { id, ref, commit, createdAt }, analysis }: Analysed,
) {
  return {
    ref,
    commit_sha: commit,
    analysis_key: '(default)',
    environment: '{}',
    category: analysis.category,
    error: '',
    created_at: createdAt,
    results_count: analysis.results,
    rules_count: analysis.rules,
    id: analysis.id,
    url: `${api}/${analysis.id}`,
    sarif_id: id,
    tool: { name: analysis.tool, guid: null, version: analysis.toolVersion },
    deletable: true,
    warning: '',
  };
}

const scanning = '/repos/:owner/:repo/code-scanning';

export const codeScanningRoutes: readonly Route[] = [
  { method: 'POST', path: `${scanning}/sarifs`, run: upload },
  { method: 'GET', path: `${scanning}/sarifs/:id`, run: showUpload },
  { method: 'GET', path: `${scanning}/analyses`, run: listAnalyses },
];
