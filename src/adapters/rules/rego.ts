/** Rego: asks files of rules with `opa`, in the sandbox, without what reaches outside, the clock and chance, and with the facts' types checked. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { textBlob } from '#core/change.ts';
import { policyFactsSchema, type PolicyFacts } from '#core/policy-facts.ts';
import type { Owner, RegoFile, Ruled } from '#core/policies.ts';
import type { Execution, Sandbox, Workspace } from '#ports/sandbox.ts';
import type { Tools } from '#ports/tools.ts';
import { readAnswers } from './rego-answers.ts';

export interface RegoParts {
  readonly sandbox: Sandbox;
  readonly tools: Tools;
  readonly dataDir: string;
}

export interface RegoQuestion {
  readonly owner: Owner;
  readonly files: readonly RegoFile[];
  readonly facts: PolicyFacts;
}

/** Seconds of the engine's own limit, and milliseconds until it is ended from outside. */
const limits = { engine: 5, wall: 15_000 };
const most = { files: 50, characters: 500_000 };
/** Where the two files of ours lie beside the rules. */
const ours = { capabilities: 'sluice-capabilities.json', schema: 'sluice-facts.json' };

/** The answers of one owner's files. Whatever keeps them from being asked is one answer that blocks. */
export async function askRego(
  parts: RegoParts,
  { owner, files, facts }: RegoQuestion,
): Promise<readonly Ruled[]> {
  if (files.length === 0) return [];
  const opa = parts.tools.find('opa')?.command;
  const problem = opa === undefined ? withoutEngine(files) : problemOf(files);
  const said =
    problem === undefined && opa !== undefined
      ? await inSandbox(parts, (workspace) => evaluate(workspace, { opa, files, facts }))
      : (problem ?? '');
  if (typeof said !== 'string') return said.map((one) => ({ owner, ...one }));
  return [{ owner, name: 'rego', answer: 'block', reason: said, lift: null }];
}

function withoutEngine(files: readonly RegoFile[]): string {
  return `${named(files)} cannot be asked, as this App has no engine for Rego. Whoever runs it installs \`opa\` with \`npm run tools\`, or the files have to go.`;
}

function problemOf(files: readonly RegoFile[]): string | undefined {
  const size = files.reduce((sum, { text }) => sum + text.length, 0);
  if (files.length > most.files || size > most.characters) {
    return `There is more Rego than can be asked: at most ${String(most.files)} files of ${String(most.characters)} characters together.`;
  }
  const strange = files.filter(({ path }) => !/^[\w./-]+$/.test(path) || path.startsWith('-'));
  if (strange.length > 0)
    return `Names of Rego files may hold letters, digits, \`.\`, \`_\` and \`-\` only: ${named(strange)}.`;
  const elsewhere = files.filter(({ text }) => !/^[ \t]*package[ \t]+(?:sluice|lib)\b/m.test(text));
  if (elsewhere.length > 0) {
    return `${named(elsewhere)} would never be asked: rules stand in \`package sluice\` or below it, what they share in \`package lib\` or below it.`;
  }
  const mute = files.filter(
    ({ text }) =>
      /^[ \t]*package[ \t]+sluice\b/m.test(text) && !/^[ \t]*(?:block|warn)\b/m.test(text),
  );
  return mute.length === 0
    ? undefined
    : `${named(mute)} would say nothing: there is no rule named \`block\` or \`warn\`.`;
}

function named(files: readonly RegoFile[]): string {
  const shown = files.slice(0, 5).map(({ path }) => `\`${path}\``);
  return `${shown.join(', ')}${files.length > 5 ? ` and ${String(files.length - 5)} more` : ''}`;
}

/** In a workspace of nothing: the rules see the facts, never the repository. */
async function inSandbox<T>(
  { sandbox, dataDir }: RegoParts,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const path = join(dataDir, 'layers', 'nothing');
  await mkdir(path, { recursive: true });
  const workspace = await sandbox.open([{ key: 'nothing', path }]);
  try {
    return await work(workspace);
  } finally {
    await workspace.close();
  }
}

interface Evaluated {
  readonly opa: readonly string[];
  readonly files: readonly RegoFile[];
  readonly facts: PolicyFacts;
}

async function evaluate(
  workspace: Workspace,
  { opa, files, facts }: Evaluated,
): Promise<string | readonly Omit<Ruled, 'owner'>[]> {
  const run = (words: readonly string[], input?: string) =>
    workspace.exec({
      argv: [...opa, ...words],
      purpose: 'tool',
      timeout: limits.wall,
      ...(input === undefined ? {} : { input }),
    });
  const told = await run(['capabilities', '--current']);
  const capabilities = restricted(told);
  if (capabilities === undefined) return `The engine for Rego does not work here. ${tailOf(told)}`;
  const texts = [
    ...files,
    { path: ours.capabilities, text: capabilities },
    { path: ours.schema, text: JSON.stringify(policyFactsSchema()) },
  ];
  await workspace.write(
    texts.map(({ path, text }) => ({ path, mode: '100644', content: textBlob(text) })),
  );
  const data = files.flatMap(({ path }) => ['--data', path]);
  const fence = ['--capabilities', ours.capabilities, '--schema', ours.schema];
  const strict = ['--strict-builtin-errors', '--timeout', `${String(limits.engine)}s`];
  const how = ['--format', 'json', '--stdin-input', ...strict, ...fence, ...data];
  const done = await run(['eval', ...how, 'data.sluice'], JSON.stringify(facts));
  if (done.timedOut) return 'The rules in Rego took too long.';
  if (done.outOfMemory) return 'The rules in Rego need too much memory.';
  if (done.truncated) return 'The rules in Rego say more than can be read.';
  return readAnswers(done.stdout) ?? `The rules in Rego cannot be asked. ${tailOf(done)}`;
}

const Capabilities = z.looseObject({
  builtins: z.array(
    z.looseObject({ name: z.string(), nondeterministic: z.boolean().default(false) }),
  ),
});

/** What this engine can do, without what reaches outside, tells the time, throws dice or looks at the machine. */
function restricted({ exitCode, stdout }: Execution): string | undefined {
  if (exitCode !== 0) return undefined;
  const all = Capabilities.parse(JSON.parse(stdout));
  const reaching = /^(?:http|net|opa|rand|time\.now|uuid)\b/;
  const builtins = all.builtins.filter(
    ({ name, nondeterministic }) =>
      !nondeterministic && (!reaching.test(name) || name.startsWith('net.cidr_')),
  );
  return JSON.stringify({ ...all, builtins, allow_net: [] });
}

function tailOf({ stderr, exitCode }: Execution): string {
  const tail = stderr.trim().slice(-300);
  return tail === '' ? `It ended with ${String(exitCode ?? 'a signal')}.` : `It said: ${tail}`;
}
