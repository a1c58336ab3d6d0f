/** Risk: the tier of a change, told from its paths and its size, with every reason that made it so. */

export const tiers = ['low', 'medium', 'high'] as const;
export type Tier = (typeof tiers)[number];

export interface Risk {
  readonly tier: Tier;
  /** Sentences, those of the highest tier first. */
  readonly reasons: readonly string[];
}

export interface RiskyFile {
  readonly path: string;
  readonly kind: 'added' | 'modified' | 'deleted';
  readonly added: number;
  readonly deleted: number;
  readonly mode: '100644' | '100755';
}

interface Area {
  readonly tier: Tier;
  readonly about: string;
  readonly paths: RegExp;
}

/** Where a mistake costs more than elsewhere, by what such files are usually called. */
const areas: readonly Area[] = [
  {
    tier: 'high',
    about: 'automation that runs with the rights of the repository',
    paths:
      /^\.(?:github\/(?:workflows|actions)|gitlab-ci|circleci|buildkite)\b|(?:^|\/)(?:action\.ya?ml|jenkinsfile|azure-pipelines\.ya?ml|bitbucket-pipelines\.ya?ml)$/i,
  },
  {
    tier: 'high',
    about: 'who may do what: owners, sign-in, permissions, secrets or cryptography',
    paths:
      /(?:^|\/)codeowners$|(?:^|[/_.-])(?:auth|authn|authz|authentication|authorization|login|oauth|saml|sso|jwt|sessions?|passwords?|credentials?|secrets?|permissions?|rbac|acl|crypto|cryptography|encryption|csrf|cors)(?=$|[/_.-])/i,
  },
  {
    tier: 'high',
    about: 'money',
    paths: /(?:^|[/_.-])(?:payments?|billing|checkout|invoices?|payouts?|wallets?)(?=$|[/_.-])/i,
  },
  {
    tier: 'medium',
    about: 'dependencies',
    paths:
      /(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-(?:lock|workspace)\.ya?ml|requirements[^/]*\.(?:txt|in)|pyproject\.toml|setup\.(?:py|cfg)|pipfile(?:\.lock)?|poetry\.lock|uv\.lock|cargo\.(?:toml|lock)|go\.(?:mod|sum)|gemfile(?:\.lock)?|composer\.(?:json|lock)|pom\.xml|build\.gradle(?:\.kts)?)$/i,
  },
  {
    tier: 'medium',
    about: 'data that is kept: migrations and schemas',
    paths: /(?:^|\/)(?:migrations?|migrate)\/|\.sql$|(?:^|\/)schema\.(?:prisma|graphql|rb)$/i,
  },
  {
    tier: 'medium',
    about: 'how it is built and run',
    paths:
      /(?:^|\/)(?:dockerfile(?:\.[^/]+)?|[^/]*\.dockerfile|docker-compose[^/]*\.ya?ml|makefile)$|\.(?:tf|tfvars)$|(?:^|\/)(?:terraform|helm|k8s|kubernetes|deploy(?:ment)?)\//i,
  },
];

/** Lines added and deleted, and files, above which a person reads less well; the larger is where reviews find little. */
const sizes = { lines: [400, 1_000], files: [10, 40] } as const;

const prose = /\.(?:md|mdx|txt|rst|adoc)$|^(?:docs?|documentation)\//i;
const test =
  /(?:^|\/)(?:tests?|__tests__|spec)\/|[._-](?:test|spec)\.[a-z]+$|(?:^|\/)test_[^/]*\.py$/i;

/** The tier of a change is that of its worst reason. */
export function riskOf(files: readonly RiskyFile[]): Risk {
  const reasons = [...ofAreas(files), ...ofSize(files), ...ofTests(files), ...ofModes(files)];
  const worst = [...tiers].reverse().find((tier) => reasons.some((one) => one.tier === tier));
  if (worst === undefined) return { tier: 'low', reasons: [harmless(files)] };
  const sorted = [...reasons].sort((a, b) => tiers.indexOf(b.tier) - tiers.indexOf(a.tier));
  return { tier: worst, reasons: sorted.map(({ text }) => text) };
}

interface Reason {
  readonly tier: Tier;
  readonly text: string;
}

function ofAreas(files: readonly RiskyFile[]): readonly Reason[] {
  return areas.flatMap(({ tier, about, paths }) => {
    // Prose and tests about an area are not the area; what automation runs is, whatever it is called.
    const hit = files.filter(
      ({ path }) =>
        paths.test(path) && (tier !== 'high' || !isAside(path) || path.startsWith('.github/')),
    );
    return hit.length === 0 ? [] : [{ tier, text: `It touches ${about}: ${named(hit)}.` }];
  });
}

function isAside(path: string): boolean {
  return prose.test(path) || test.test(path);
}

function ofSize(files: readonly RiskyFile[]): readonly Reason[] {
  const lines = files.reduce((sum, { added, deleted }) => sum + added + deleted, 0);
  return [
    ...above(lines, sizes.lines, 'lines added and deleted'),
    ...above(files.length, sizes.files, 'files'),
  ];
}

function above(
  count: number,
  [medium, high]: readonly [number, number],
  what: string,
): readonly Reason[] {
  if (count <= medium) return [];
  const limit = count > high ? high : medium;
  const text = `It has ${String(count)} ${what}, more than ${String(limit)}.`;
  return [{ tier: count > high ? 'high' : 'medium', text }];
}

function ofTests(files: readonly RiskyFile[]): readonly Reason[] {
  const gone = files.filter(({ path, kind }) => kind === 'deleted' && test.test(path));
  return gone.length === 0 ? [] : [{ tier: 'medium', text: `It deletes tests: ${named(gone)}.` }];
}

function ofModes(files: readonly RiskyFile[]): readonly Reason[] {
  const run = files.filter(({ kind, mode }) => kind === 'added' && mode === '100755');
  return run.length === 0
    ? []
    : [{ tier: 'medium', text: `It adds files that can be run: ${named(run)}.` }];
}

function harmless(files: readonly RiskyFile[]): string {
  if (files.length > 0 && files.every(({ path }) => prose.test(path))) return 'It is prose alone.';
  if (files.length > 0 && files.every(({ path }) => test.test(path))) return 'It is tests alone.';
  return 'It is small and touches nothing that is known to be delicate.';
}

function named(files: readonly RiskyFile[]): string {
  const shown = files.slice(0, 5).map(({ path }) => path);
  const more = files.length > 5 ? ` and ${String(files.length - 5)} more` : '';
  return `${shown.join(', ')}${more}`;
}
