/** Reads yarn.lock, of version 1 and of the later ones, which look alike line by line. */
import {
  originOfArchive,
  dependency,
  type Dependency,
  type LockfileReader,
} from '#checks/dependencies/dependency.ts';

interface Block {
  readonly line: number;
  /** `name@range`, as many as came to the same package. */
  readonly descriptors: readonly string[];
  readonly values: Map<string, string>;
}

export const yarnLock: LockfileReader = (text) => {
  const blocks = blocksOf(text);
  if (blocks.length === 0 && !text.startsWith('# ')) return undefined;
  const packages = blocks.filter(({ descriptors }) => !descriptors.includes('__metadata'));
  const asked = new Set(packages.flatMap(({ descriptors }) => descriptors.map(plain)));
  return {
    dependencies: packages.flatMap(ofBlock),
    holds: ({ name, spec, origin }) =>
      origin !== 'registry' || /^(?:catalog|patch|npm):/.test(spec) || asked.has(`${name}@${spec}`),
  };
};

/** Lines without indentation open a package; those with two spaces are its own. */
function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    const header = /^([^\s#].*):\s*$/.exec(line)?.[1];
    const [, key, value] = /^ {2}"?(\w+)"?:?\s+"?([^"]*)"?\s*$/.exec(line) ?? [];
    if (header !== undefined) {
      const descriptors = header.replaceAll('"', '').split(/,\s*/);
      blocks.push({ line: at + 1, descriptors, values: new Map() });
    } else if (key !== undefined) {
      blocks.at(-1)?.values.set(key, value ?? '');
    }
  }
  return blocks;
}

function plain(descriptor: string): string {
  return descriptor.replace(/@npm:/, '@');
}

function ofBlock({ line, descriptors, values }: Block): readonly Dependency[] {
  const resolution = values.get('resolution');
  const locator = resolution ?? descriptors[0] ?? '';
  const at = locator.indexOf('@', 1);
  if (at < 0 || /@(?:workspace|link|portal|file):/.test(locator)) return [];
  const target = locator.slice(at + 1);
  const known = {
    ecosystem: 'npm',
    name: aliased(target) ?? locator.slice(0, at),
    version: values.get('version') ?? null,
    line,
  } as const;
  if (resolution === undefined) {
    const address = values.get('resolved') ?? null;
    const origin = originOfArchive(address);
    return [dependency({ ...known, address, origin, hasHash: values.has('integrity') })];
  }
  const hasHash = values.has('checksum');
  const isRegistered = target.startsWith('npm:');
  const address = isRegistered ? null : target;
  return [dependency({ ...known, address, origin: originOfArchive(address), hasHash })];
}

/** `name@npm:other@1.0.0` is what it is called here; the package is the other one. */
function aliased(target: string): string | undefined {
  return /^npm:((?:@[^/@]+\/)?[^/@]+)@/.exec(target)?.[1];
}
