/** Semgrep's rules as a tool that checks need: its command is the folders in the sandbox, its version what is in them. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { InstalledTool } from '#ports/tools.ts';

/** Where an operator's own rules lie in the sandbox, below /opt/tools/src. */
export const operatorFolder = 'operator/semgrep';
export const operatorRules = `/opt/tools/src/${operatorFolder}`;

const ours = 'src/inside/semgrep';

/** Ours, and those of the operator's folder. Throws where that cannot be read. */
export function semgrepRules(root: string, operator: string | undefined): InstalledTool {
  const hash = createHash('sha256');
  for (const folder of [join(root, ours), ...(operator === undefined ? [] : [operator])]) {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf-8' }).sort()) {
      const path = join(folder, name);
      if (statSync(path).isFile()) hash.update(`${name}\0`).update(readFileSync(path));
    }
  }
  const command = [`/opt/tools/${ours}`, ...(operator === undefined ? [] : [operatorRules])];
  return { name: 'semgrep-rules', version: hash.digest('hex').slice(0, 8), command };
}
