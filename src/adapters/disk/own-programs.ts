/** Own programs: what checks run that is ours, on top of a package; its version changes with our rules, so that nothing older is recalled. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { InstalledTool } from '#ports/tools.ts';
import { packagedTool } from './tools.ts';

interface OwnProgram {
  readonly name: string;
  /** The package that it stands on, whose version it has. */
  readonly of: string;
  /** The program first, then the files and folders that say how it looks; all below `src/inside`. */
  readonly parts: readonly [string, ...string[]];
}

const programs: readonly OwnProgram[] = [
  {
    name: 'ast-grep',
    of: '@ast-grep/napi',
    parts: ['ast-grep.ts', 'each-file.ts', 'grammars.ts', 'shapes.ts', 'trace.ts', 'rules'],
  },
  { name: 'eslint-security', of: 'eslint', parts: ['eslint-security.ts', 'each-file.ts'] },
  { name: 'typescript', of: 'typescript', parts: ['typecheck.ts', 'typecheck-options.ts'] },
];

/** Throws where their packages are not installed. */
export function ownPrograms(root: string): readonly InstalledTool[] {
  return programs.map(({ name, of, parts }) => {
    const { version } = packagedTool(root, { name: of, program: '' });
    return {
      name,
      version: `${version}+${digestOf(join(root, 'src/inside'), parts)}`,
      command: ['/opt/tools/bin/node', `/opt/tools/src/inside/${parts[0]}`],
    };
  });
}

function digestOf(folder: string, parts: readonly string[]): string {
  const hash = createHash('sha256');
  const files = parts.flatMap((part) => {
    const isFolder = statSync(join(folder, part)).isDirectory();
    return isFolder ? readdirSync(join(folder, part)).map((name) => `${part}/${name}`) : [part];
  });
  for (const file of files.sort()) hash.update(file).update(readFileSync(join(folder, file)));
  return hash.digest('hex').slice(0, 8);
}
