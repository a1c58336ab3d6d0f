/**
 * Writes the generated parts of src/local-github/README.md: the kinds of faults, and the rules by area. A test compares
 * them. Run with `node .ci/local-github-readme.js` after a rule or a fault was added.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { rulesByArea } from '#local-github/probing/table.ts';
import { faultsTable } from '#local-github/trouble/table.ts';

const file = 'src/local-github/README.md';
const parts = { faults: faultsTable(), rules: rulesByArea() };

let text = readFileSync(file, 'utf8');
for (const [name, part] of Object.entries(parts))
  text = text.replace(
    new RegExp(`(<!-- ${name}[^>]*-->)[\\s\\S]*?(<!-- /${name} -->)`),
    (_, open, close) => `${open}\n\n${part}\n\n${close}`,
  );
writeFileSync(file, text);
