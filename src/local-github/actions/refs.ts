/** Branches and tags: made, moved and removed through the API. */
import { demand, tokenAllows } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { resolveCommit, typeOf } from '#local-github/git/objects.ts';
import { isRefName } from '#local-github/git/loose.ts';
import { isAncestor, moveRef, readRef } from '#local-github/git/refs.ts';
import type { Ref } from '#local-github/git/refs.ts';
import { workflowsTouched } from '#local-github/git/workflows.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import type { Release } from '#local-github/state/releases.ts';
import { pushed } from './pushes.ts';

export const contentsWrite = { permission: 'contents', level: 'write', role: 'write' } as const;

/** Whether the caller may write `.github/workflows`: people may, an App needs the workflows permission. */
export function mayWriteWorkflows({ caller }: Scope): boolean {
  return caller.kind !== 'installation' || tokenAllows(caller.token, 'workflows', 'write');
}

export function workflowRefusal(path: string): Refusal {
  const words = `refusing to allow a GitHub App to create or update workflow`;
  return new Refusal(403, `${words} \`${path}\` without \`workflows\` permission`);
}

/** Throws 403 when a commit that no branch has yet touches workflow files, and the caller may not. */
export async function checkWorkflows(scope: Scope, sha: string): Promise<void> {
  if (mayWriteWorkflows(scope)) return;
  const [path] = await workflowsTouched(scope.repository.folder, sha);
  if (path !== undefined) throw workflowRefusal(path);
}

/** The ref of exactly this name. Throws 404, or what else `none` says. */
export async function refByName(
  { repository: { folder } }: Scope,
  name: string,
  none = notFound(),
): Promise<Ref> {
  const sha = name.startsWith('refs/') ? await readRef(folder, name) : undefined;
  const type = sha === undefined ? undefined : await typeOf(folder, sha);
  if (sha === undefined || type === undefined) throw none;
  return { name, sha, type };
}

function findRef(scope: Scope, name: string): Promise<Ref> {
  return refByName(scope, name, new Refusal(422, 'Reference does not exist'));
}

/** Branches point at commits; anything else may be tagged. */
async function checkTarget(scope: Scope, name: string, sha: string): Promise<void> {
  const type = await typeOf(scope.repository.folder, sha);
  if (type === undefined) throw new Refusal(422, 'Object does not exist');
  if (name.startsWith('refs/heads/') && type !== 'commit')
    throw new Refusal(422, 'Object is not a commit');
  if (type === 'commit') await checkWorkflows(scope, sha);
}

/** `refs/pull` belongs to GitHub. */
function checkName(name: string): void {
  if (!/^refs\/[^/]+\/./.test(name))
    throw new Refusal(422, "Reference name must start with 'refs/' and have at least two slashes.");
  if (name.startsWith('refs/pull/')) throw new Refusal(422, 'Reference cannot be updated');
  if (!isRefName(name)) throw new Refusal(422, `${name} is not a valid ref name.`);
}

export async function createRef(scope: Scope, name: string, sha: string): Promise<Ref> {
  const sender = demand(scope, contentsWrite);
  const { folder } = scope.repository;
  checkName(name);
  await checkTarget(scope, name, sha);
  if (!(await moveRef(folder, name, { before: null, after: sha })))
    throw new Refusal(422, 'Reference already exists');
  await pushed(scope, sender, [{ ref: name, before: null, after: sha }]);
  return refByName(scope, name);
}

/** The tag of an immutable release neither moves nor goes while the release is there. */
function checkLocked({ repository }: Scope, name: string, verb: 'update' | 'delete'): void {
  const locks = ({ immutable, tag }: Release): boolean => immutable && `refs/tags/${tag}` === name;
  if (!repository.releases.some(locks)) return;
  const words = `Repository rule violations found\n\nCannot ${verb} this protected ref.\n\n`;
  throw new Refusal(422, words);
}

export interface RefUpdate {
  readonly sha: string;
  readonly force: boolean;
}

export async function updateRef(scope: Scope, name: string, update: RefUpdate): Promise<Ref> {
  const sender = demand(scope, contentsWrite);
  const { folder } = scope.repository;
  checkName(name);
  const { sha: before } = await findRef(scope, name);
  checkLocked(scope, name, 'update');
  await checkTarget(scope, name, update.sha);
  const forward = update.force || (await goesForward(folder, before, update.sha));
  if (!forward) throw new Refusal(422, 'Update is not a fast forward');
  if (!(await moveRef(folder, name, { before, after: update.sha })))
    throw new Refusal(422, 'Reference cannot be updated');
  if (before !== update.sha)
    await pushed(scope, sender, [{ ref: name, before, after: update.sha }]);
  return refByName(scope, name);
}

async function goesForward(folder: string, before: string, after: string): Promise<boolean> {
  const [from, to] = [await resolveCommit(folder, before), await resolveCommit(folder, after)];
  return from !== undefined && to !== undefined && isAncestor(folder, from, to);
}

/** The default branch cannot be removed. */
export async function deleteRef(scope: Scope, name: string): Promise<void> {
  const sender = demand(scope, contentsWrite);
  checkName(name);
  const { sha: before } = await findRef(scope, name);
  checkLocked(scope, name, 'delete');
  if (name === `refs/heads/${scope.repository.defaultBranch}`)
    throw new Refusal(422, 'Cannot delete the default branch');
  await moveRef(scope.repository.folder, name, { before, after: null });
  await pushed(scope, sender, [{ ref: name, before, after: null }]);
}
