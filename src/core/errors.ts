/** The error catalogue: everything thrown is a SluiceError; its kind alone tells the engine what to do. */

export type ErrorKind =
  | 'invalid' // settings, spec or command not understood: stop, say what is wrong, where, how to fix it
  | 'refused' // no permission, gate says no: stop, say which rule and who may lift it
  | 'exhausted' // budget, quota, rate limit: defer until `retryAt`, or stop when there is none
  | 'unavailable' // network, 5xx, sandbox did not start: retry with backoff
  | 'unusable' // the model's answer cannot be read or applied: ask again with the reason
  | 'stale' // base moved, run superseded, object gone: drop quietly or start anew
  | 'defect'; // our bug: fail, keep evidence

export interface ErrorFacts {
  readonly code: string;
  readonly kind: ErrorKind;
  /** What is wrong and where, for people; never holds a secret. */
  readonly message: string;
  /** How to fix it. */
  readonly hint?: string;
  readonly retryAt?: Date;
  readonly cause?: unknown;
}

export class SluiceError extends Error {
  override readonly name = 'SluiceError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly hint: string | undefined;
  readonly retryAt: Date | undefined;

  constructor(facts: ErrorFacts) {
    super(facts.message, { cause: facts.cause });
    this.code = facts.code;
    this.kind = facts.kind;
    this.hint = facts.hint;
    this.retryAt = facts.retryAt;
  }
}

