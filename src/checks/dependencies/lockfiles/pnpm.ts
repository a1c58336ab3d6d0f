/** Reads pnpm-lock.yaml line by line: those of large repositories take a YAML parser seconds. */
import {
  originOf,
  dependency,
  type Dependency,
  type LockfileReader,
} from '#checks/dependencies/dependency.ts';

/** A line with the keys above it. */
interface Place {
  readonly keys: readonly string[];
  readonly value: string;
  readonly line: number;
}

export const pnpmLock: LockfileReader = (text) => {
  if (!/^lockfileVersion:/m.test(text)) return undefined;
  const places = placesOf(text);
  const own = places.filter(({ keys }) => keys[0] === 'packages' && keys.length > 1);
  const packages = Map.groupBy(own, ({ keys }) => keys[1] ?? '');
  const asked = new Map(places.flatMap(askedAt));
  const hasImporters = asked.size > 0;
  return {
    dependencies: [...packages].flatMap(([key, lines]) => ofPackage(key, lines) ?? []),
    holds: ({ name, spec, origin }) =>
      !hasImporters || origin === 'path' || spec.startsWith('catalog:') || asked.get(name) === spec,
  };
};

/** `importers: .: dependencies: NAME: specifier: RANGE`. */
function askedAt({ keys, value }: Place): readonly (readonly [string, string])[] {
  const [section, folder, group = '', name = '', what] = keys;
  if (section !== 'importers' || folder !== '.' || what !== 'specifier') return [];
  return group.endsWith('ependencies') ? [[name, value]] : [];
}

function placesOf(text: string): readonly Place[] {
  const open: { indent: number; key: string }[] = [];
  return text.split('\n').flatMap((line, at) => {
    const [, spaces, quoted, bare, value = ''] =
      /^( *)(?:'([^']*)'|([^\s#'"{-][^\s'":]*(?::[^\s'":]+)*)):(?:\s+(.*))?$/.exec(line) ?? [];
    const key = quoted ?? bare;
    if (spaces === undefined || key === undefined) return [];
    while ((open.at(-1)?.indent ?? -1) >= spaces.length) open.pop();
    open.push({ indent: spaces.length, key });
    return [{ keys: open.map((each) => each.key), value: unquoted(value), line: at + 1 }];
  });
}

function unquoted(value: string): string {
  return value.trim().replace(/^(['"])(.*)\1$/, '$2');
}

/** `name@1.0.0(peer@2)`, `/name@1.0.0`, or in old ones `/name/1.0.0_peer@2`. */
const keyForm = /^\/?((?:@[^/@]+\/)?[^/@]+)[@/](?:npm:)?([^(_]+)/;

function ofPackage(key: string, places: readonly Place[]): Dependency | undefined {
  const [, name, version] = keyForm.exec(key) ?? [];
  if (name === undefined || version === undefined) return undefined;
  const values = new Map(places.map(({ keys, value }) => [keys.at(-1), value]));
  const resolution = values.get('resolution') ?? '';
  const origin = originOfPackage(key, version, resolution);
  return dependency({
    ...{ ecosystem: 'npm', name, version: values.get('version') ?? version, origin },
    line: firstLine(places),
    address: origin === 'address' ? version : null,
    // What is in the repository or at a commit is told by that.
    hasHash: ['path', 'git'].includes(origin) ? null : /\bintegrity: /.test(resolution),
    runsScript: values.get('requiresBuild') === 'true',
  });
}

function firstLine(places: readonly Place[]): number {
  return places[0]?.line ?? 1;
}

function originOfPackage(key: string, version: string, resolution: string): Dependency['origin'] {
  if (/\btype: git\b|\brepo: /.test(resolution) || /codeload\.|\.git#/.test(key)) return 'git';
  return originOf(version);
}
