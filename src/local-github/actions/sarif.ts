/** Uploads of SARIF: what is refused at once, and what is found out when a file is looked into. */
import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { badRequest } from '#local-github/body.ts';
import { demand } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { typeOf } from '#local-github/git/objects.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import type { SarifRun, SarifUpload } from '#local-github/state/code-scanning.ts';

/** Bytes, as it is compressed. */
const sizeLimit = 10 * 1024 * 1024;
/** https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit */
const limits = {
  runs: 20,
  results: 25_000,
  rules: 25_000,
  extensions: 100,
  locations: 1000,
  tags: 20,
};

/** Throws 403 without the permission or where code scanning is off. */
export function demandScanning(scope: Scope, level: 'read' | 'write'): void {
  const role = level === 'read' ? 'read' : 'write';
  demand(scope, { permission: 'security_events', level, role });
  if (!scope.repository.scanning.isEnabled)
    throw new Refusal(
      403,
      'Code Security must be enabled for this repository to use code scanning.',
    );
}

export interface Upload {
  readonly commit: string;
  readonly ref: string;
  /** Compressed by gzip, then written as Base64. */
  readonly sarif: string;
}

/** Throws 422 on fields that cannot be, 404 on an unknown commit, 400 on what is no compressed file, 413 on a large one. */
export async function uploadSarif(scope: Scope, upload: Upload): Promise<SarifUpload> {
  demandScanning(scope, 'write');
  const { github, repository } = scope;
  const { commit, ref, sarif } = upload;
  checkFields(commit, ref);
  const bytes = Buffer.from(sarif, 'base64');
  if (bytes.length > sizeLimit) throw new Refusal(413, 'Payload Too Large');
  const text = unpacked(sarif, bytes);
  if ((await typeOf(repository.folder, commit)) !== 'commit') throw notFound('commit not found');
  const read = inspect(text);
  const analyses = read.runs.map((run) => ({ ...run, id: github.state.nextId() }));
  const { errors } = read;
  const made = {
    id: randomUUID(),
    commit,
    ref,
    createdAt: github.now(),
    asked: 0,
    errors,
    analyses,
  };
  repository.scanning.uploads.push(made);
  return made;
}

function checkFields(commit: string, ref: string): void {
  const problems = [
    ...(commit.length < 40
      ? [`At least 40 characters are required; only ${commit.length} were supplied.`]
      : []),
    ...(/^[0-9a-f]+$/.test(commit) ? [] : [`${commit} does not match /^[0-9a-f]+$/.`]),
    ...(/^refs\/(heads|pull|tags)\/.*$/.test(ref)
      ? []
      : [`${ref} does not match /^refs\\/(heads|pull|tags)\\/.*$/.`]),
  ];
  if (problems.length > 0) throw badRequest(problems.join('\n'));
}

function unpacked(sarif: string, bytes: Buffer): string {
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(sarif))
    throw new Refusal(400, 'The sarif field is not valid Base64.');
  try {
    return gunzipSync(bytes, { maxOutputLength: 512 * 1024 * 1024 }).toString();
  } catch {
    // Cut short, not compressed, or a bomb: none of them can be read.
    throw new Refusal(400, 'The sarif field is not gzip compressed data.');
  }
}

const Rule = z.object({
  id: z.string(),
  properties: z.object({ tags: z.array(z.string()).default([]) }).default({ tags: [] }),
});

const Location = z.object({
  physicalLocation: z.object({
    artifactLocation: z.object({ uri: z.string().min(1) }),
    region: z.object({ startLine: z.int().min(1) }).optional(),
  }),
});

const Result = z.object({
  message: z.object({ text: z.string() }),
  locations: z.array(Location).min(1, 'expected at least one location'),
});

const Run = z.object({
  tool: z.object({
    driver: z.object({
      name: z.string().min(1),
      version: z.string().optional(),
      semanticVersion: z.string().optional(),
      rules: z.array(Rule).default([]),
    }),
    extensions: z.array(z.unknown()).default([]),
  }),
  automationDetails: z.object({ id: z.string().default('') }).default({ id: '' }),
  results: z.array(Result).default([]),
});

const Sarif = z.object({ version: z.literal('2.1.0'), runs: z.array(Run) });

interface Inspected {
  readonly runs: readonly SarifRun[];
  readonly errors: readonly string[];
}

/** One limit that is passed, or one place that is wrong, and nothing of the file is taken. */
function inspect(text: string): Inspected {
  const read = Sarif.safeParse(parsed(text));
  if (!read.success)
    return {
      runs: [],
      errors: read.error.issues.slice(0, 10).map(({ path, message }) => at(path, message)),
    };
  const { runs } = read.data;
  const errors = [
    ...over('runs', runs.length, limits.runs),
    ...runs.flatMap(({ tool, results }) => [
      ...over('results per run', results.length, limits.results),
      ...over('rules per run', tool.driver.rules.length, limits.rules),
      ...over('tool extensions per run', tool.extensions.length, limits.extensions),
      ...over(
        'locations per result',
        most(results, (each) => each.locations.length),
        limits.locations,
      ),
      ...over(
        'tags per rule',
        most(tool.driver.rules, (each) => each.properties.tags.length),
        limits.tags,
      ),
    ]),
  ];
  return { runs: errors.length > 0 ? [] : runs.map(runOf), errors };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema then says that there is no file of this kind.
    return undefined;
  }
}

function at(path: readonly PropertyKey[], message: string): string {
  const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  return `instance${place.join('')} ${message}`;
}

function over(what: string, count: number, limit: number): readonly string[] {
  if (count <= limit) return [];
  return [`rejecting SARIF, as there are more ${what} than allowed (${count} > ${limit})`];
}

function most<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((top, item) => Math.max(top, count(item)), 0);
}

function runOf({ tool, automationDetails, results }: z.output<typeof Run>): SarifRun {
  const { name, version, semanticVersion, rules } = tool.driver;
  return {
    tool: name,
    toolVersion: semanticVersion ?? version ?? null,
    category: automationDetails.id.replace(/\/[^/]*$/, ''),
    // What is beyond is counted but not kept.
    results: Math.min(5000, results.length),
    rules: rules.length,
  };
}

/** Throws 404 when there is none with this id. Asked for the first time it is still pending. */
export function sarifState(scope: Scope, id: string) {
  demandScanning(scope, 'read');
  const upload = scope.repository.scanning.uploads.find((each) => each.id === id);
  if (!upload) throw notFound();
  upload.asked += 1;
  const failed = upload.errors.length > 0 ? 'failed' : 'complete';
  return { upload, state: upload.asked === 1 ? 'pending' : failed } as const;
}
