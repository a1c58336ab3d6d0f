/** The operator's rules: reads a file or a folder once, at the start; what is wrong with it keeps the App from starting. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { SluiceError } from '#core/errors.ts';
import type { Policy, PolicySet } from '#core/policies.ts';
import { expressionProblem, readPolicies, type SettingProblem } from '#core/settings-text.ts';
import { checkPolicies } from './rules.ts';

/** Throws invalid `policies-invalid` that names every problem with file and line. `root` is the checkout. */
export async function readOperatorPolicies(root: string, path: string): Promise<PolicySet> {
  const files = await filesAt(path);
  const sets = await Promise.all(
    files
      .filter(({ name }) => /\.ya?ml$/.test(name))
      .map(({ name, text }) => policiesIn(root, name, text)),
  );
  const rego = files
    .filter(({ name }) => name.endsWith('.rego') && !name.endsWith('_test.rego'))
    .map(({ name, text }) => ({ path: name, text }));
  const policies = sets.flat();
  if (policies.length + rego.length === 0) {
    throw invalid(`SLUICE_POLICIES: ${path} holds no policies.`);
  }
  return { policies, rego };
}

/** The policies of one YAML file, read and checked. Throws invalid `policies-invalid`. */
export async function policiesIn(
  root: string,
  name: string,
  text: string,
): Promise<readonly Policy[]> {
  const read = readPolicies(text);
  if ('problems' in read) throw invalid(read.problems.map(toldOf(name)).join('\n'));
  const found = await checkPolicies(root, read.policies);
  if (found.length === 0) return read.policies;
  throw invalid(found.map((one) => toldOf(name)(expressionProblem(text, one))).join('\n'));
}

function toldOf(name: string) {
  return ({ line, key, problem, remedy }: SettingProblem) =>
    `${name}, line ${String(line)}:${key === '' ? '' : ` ${key}:`} ${problem} ${remedy}`;
}

function invalid(message: string): SluiceError {
  return new SluiceError({ code: 'policies-invalid', kind: 'invalid', message });
}

interface Read {
  /** Relative to the folder, or the name of the file. */
  readonly name: string;
  readonly text: string;
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
        name: isFolder ? relative(path, file) : file.slice(file.lastIndexOf('/') + 1),
        text: await readFile(file, 'utf8'),
      })),
    );
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`SLUICE_POLICIES: ${path} cannot be read: ${why}.`);
  }
}
