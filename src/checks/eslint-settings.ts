/** Where a repository keeps its rules for ESLint, and from which folder each of its files is linted. */

const flat = /(?:^|\/)eslint\.config\.[cm]?[jt]s$/;
const old = /(?:^|\/)\.eslintrc(?:\.(?:c?js|ya?ml|json))?$/;

/** Files that say how ESLint looks, and the folders in which repositories keep rules of their own. */
export const eslintConfiguration =
  /(?:^|\/)(?:eslint\.config\.[cm]?[jt]s|\.eslintrc(?:\.(?:c?js|ya?ml|json))?|\.eslintignore)$|(?:^|\/)\.?eslint(?:[-.]\w+)*\//;

/** Whether rules lie at the root. */
export function configuresEslint(paths: readonly string[]): boolean {
  return paths.some((path) => !path.includes('/') && (flat.test(path) || old.test(path)));
}

/** Whether there are rules anywhere. */
export function usesEslint(paths: readonly string[]): boolean {
  return paths.some((path) => flat.test(path) || old.test(path));
}

/** Files that are linted together. */
export interface LintGroup {
  /** Where ESLint is started; '.' for the root. */
  readonly folder: string;
  /** Whether the rules are of the kind that ESLint 10 reads no more. */
  readonly isOld: boolean;
  readonly paths: readonly string[];
}

/** The wanted files by the nearest rules above them; what has none is not linted, as its own project does not lint it. */
export function lintGroups(
  all: readonly string[],
  wanted: readonly string[],
): readonly LintGroup[] {
  const flatIn = new Set(all.filter((path) => flat.test(path)).map(folderOf));
  const oldIn = new Set(all.filter((path) => old.test(path)).map(folderOf));
  const groups = new Map<string, LintGroup>();
  for (const path of wanted) {
    const above = foldersAbove(path);
    const ruled = above.find((folder) => flatIn.has(folder));
    const isOld = ruled === undefined;
    if (isOld && !above.some((folder) => oldIn.has(folder))) continue;
    // The old kind is gathered from all folders above a file, and its plugins are looked for at the root.
    const folder = ruled ?? '.';
    const key = `${String(isOld)} ${folder}`;
    const paths = [...(groups.get(key)?.paths ?? []), path];
    groups.set(key, { folder, isOld, paths });
  }
  return [...groups.values()];
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
}

/** The nearest first, the root last. */
function foldersAbove(path: string): readonly string[] {
  const folder = folderOf(path);
  return folder === '.' ? ['.'] : [folder, ...foldersAbove(folder)];
}
