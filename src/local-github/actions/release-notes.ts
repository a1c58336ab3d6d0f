/** The notes that GitHub writes for a release by itself, by the repository's `.github/release.yml`. */
import { parse } from 'yaml';
import { z } from 'zod';
import type { Scope } from '#local-github/caller.ts';
import { readBlob, resolveCommit } from '#local-github/git/objects.ts';
import { listShas } from '#local-github/git/refs.ts';
import { ask } from '#local-github/git/run.ts';
import { Refusal } from '#local-github/refusal.ts';
import { repositoryPage } from '#local-github/shapes/links.ts';
import { isPull } from '#local-github/shapes/pulls.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import type { Repository } from '#local-github/state.ts';

export interface NotesInput {
  readonly tag: string;
  readonly target?: string;
  /** Absent: the release before. */
  readonly previous?: string;
  readonly configuration?: string;
}

export interface Notes {
  readonly name: string;
  readonly body: string;
}

const Exclusion = z.object({
  labels: z.array(z.string()).nullish(),
  authors: z.array(z.string()).nullish(),
});
const Configuration = z.object({
  changelog: z
    .object({
      exclude: Exclusion.nullish(),
      categories: z
        .array(
          z.object({
            title: z.string(),
            labels: z.array(z.string()),
            exclude: Exclusion.nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});
type Configured = z.infer<typeof Configuration>;
type Excluding = z.infer<typeof Exclusion> | null | undefined;

const ownPaths = ['.github/release.yml', '.github/release.yaml'];

/** Throws 422 on a target, a previous tag or a configuration that is not there. */
export async function generateNotes(scope: Scope, input: NotesInput): Promise<Notes> {
  const { github, repository } = scope;
  const { tag, target = repository.defaultBranch } = input;
  const made = await resolveCommit(repository.folder, `refs/tags/${tag}`);
  const head = made ?? (await resolveCommit(repository.folder, target));
  if (head === undefined) throw new Refusal(422, 'Invalid target_commitish parameter');
  const previous = input.previous ?? (await releaseBefore(repository, tag, head));
  const since = await startOf(repository, previous);
  const settings = await readSettings(repository, head, input.configuration);
  const telling: Telling = {
    page: repositoryPage(github, repository),
    pulls: (await pullsBetween(repository, since, head)).filter(
      (each) => !excluded(each, settings?.read.changelog?.exclude),
    ),
    settings: settings?.read,
  };
  const at = made === undefined ? target : tag;
  const whole = previous === undefined ? `commits/${tag}` : `compare/${previous}...${tag}`;
  const origin =
    settings && `<!-- Release notes generated using configuration in ${settings.path} at ${at} -->`;
  const parts = [
    origin === undefined ? '' : `${origin}\n\n`,
    changes(telling),
    newcomers(repository, telling),
    `**Full Changelog**: ${telling.page}/${whole}`,
  ];
  return { name: tag, body: parts.join('') };
}

async function startOf({ folder }: Repository, tag: string | undefined) {
  if (tag === undefined) return undefined;
  const commit = await resolveCommit(folder, `refs/tags/${tag}`);
  if (commit === undefined) throw new Refusal(422, 'Invalid previous_tag parameter');
  return commit;
}

interface Telling {
  readonly page: string;
  /** Without those that are left out altogether. */
  readonly pulls: readonly PullRequest[];
  readonly settings: Configured | undefined;
}

/** The newest published release whose tag the head reaches. */
async function releaseBefore(repository: Repository, tag: string, head: string) {
  const candidates = repository.releases
    .filter((release) => !release.draft && release.tag !== tag)
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id - a.id);
  const reached = new Set(await listShas(repository.folder, head));
  for (const release of candidates) {
    const sha = await resolveCommit(repository.folder, `refs/tags/${release.tag}`);
    if (sha !== undefined && reached.has(sha)) return release.tag;
  }
  return undefined;
}

async function readSettings({ folder }: Repository, commit: string, path: string | undefined) {
  for (const candidate of path === undefined ? ownPaths : [path]) {
    const blob = await ask(folder, ['rev-parse', '--verify', '--quiet', `${commit}:${candidate}`]);
    if (blob === undefined) continue;
    const read = Configuration.safeParse(parse((await readBlob(folder, blob)).toString()));
    if (read.success) return { path: candidate, read: read.data };
    throw new Refusal(422, `Invalid configuration in ${candidate}`);
  }
  if (path !== undefined) throw new Refusal(422, 'Invalid configuration_file_path parameter');
  return undefined;
}

async function pullsBetween(repository: Repository, since: string | undefined, head: string) {
  const range = since === undefined ? {} : { not: since };
  const shas = new Set(await listShas(repository.folder, head, range));
  const pulls = [...repository.issues.values()].filter(isPull);
  return inOrder(pulls.filter(({ pull }) => pull.merged && shas.has(pull.mergeCommitSha ?? '')));
}

function excluded({ labels, author }: PullRequest, exclude: Excluding): boolean {
  return (
    labels.some(({ name }) => exclude?.labels?.includes(name) ?? false) ||
    (exclude?.authors?.includes(author.login) ?? false)
  );
}

function changes({ pulls, settings, page }: Telling): string {
  const categories = settings?.changelog?.categories ?? [];
  const line = ({ title, author, number }: PullRequest) =>
    `* ${title} by @${author.login} in ${page}/pull/${number}\n`;
  const other = categories.length > 0 ? 'Other Changes' : '';
  const titleOf = (pull: PullRequest) =>
    categories.find(
      ({ labels, exclude }) =>
        !excluded(pull, exclude) &&
        (labels.includes('*') || pull.labels.some(({ name }) => labels.includes(name))),
    )?.title ?? other;
  const groups = Map.groupBy(pulls, titleOf);
  const titles = new Set([...categories.map(({ title }) => title), other]);
  const sections = [...titles].map((title) => {
    const lines = (groups.get(title) ?? []).map(line).join('');
    return title === '' || lines === '' ? lines : `### ${title}\n${lines}`;
  });
  return pulls.length === 0 ? '' : `## What's Changed\n${sections.join('')}\n`;
}

/** People whose first merged pull request is among these. An empty line stands where there are none. */
function newcomers(repository: Repository, { pulls, page }: Telling): string {
  const merged = inOrder([...repository.issues.values()].filter(isPull)).filter(
    ({ pull }) => pull.merged,
  );
  const firsts = pulls.filter(
    (pull) => merged.find(({ author }) => author.id === pull.author.id) === pull,
  );
  if (firsts.length === 0) return pulls.length === 0 ? '' : '\n';
  const lines = firsts.map(
    ({ author, number }) =>
      `* @${author.login} made their first contribution in ${page}/pull/${number}\n`,
  );
  return `## New Contributors\n${lines.join('')}\n`;
}

/** Of their merging. */
function inOrder(pulls: readonly PullRequest[]): PullRequest[] {
  return pulls.toSorted((a, b) => (a.pull.mergedAt ?? '').localeCompare(b.pull.mergedAt ?? ''));
}
