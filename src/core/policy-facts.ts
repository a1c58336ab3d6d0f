/** Policy facts: the one record of a change that owners' rules may use. Plain, without nulls, so that a rule needs no exceptions. */
import { z } from 'zod';
import { noCost, type Cost } from './budget.ts';
import type { FileChange } from './change.ts';
import type { EvidenceRow } from './evidence.ts';
import { levels, type Finding } from './finding.ts';
import { lineDifference } from './line-diff.ts';
import { riskOf, tiers } from './risk.ts';

const count = (about: string) => z.int().min(0).describe(about);
const text = (about: string) => z.string().describe(about);

const ChangedFile = z.strictObject({
  path: text("Relative to the repository's root, with forward slashes."),
  kind: z.enum(['added', 'modified', 'deleted']).describe('What the change does to the file.'),
  added: count('Lines that come in; 0 of a file that is no text.'),
  deleted: count('Lines that go; 0 of a file that is no text.'),
  mode: z.enum(['100644', '100755']).describe('100755 of a file that can be run.'),
  binary: z.boolean().describe('Whether it is no text.'),
});

const Change = z.strictObject({
  files: z.array(ChangedFile).describe('Every file, sorted by path.'),
  added: count('Lines that come in, of all files.'),
  deleted: count('Lines that go, of all files.'),
  message: text('The message of the commit or the title of the pull request.'),
});

const NewFinding = z.strictObject({
  check: text('The check that says so.'),
  rule: text("The rule by the tool's own name."),
  level: z.enum(levels).describe('How bad it is.'),
  path: text('The file.'),
  line: count('Counted from 1; 0 of a finding about the file as a whole.'),
});

const Checked = z.strictObject({
  name: text('The check.'),
  state: z
    .enum(['clean', 'findings', 'partial', 'crashed', 'timed-out', 'skipped'])
    .describe('How it ended; only the first two looked at everything.'),
});

const Spending = z.strictObject({
  calls: count('Calls of the model.'),
  tokens: count('Tokens in and out.'),
  usd: z.number().min(0).describe('US dollars; 0 where no price is known.'),
});

/** Add fields as you like; a field that goes or changes its meaning is a new version. */
export const PolicyFacts = z
  .strictObject({
    version: z.int().describe('Of this record: 1.'),
    flow: z
      .enum(['generate', 'check'])
      .describe('`generate`: a change that Sluice made. `check`: a pull request that it looks at.'),
    repository: z
      .strictObject({
        owner: text('Who it belongs to.'),
        name: text('Without its owner.'),
        private: z.boolean().describe('Whether only some may read it.'),
      })
      .describe('The repository.'),
    base: text('The branch that the change is for.'),
    number: count('Of the issue or pull request.'),
    labels: z.array(z.string()).describe('On the issue or pull request, at this moment.'),
    requester: z
      .strictObject({
        login: text('Their name.'),
        permission: z
          .enum(['none', 'read', 'triage', 'write', 'maintain', 'admin'])
          .describe('What they may do, asked at this moment.'),
        kind: z.enum(['person', 'bot']).describe('Anything but a person is a bot.'),
      })
      .describe('Who asked for the run, or pushed.'),
    author: z
      .strictObject({
        login: text('Their name, or that of the model.'),
        kind: z.enum(['model', 'person', 'bot']).describe('What they are.'),
      })
      .describe('Who wrote the change.'),
    change: Change.describe('What it does to the files.'),
    findings: z.array(NewFinding).describe('What the checks found that was not there before.'),
    checks: z.array(Checked).describe('The checks that were asked.'),
    risk: z
      .strictObject({
        tier: z.enum(tiers).describe('The worst of its reasons.'),
        reasons: z.array(z.string()).describe('Sentences.'),
      })
      .describe('From paths and sizes alone.'),
    budget: z
      .strictObject({
        spent: Spending.describe('So far, in this run.'),
        limit: Spending.describe('What this run may spend; 0 where there is none.'),
      })
      .describe('Of the model.'),
    evidence: z
      .array(
        z.strictObject({
          name: text('What ran.'),
          before: text('Its result on the base commit, in words.'),
          after: text('With the change.'),
          verdict: z.enum(['proves', 'holds', 'breaks', 'unknown']).describe('What that means.'),
        }),
      )
      .describe('Tests and linter of the repository; empty where none ran.'),
  })
  .describe('What rules of owners may use.');
