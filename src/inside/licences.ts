/**
 * Prints the licences of the packages that are installed, one JSON line for each: name and what its own metadata says.
 * Looks in node_modules and in .venv, follows no link, and needs nothing but Node.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes of metadata that are read. */
const most = 1_000_000;

function list(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return []; // Not installed: then there is nothing to tell of it.
  }
}

function read(file: string): string {
  try {
    return statSync(file).size > most ? '' : readFileSync(file, 'utf-8');
  } catch {
    return ''; // A package without metadata says nothing.
  }
}

function tell(ecosystem: string, name: unknown, licence: unknown): void {
  if (typeof name !== 'string' || typeof licence !== 'string') return;
  const line = { ecosystem, name: name.slice(0, 300), licence: licence.trim().slice(0, 1_000) };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function tellNpm(folder: string): void {
  const names = list(folder).flatMap((name) =>
    name.startsWith('@') ? list(join(folder, name)).map((inner) => join(name, inner)) : [name],
  );
  for (const name of names) {
    try {
      const manifest: unknown = JSON.parse(read(join(folder, name, 'package.json')) || '{}');
      if (typeof manifest !== 'object' || manifest === null) continue;
      tell('npm', name, 'license' in manifest ? manifest.license : undefined);
    } catch {
      // No JSON: nothing is known of it.
    }
  }
}

/** `License-Expression` is SPDX; the older field and the classifiers are words of people. */
function tellPython(folder: string): void {
  for (const each of list(folder).filter((name) => name.endsWith('.dist-info'))) {
    const [head = ''] = read(join(folder, each, 'METADATA')).split(/\r?\n\r?\n/);
    const of = (field: string) => new RegExp(`^${field}: (.+)$`, 'mi').exec(head)?.[1];
    const classifier = /^Classifier: License :: (?:OSI Approved :: )?(.+)$/m.exec(head)?.[1];
    const name = of('Name')
      ?.toLowerCase()
      .replace(/[-_.]+/g, '-');
    tell('PyPI', name, of('License-Expression') ?? classifier ?? of('License'));
  }
}

tellNpm('node_modules');
for (const python of list('.venv/lib')) tellPython(join('.venv/lib', python, 'site-packages'));
