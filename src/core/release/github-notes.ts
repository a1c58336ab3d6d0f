/** Notes by GitHub's own `.github/release.yml`, in the form of those that GitHub generates. */
import { z } from 'zod';
import { DrafterSettings } from './drafter-schema.ts';
import { readConfigFile, lineIn, type ConfigProblem, type ConfigText } from './config-file.ts';
import type { Entry } from './changelog.ts';
import type { Composed, SetByHand } from './compose.ts';
import type { Manifest, Pull } from './manifest.ts';
import { render } from './template.ts';
import { versionValues } from './version.ts';

const Exclude = z
  .object({ labels: z.array(z.string()).default([]), authors: z.array(z.string()).default([]) })
  .prefault({});

/** https://docs.github.com/en/repositories/releasing-projects-on-github/automatically-generated-release-notes */
const GithubFile = z.object({
  changelog: z
    .object({
      exclude: Exclude,
      categories: z
        .array(
          z.object({
            title: z.string().min(1),
            /** `*` takes what no category before it has taken. */
            labels: z.array(z.string().min(1)).min(1),
            exclude: Exclude,
          }),
        )
        .default([]),
    })
    .prefault({}),
});
export type GithubRules = Readonly<z.output<typeof GithubFile>['changelog']>;

export function readGithubRules(
  file: ConfigText,
): { readonly rules: GithubRules } | { readonly problems: readonly ConfigProblem[] } {
  const read = readConfigFile(file);
  if (read.problems.length > 0) return { problems: read.problems };
  const parsed = GithubFile.safeParse(Object.fromEntries(read.keys));
  if (parsed.success) return { rules: parsed.data.changelog };
  return {
    problems: parsed.error.issues.map(({ path, message }) => ({
      file: file.file,
      line: lineIn(read, path),
      key: path.join('.'),
      problem: `${message}.`,
      remedy: 'Mend it, or take it away.',
    })),
  };
}

/** Each change stands in the first category that takes it. The next version is a patch, unless one is set. */
export function composeGithub(
  manifest: Manifest,
  rules: GithubRules,
  set: SetByHand = {},
): Composed {
  const { repository, last, ref } = manifest;
  const { server, owner, name } = repository;
  const version = versionValues(
    { ...DrafterSettings.parse({}), prerelease: false },
    { last, increment: 'patch', set: set.version ?? set.tag ?? set.name },
  );
  const tag = set.tag ?? render(`${sign(last?.tag)}$RESOLVED_VERSION`, version);
  const pulls = [...manifest.pulls]
    .sort((a, b) => ((a.mergedAt ?? '') < (b.mergedAt ?? '') ? -1 : 1))
    .filter((pull) => !isExcluded(pull, rules.exclude));
  const sections = sectionsOf(rules, pulls);
  const target = ref.replace(/^refs\/heads\//, '');
  const from = last === null ? `commits/${tag}` : `compare/${last.tag}...${tag}`;
  const body = [
    `<!-- Release notes generated using configuration in .github/release.yml at ${target} -->\n`,
    "## What's Changed",
    ...sections.flatMap(({ title, entries }) => [
      ...(title === undefined ? [] : [`### ${title}`]),
      ...entries.map(({ text }) => text),
    ]),
    ...newcomersOf(manifest, pulls),
    `\n**Full Changelog**: ${server}/${owner}/${name}/${from}`,
  ].join('\n');
  return {
    ...{ tag, name: set.name ?? tag, target, prerelease: false, latest: true },
    version: String(version.$RESOLVED_VERSION),
    body,
    entries: sections.flatMap(({ entries }) => entries),
    notices: manifest.notices,
  };
}

/** A `v` or what else stands before the version in the tag before. */
function sign(tag: string | undefined): string {
  return tag === undefined ? 'v' : (/^\D*(?=\d)/.exec(tag)?.[0] ?? '');
}

interface Section {
  readonly title: string | undefined;
  readonly entries: readonly Entry[];
}

function sectionsOf({ categories }: GithubRules, pulls: readonly Pull[]): readonly Section[] {
  const indexOf = (pull: Pull) =>
    categories.findIndex(
      ({ labels, exclude }) =>
        !isExcluded(pull, exclude) && (labels.includes('*') || shares(pull.labels, labels)),
    );
  const other = categories.length === 0 ? undefined : 'Other Changes';
  const titles = [...categories.map(({ title }) => title), other];
  return titles
    .map((title, index) => ({
      title,
      entries: pulls
        .filter((pull) => (indexOf(pull) + titles.length) % titles.length === index)
        .map((pull) => entryOf(pull, title)),
    }))
    .filter(({ entries }) => entries.length > 0);
}

function entryOf(pull: Pull, category: string | undefined): Entry {
  const text = `* ${pull.title} by @${loginOf(pull)} in ${pull.url}`;
  return { number: pull.number, category, text };
}

function loginOf({ author }: Pull): string {
  if (author === null) return 'ghost';
  return author.bot && !author.login.endsWith('[bot]') ? `${author.login}[bot]` : author.login;
}

function isExcluded(pull: Pull, { labels, authors }: GithubRules['exclude']): boolean {
  const login = loginOf(pull);
  return shares(pull.labels, labels) || authors.some((one) => [one, `${one}[bot]`].includes(login));
}

/** GitHub knows a label by its name in any capitals. */
function shares(labels: readonly string[], wanted: readonly string[]): boolean {
  const lower = new Set(wanted.map((label) => label.toLowerCase()));
  return labels.some((label) => lower.has(label.toLowerCase()));
}

function newcomersOf({ newcomers }: Manifest, pulls: readonly Pull[]): readonly string[] {
  const firsts = newcomers.flatMap(
    (login) => pulls.find(({ author }) => author?.login === login) ?? [],
  );
  if (firsts.length === 0) return [''];
  const lines = firsts.map(
    (pull) => `* @${loginOf(pull)} made their first contribution in ${pull.url}`,
  );
  return ['\n## New Contributors', ...lines];
}
