/** Reads what go.mod and Gemfile ask for, line by line. */
import {
  dependency,
  originOf,
  type Asked,
  type LockfileReader,
  type ManifestReader,
} from '#checks/dependencies/dependency.ts';

/** Modules with the versions that count; those that are replaced by a folder are the repository's own. */
export const goMod: ManifestReader = (text) => {
  if (!/^module\s/m.test(text)) return undefined;
  const replaced = new Map(
    [...text.matchAll(/^\s*(?:replace\s+)?(\S+)(?:\s+v\S+)?\s+=>\s+(\S+)(?:\s+(v\S+))?/gm)].map(
      ([, name = '', target = '', version]) => [name, { target, version }],
    ),
  );
  return text.split('\n').flatMap((line, at): readonly Asked[] => {
    const [, name, spec] = required.exec(line) ?? [];
    if (name === undefined || spec === undefined || line.includes('=>')) return [];
    const known = { ecosystem: 'Go', name, spec, line: at + 1, origin: 'registry' } as const;
    const other = replaced.get(name);
    if (other === undefined) return [known];
    if (other.version === undefined) return [{ ...known, origin: originOf(other.target) }];
    return [{ ...known, name: other.target, spec: other.version }];
  });
};

const required = /^\s*(?:require\s+)?([\w.-]+\.[\w.-]+\/\S+)\s+(v\S+)/;

/** go.mod names the versions that are built: it is the lockfile as well. OSV writes them without their `v`. */
export const goModules: LockfileReader = (text) => {
  const asked = goMod(text);
  if (asked === undefined) return undefined;
  return {
    dependencies: asked
      .filter(({ origin }) => origin === 'registry')
      .map(({ name, spec, line }) =>
        dependency({ ecosystem: 'Go', name, line, version: spec.replace(/^v/, '') }),
      ),
    holds: () => true,
  };
};

export const gemfile: ManifestReader = (text) =>
  text.split('\n').flatMap((line, at): readonly Asked[] => {
    const [, name, rest = ''] = /^\s*gem[\s(]+["']([\w.-]+)["'](.*)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const isGit = /\b(?:git|github|gitlab|bitbucket|gist)(?::|\s*=>)/.test(rest);
    const origin = isGit ? 'git' : /\bpath(?::|\s*=>)/.test(rest) ? 'path' : 'registry';
    const spec = /^\s*,\s*["']([^"']+)["']/.exec(rest)?.[1] ?? '';
    return [{ ecosystem: 'RubyGems', name, spec, line: at + 1, origin }];
  });
