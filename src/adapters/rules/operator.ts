/** Policy files on disk, the operator's above all: read and checked once, at the start; what is wrong with them is told at once. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { SluiceError } from '#core/errors.ts';
import type { Policy, PolicySet } from '#core/policies.ts';
import {
  expressionProblem,
  readPolicies,
  readSettings,
  type SettingProblem,
} from '#core/settings-text.ts';
import { checkPolicies } from './rules.ts';

/**
 * A file of policies, settings of a repository (`sluice.yml`), a file in Rego, or a folder of such. `root` is the checkout.
 * Throws invalid `policies-invalid` that names every problem with file and line.
 */
export async function readPolicySet(root: string, path: string): Promise<PolicySet> {
  const files = await filesAt(path);
  const sets = await Promise.all(
    files.filter(({ name }) => /\.ya?ml$/.test(name)).map((file) => policiesIn(root, file)),
  );
  const rego = files.filter(({ name }) => name.endsWith('.rego') && !name.endsWith('_test.rego'));
  const policies = sets.flat();
  if (policies.length + rego.length === 0) throw invalid(`${path} holds no policies.`);
  return { policies, rego: rego.map(({ name, text }) => ({ path: name, text })) };
}

interface Read {
  /** Relative to the folder, or the name of the file. */
  readonly name: string;
  readonly text: string;
}

async function policiesIn(root: string, { name, text }: Read): Promise<readonly Policy[]> {
  const read = basename(name) === 'sluice.yml' ? ofSettings(text) : readPolicies(text);
  if ('problems' in read) throw invalid(read.problems.map(toldOf(name)).join('\n'));
  const found = await checkPolicies(root, read.policies);
  if (found.length === 0) return read.policies;
  throw invalid(found.map((one) => toldOf(name)(expressionProblem(text, one))).join('\n'));
}

function ofSettings(text: string): ReturnType<typeof readPolicies> {
  const read = readSettings(text);
  return 'problems' in read ? read : read.settings;
}

function toldOf(name: string) {
  return ({ line, key, problem, remedy }: SettingProblem) =>
    `${name}, line ${String(line)}:${key === '' ? '' : ` ${key}:`} ${problem} ${remedy}`;
}

function invalid(message: string): SluiceError {
  return new SluiceError({ code: 'policies-invalid', kind: 'invalid', message });
}

async function filesAt(path: string): Promise<readonly Read[]> {
  try {
    const isFolder = (await stat(path)).isDirectory();
    const found = isFolder
      ? (await readdir(path, { recursive: true })).map((name) => join(path, name)).sort()
      : [path];
    const wanted = found.filter((file) => /\.(?:ya?ml|rego)$/.test(file));
    return await Promise.all(
      wanted.map(async (file) => ({
        name: isFolder ? relative(path, file) : basename(file),
        text: await readFile(file, 'utf8'),
      })),
    );
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`${path} cannot be read: ${why}.`);
  }
}