/** What was thrown, as a SluiceError: anything that is not one already is our bug. */
export function asSluiceError(thrown: unknown): SluiceError {
  if (thrown instanceof SluiceError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new SluiceError({ code: 'defect', kind: 'defect', message, cause: thrown });
}

/** One function per code: facts in, message, hint and kind out. Sorted by kind, then code. */
export const errors = {
  environmentInvalid: (
    problems: readonly {
      readonly name: string;
      readonly problem: string;
      readonly remedy: string;
    }[],
  ) =>
    new SluiceError({
      code: 'environment-invalid',
      kind: 'invalid',
      message: problems.map((each) => `${each.name} ${each.problem}. ${each.remedy}`).join('\n'),
      hint: 'The README lists every variable with its meaning.',
    }),
  appMissing: () =>
    new SluiceError({
      code: 'app-missing',
      kind: 'invalid',
      message:
        'No GitHub App is configured: APP_ID, PRIVATE_KEY_PATH and WEBHOOK_SECRET are missing.',
      hint: 'Run `npm run -s sluice -- serve`: it leads through registering one.',
    }),
  modelMissing: () =>
    new SluiceError({
      code: 'model-missing',
      kind: 'invalid',
      message: 'No model is configured.',
      hint: 'Set OPENAI_BASE_URL, OPENAI_API_KEY and SLUICE_MODEL to an OpenAI-compatible endpoint.',
    }),
  settingInvalid: (where: string, problem: string, hint: string) =>
    new SluiceError({
      code: 'setting-invalid',
      kind: 'invalid',
      message: `${where}: ${problem}`,
      hint,
    }),
  databaseMissing: (problem: string, cause?: unknown) =>
    new SluiceError({
      code: 'database-missing',
      kind: 'invalid',
      message: `${problem}, so there is no PostgreSQL to start here.`,
      hint: 'Set DATABASE_URL to a PostgreSQL 15 or newer.',
      cause,
    }),
  notAllowed: (rule: string, hint: string) =>
    new SluiceError({ code: 'not-allowed', kind: 'refused', message: rule, hint }),
  budgetSpent: (limit: string) =>
    new SluiceError({
      code: 'budget-spent',
      kind: 'exhausted',
      message: `The run's budget is used up: ${limit}.`,
      hint: 'Raise the limit in .github/sluice.yml, or make the issue smaller.',
    }),
  databaseUnavailable: (problem: string, cause?: unknown) =>
    new SluiceError({
      code: 'database-unavailable',
      kind: 'unavailable',
      message: `PostgreSQL cannot be reached: ${problem}`,
      hint: 'Check the server at DATABASE_URL, or postgres.log in the data directory.',
      cause,
    }),
  answerUnusable: (problem: string) =>
    new SluiceError({ code: 'answer-unusable', kind: 'unusable', message: problem }),
  modelStopped: (task: string, why: string) =>
    new SluiceError({
      code: 'model-stopped',
      kind: 'unusable',
      message: `The model gave no usable answer to "${task}": ${why}`,
    }),
  modelRejected: (reason: string, hint: string) =>
    new SluiceError({
      code: 'model-rejected',
      kind: 'invalid',
      message: `The model's endpoint rejects the request: ${reason}`,
      hint,
    }),
  /** Without a time, waiting does not help. */
  modelExhausted: (reason: string, retryAt: Date | undefined) =>
    new SluiceError({
      code: 'model-exhausted',
      kind: 'exhausted',
      message: `The model's endpoint has no quota left: ${reason}`,
      ...(retryAt === undefined ? {} : { retryAt }),
    }),
  modelUnavailable: (reason: string, hint?: string) =>
    new SluiceError({
      code: 'model-unavailable',
      kind: 'unavailable',
      message: `The model's endpoint gave no answer: ${reason}`,
      ...(hint === undefined ? {} : { hint }),
    }),
  recordingBroken: (name: string, cause: unknown) =>
    new SluiceError({
      code: 'recording-broken',
      kind: 'invalid',
      message: `The recording ${name} cannot be read.`,
      hint: 'Take it from version control again, or record it anew.',
      cause,
    }),
  promptBroken: (id: string, problem: string) =>
    new SluiceError({
      code: 'prompt-broken',
      kind: 'defect',
      message: `The prompt "${id}" is broken: ${problem}.`,
    }),
  notRecorded: (task: string, key: string) =>
    new SluiceError({
      code: 'not-recorded',
      kind: 'invalid',
      message: `No answer is recorded for this request of "${task}" (${key}).`,
      hint: 'The replay knows only the demo as it ships. Set OPENAI_BASE_URL and OPENAI_API_KEY to use a model.',
    }),
  sandboxUnavailable: (problem: string, remedy: string) =>
    new SluiceError({
      code: 'sandbox-unavailable',
      kind: 'refused',
      message: problem,
      hint: remedy,
    }),
  sandboxFailed: (problem: string) =>
    new SluiceError({
      code: 'sandbox-failed',
      kind: 'unavailable',
      message: problem,
      hint: 'Run `doctor`: it tries the sandbox and says what is missing.',
    }),
  workspaceRefused: (problem: string) =>
    new SluiceError({ code: 'workspace-refused', kind: 'invalid', message: problem }),
  /** `reason` is what the forge said, without secrets. */
  forgeRejected: (doing: string, reason: string, cause?: unknown) =>
    new SluiceError({
      code: 'forge-rejected',
      kind: 'invalid',
      message: `GitHub would not ${doing}: ${reason}`,
      cause,
    }),
  forgeRefused: (doing: string, reason: string, more: { hint: string; cause?: unknown }) =>
    new SluiceError({
      code: 'forge-refused',
      kind: 'refused',
      message: `GitHub does not let the App ${doing}: ${reason}`,
      ...more,
    }),
  forgeExhausted: (doing: string, retryAt: Date, cause?: unknown) =>
    new SluiceError({
      code: 'forge-exhausted',
      kind: 'exhausted',
      message: `GitHub's rate limit is used up; to ${doing} has to wait until ${retryAt.toISOString()}.`,
      retryAt,
      cause,
    }),
  forgeUnavailable: (doing: string, reason: string, cause?: unknown) =>
    new SluiceError({
      code: 'forge-unavailable',
      kind: 'unavailable',
      message: `GitHub could not be reached to ${doing}: ${reason}`,
      cause,
    }),
  forgeStale: (doing: string, reason: string, cause?: unknown) =>
    new SluiceError({
      code: 'forge-stale',
      kind: 'stale',
      message: `What was there to ${doing} is not there any more: ${reason}`,
      cause,
    }),
  flowUnknown: (flow: string) =>
    new SluiceError({
      code: 'flow-unknown',
      kind: 'defect',
      message: `This version of Sluice has no flow "${flow}".`,
    }),
  workersDied: (times: number) =>
    new SluiceError({
      code: 'workers-died',
      kind: 'defect',
      message: `The worker died ${times} times in this run, so it is not tried again.`,
      hint: 'Look for the reason (often memory) in the log of the machine.',
    }),
  superseded: (by: string) =>
    new SluiceError({
      code: 'superseded',
      kind: 'stale',
      message: `A newer run took over: ${by}.`,
    }),
  repositoryBroken: (where: string, problem: string) =>
    new SluiceError({
      code: 'repository-broken',
      kind: 'invalid',
      message: `${where} cannot be used: ${problem}`,
      hint: 'Run `git fsck` on a clone of the repository.',
    }),
  repositoryTooLarge: (where: string, limit: string) =>
    new SluiceError({
      code: 'repository-too-large',
      kind: 'invalid',
      message: `${where} is too large: ${limit}.`,
      hint: 'The limit is set by whoever runs this App.',
    }),
  remoteUnavailable: (where: string, problem: string) =>
    new SluiceError({
      code: 'remote-unavailable',
      kind: 'unavailable',
      message: `${where} could not be fetched: ${problem}`,
    }),
  commitGone: (where: string) =>
    new SluiceError({
      code: 'commit-gone',
      kind: 'stale',
      message: `${where} is not there any more.`,
    }),
  registryUnavailable: (problem: string) =>
    new SluiceError({
      code: 'registry-unavailable',
      kind: 'unavailable',
      message: `Packages could not be fetched: ${problem}`,
    }),
} as const;