export type PolicyFacts = Readonly<z.infer<typeof PolicyFacts>>;

export interface FactParts extends Pick<
  PolicyFacts,
  'flow' | 'repository' | 'base' | 'number' | 'requester' | 'author'
> {
  readonly labels: readonly string[];
  readonly message: string;
  readonly files: readonly FileChange[];
  /** The text of each changed file on the base commit; a new file is not in it, one that is no text is null. */
  readonly originals: ReadonlyMap<string, string | null>;
  readonly findings?: readonly Finding[];
  readonly checks?: PolicyFacts['checks'];
  readonly spent?: Cost;
  /** US dollars and calls that the run may cost. */
  readonly limits?: { readonly calls: number; readonly usd: number };
  readonly evidence?: readonly EvidenceRow[];
}

/** The record of a change, computed from what a flow knows. The same parts give the same record. */
export function policyFacts(parts: FactParts): PolicyFacts {
  const { files, originals, spent = noCost, limits = { calls: 0, usd: 0 } } = parts;
  const { flow, repository, base, number, requester, author, checks = [] } = parts;
  const changed = files
    .map((file) => changedFile(file, originals))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const { tier, reasons } = riskOf(changed);
  return {
    version: 1,
    ...{ flow, repository, base, number, requester, author, checks },
    labels: [...parts.labels].sort(),
    change: {
      files: changed,
      added: sum(changed.map(({ added }) => added)),
      deleted: sum(changed.map(({ deleted }) => deleted)),
      message: parts.message,
    },
    findings: (parts.findings ?? []).map(({ check, rule, level, path, line }) => {
      return { check, rule, level, path, line: line ?? 0 };
    }),
    risk: { tier, reasons: [...reasons] },
    budget: {
      spent: {
        calls: spent.calls,
        tokens: spent.inputTokens + spent.outputTokens,
        usd: spent.usd ?? 0,
      },
      limit: { ...limits, tokens: 0 },
    },
    evidence: (parts.evidence ?? []).map(({ name, before, after, verdict }) => {
      return { name, before, after, verdict };
    }),
  };
}

function changedFile(
  { path, mode, content }: FileChange,
  originals: FactParts['originals'],
): z.infer<typeof ChangedFile> {
  const before = originals.get(path);
  const binary = before === null || content?.encoding === 'base64';
  const kind = content === null ? 'deleted' : before === undefined ? 'added' : 'modified';
  if (binary) return { path, kind, mode, binary, added: 0, deleted: 0 };
  const { added, removed } = lineDifference(before, content?.text);
  return { path, kind, mode, binary, added: added.length, deleted: removed.length };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

/** As JSON Schema, for editors and for whoever writes rules. */
export function policyFactsSchema(): object {
  return z.toJSONSchema(PolicyFacts);
}

/** What a small change looks like, to write and try rules with. */
export const exampleFacts: PolicyFacts = {
  version: 1,
  flow: 'generate',
  repository: { owner: 'acme', name: 'tally', private: true },
  base: 'main',
  number: 12,
  labels: ['bug', 'sluice'],
  requester: { login: 'ada', permission: 'write', kind: 'person' },
  author: { login: 'gpt-5-mini', kind: 'model' },
  change: {
    files: [
      {
        ...{ path: 'src/auth/session.ts', kind: 'modified', added: 4, deleted: 1 },
        ...{ mode: '100644', binary: false },
      },
      {
        ...{ path: 'test/session.test.ts', kind: 'added', added: 20, deleted: 0 },
        ...{ mode: '100644', binary: false },
      },
    ],
    added: 24,
    deleted: 1,
    message: 'Fix: sessions outlive their password',
  },
  findings: [
    {
      ...{ check: 'bandit', rule: 'S105', level: 'warning' },
      ...{ path: 'src/auth/session.ts', line: 7 },
    },
  ],
  checks: [{ name: 'secrets', state: 'clean' }],
  risk: {
    tier: 'high',
    reasons: [
      'It touches who may do what: owners, sign-in, permissions, secrets or cryptography: src/auth/session.ts.',
    ],
  },
  budget: {
    spent: { calls: 6, tokens: 41_000, usd: 0.21 },
    limit: { calls: 40, tokens: 0, usd: 3 },
  },
  evidence: [
    { name: 'The new test', before: '1 failed', after: '1 passed', verdict: 'proves' },
    { name: 'All tests', before: '80 passed', after: '81 passed', verdict: 'holds' },
  ],
};
