/** Reads what package.json and composer.json ask for. */
import { z } from 'zod';
import { jsonOf } from '#checks/parsers/parser.ts';
import { originOf, type Asked, type ManifestReader } from '#checks/dependencies/dependency.ts';
import { lineFinder } from '#checks/dependencies/lines.ts';

const specs = z.record(z.string(), z.unknown()).default({}).catch({});

/** The line of a name in its section: the same name stands in others too. */
function askedIn(text: string, sections: Readonly<Record<string, Record<string, unknown>>>) {
  const lineOf = lineFinder(text);
  return Object.entries(sections).flatMap(([section, packages]) => {
    const start = lineOf(`"${section}"`);
    return Object.entries(packages).flatMap(([name, spec]) =>
      typeof spec === 'string'
        ? [{ name, spec, line: lineOf(`${JSON.stringify(name)}:`, start - 1) }]
        : [],
    );
  });
}

const PackageJson = z.object({
  dependencies: specs,
  devDependencies: specs,
  optionalDependencies: specs,
});

export const packageJson: ManifestReader = (text) => {
  const read = PackageJson.safeParse(jsonOf(text));
  if (!read.success) return undefined;
  return askedIn(text, read.data).map((each) => ({
    ...each,
    ecosystem: 'npm',
    origin: originOf(each.spec),
  }));
};

const ComposerJson = z.object({ require: specs, 'require-dev': specs });

export const composerJson: ManifestReader = (text) => {
  const read = ComposerJson.safeParse(jsonOf(text));
  if (!read.success) return undefined;
  // `php`, `ext-json`: what is asked of the machine.
  const packages = askedIn(text, read.data).filter(({ name }) => name.includes('/'));
  return packages.map((each): Asked => ({
    ...each,
    name: each.name.toLowerCase(),
    ecosystem: 'Packagist',
    origin: 'registry',
  }));
};
