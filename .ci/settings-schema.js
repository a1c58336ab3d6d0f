/** Writes .github/sluice.schema.json from the schema in src/core/settings.ts: `node .ci/settings-schema.js`. A test compares the two. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { settingsSchema } from '../src/core/settings-text.ts';

mkdirSync(new URL('../.github', import.meta.url), { recursive: true });
const file = new URL('../.github/sluice.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(settingsSchema(), null, 2)}\n`);
