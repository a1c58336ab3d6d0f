/** Provenance: the trailers of a commit that say who made it from what, and by which evidence it can be checked again. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { EvidenceRow } from './evidence.ts';

export interface Provenance {
  readonly run: string;
  /** The commit on which the change stands. */
  readonly base: string;
  /** The test files that prove it. */
  readonly tests: readonly string[];
  /** How the tests are run, as a person types it. */
  readonly command: string;
  /** What `evidenceDigest` answered. */
  readonly evidence: string;
  readonly model: string;
  readonly requester: { readonly login: string; readonly id: number };
}

/** The same evidence of the same base has the same name. SHA-256, hexadecimal. */
export function evidenceDigest(
  base: string,
  tests: readonly string[],
  rows: readonly EvidenceRow[],
): string {
  const told = rows.map(({ name, command, before, after, verdict }) => [
    name,
    command,
    before,
    after,
    verdict,
  ]);
  return createHash('sha256')
    .update(JSON.stringify([base, [...tests].sort(), told]))
    .digest('hex');
}

/** A commit message: subject, body, and the trailers as its last paragraph. */
export function withTrailers(subject: string, body: string, provenance: Provenance): string {
  const { run, base, tests, command, evidence, model, requester } = provenance;
  const lines = [
    `Sluice-Run: ${run}`,
    `Sluice-Base: ${base}`,
    ...tests.map((path) => `Sluice-Test: ${path}`),
    `Sluice-Command: ${oneLine(command)}`,
    `Sluice-Evidence: sha256:${evidence}`,
    `Sluice-Model: ${oneLine(model)}`,
    `Co-authored-by: ${requester.login} <${String(requester.id)}+${requester.login}@users.noreply.github.com>`,
  ];
  return `${[oneLine(subject), body.trim(), lines.join('\n')].filter((part) => part !== '').join('\n\n')}\n`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

const Trailers = z.object({
  run: z.tuple([z.string()]),
  base: z.tuple([z.string().regex(/^[0-9a-f]{40,64}$/)]),
  tests: z.array(z.string()).min(1),
  command: z.tuple([z.string()]),
  evidence: z.tuple([z.string().regex(/^sha256:[0-9a-f]{64}$/)]),
  model: z.tuple([z.string()]),
});

/** What a commit's last paragraph says, or undefined where it is not whole: nothing in the body above counts. */
export function readTrailers(message: string): Omit<Provenance, 'requester'> | undefined {
  const last =
    message
      .trim()
      .split(/\n\s*\n/)
      .at(-1) ?? '';
  const all = (name: string) =>
    [...last.matchAll(/^Sluice-(\w+): (.+)$/gm)].flatMap(([, key, value]) =>
      key === name ? [value] : [],
    );
  const read = Trailers.safeParse({
    run: all('Run'),
    base: all('Base'),
    tests: all('Test'),
    command: all('Command'),
    evidence: all('Evidence'),
    model: all('Model'),
  });
  if (!read.success) return undefined;
  const { run, base, tests, command, evidence, model } = read.data;
  const digest = evidence[0].slice('sha256:'.length);
  return {
    run: run[0],
    base: base[0],
    tests,
    command: command[0],
    evidence: digest,
    model: model[0],
  };
}
