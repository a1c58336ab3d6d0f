/** Python settings: which tools a repository of Python configures, by its own files, without reading them as TOML or INI. */
import type { Files } from './scripts.ts';

export interface PythonTool {
  /** Files that are only about this tool. */
  readonly files: RegExp;
  /** The beginning of its tables in pyproject.toml: `tool.ruff`. */
  readonly table: string;
  /** Files at the root in INI form, and its section in them. */
  readonly section?: { readonly files: readonly string[]; readonly name: string };
  /** Its hooks in .pre-commit-config.yaml. */
  readonly hooks?: readonly string[];
}

/** Whether a file of the repository says that it wants the tool. */
export async function configures(files: Files, tool: PythonTool): Promise<boolean> {
  const { paths } = files;
  if (paths.some((path) => tool.files.test(path))) return true;
  const tables = paths.filter((path) => /(?:^|\/)pyproject\.toml$/.test(path));
  const { files: sectioned = [], name = '' } = tool.section ?? {};
  const places = [
    ...tables.map((path) => ({ path, pattern: header(tool.table) })),
    ...sectioned.map((path) => ({ path, pattern: header(name) })),
    { path: '.pre-commit-config.yaml', pattern: hook(tool.hooks ?? []) },
  ];
  for (const { path, pattern } of places) {
    if (paths.includes(path) && pattern.test((await files.read(path)) ?? '')) return true;
  }
  return false;
}

/** The head of a table, or of one below it. */
function header(name: string): RegExp {
  return new RegExp(`^\\s*\\[{1,2}\\s*${name.replaceAll('.', '\\.')}\\s*[.\\]]`, 'm');
}

function hook(names: readonly string[]): RegExp {
  return new RegExp(`^[\\s-]*id:\\s*['"]?(?:${names.join('|') || '(?!)'})['"]?\\s*(?:#.*)?$`, 'm');
}

/** The lines of one table, without those below it; empty where there is none. */
export function tableOf(text: string, name: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const start = lines.findIndex((line) => line.replaceAll(' ', '').startsWith(`[${name}]`));
  if (start < 0) return '';
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('[') && !line.startsWith('["'));
  return rest.slice(0, end < 0 ? undefined : end).join('\n');
}
