/** Rules on dependencies that need nothing but the files: where the bytes come from, and whether they are pinned. */
import type { Said } from '#core/finding.ts';
import type { Asked, Dependency } from './dependency.ts';
import { nearMiss } from './near-miss.ts';
import type { Facts, Placed } from './read-all.ts';

export function ruleFindings({ dependencies, asked, astray }: Facts): readonly Said[] {
  return [
    ...asked.flatMap(ofAsked),
    ...astray.map((each) => ({
      ...at(each, 'out-of-step', 'warning'),
      message: `${each.lockfile} was not made for ${each.name} ${each.spec}: what is installed is not what is asked for. Let the package manager write it again.`,
    })),
    ...dependencies.flatMap(ofDependency),
    ...strangers(dependencies),
  ];
}

function at({ path, line }: Placed<{ readonly line: number }>, rule: string, level: Said['level']) {
  return { rule, level, path, line };
}

/** A range that any version fits. */
const unbound = /^(?:\*|x|latest|next|>=?\s*0(?:\.0)*)?$/i;

function ofAsked(each: Placed<Asked>): readonly Said[] {
  const { ecosystem, name, spec } = each;
  const near = nearMiss(ecosystem, name);
  const found: Said[] = ofOrigin(each);
  if (near !== undefined) {
    const message = `The name ${name} is almost that of the well-known package ${near}. Make sure that it is the one that is meant.`;
    found.push({ ...at(each, 'near-miss', 'warning'), message });
  }
  if (each.origin === 'registry' && ecosystem !== 'Go' && unbound.test(spec.trim())) {
    const message = `${name} is asked for in any version: the next one that is published comes in without a look.`;
    // A bare name is common where a lockfile stands beside it; to write that anything will do is not.
    found.push({ ...at(each, 'not-pinned', spec.trim() === '' ? 'note' : 'warning'), message });
  }
  return found;
}

function ofOrigin(each: Placed<Asked>): Said[] {
  const { name, spec, origin } = each;
  if (/^(?:git\+)?http:\/\//.test(spec)) {
    const message = `${name} comes over http: whoever is on the way can put something else in its place.`;
    return [{ ...at(each, 'plain-http', 'error'), message }];
  }
  if (origin === 'git') {
    // A commit of 40 digits stays what it is; a branch or a tag does not.
    if (/[0-9a-f]{40}/.test(spec)) return [];
    const message = `${name} comes from a git repository and is not pinned to a commit: no registry keeps it, and it can change.`;
    return [{ ...at(each, 'git-source', 'warning'), message }];
  }
  if (origin !== 'address') return [];
  const message = `${name} comes from an address and not from the registry, which keeps what was published and tells when it is found to do harm.`;
  return [{ ...at(each, 'address-source', 'warning'), message }];
}

function ofDependency(each: Placed<Dependency>): readonly Said[] {
  const { name, version, origin } = each;
  const label = `${name} ${version ?? ''}`.trim();
  const found: Said[] = [];
  if (each.hasHash === false && origin !== 'path') {
    const message = `No hash of ${label} stands in the lockfile: whatever the registry answers is taken.`;
    found.push({ ...at(each, 'no-hash', 'warning'), message });
  }
  if (
    each.address?.startsWith('http://') === true &&
    !/^http:\/\/(?:localhost|127\.)/.test(each.address)
  ) {
    const message = `${label} is fetched over http: whoever is on the way can put something else in its place.`;
    found.push({ ...at(each, 'plain-http', each.hasHash === true ? 'warning' : 'error'), message });
  }
  if (each.runsScript) {
    const message = `${label} runs a script of its own when it is installed.`;
    found.push({ ...at(each, 'install-script', 'warning'), message });
  }
  return found;
}

/** Packages that a lockfile takes from another host than most of its others. */
function strangers(dependencies: readonly Placed<Dependency>[]): readonly Said[] {
  const paths = Map.groupBy(dependencies, ({ path }) => path);
  return [...paths.values()].flatMap((all) => {
    const placed = all.flatMap((each) => {
      const host = each.origin === 'registry' ? hostOf(each.address) : undefined;
      return host === undefined ? [] : [{ each, host }];
    });
    const hosts = [...Map.groupBy(placed, ({ host }) => host)];
    const [usual] = hosts.sort(([, one], [, other]) => other.length - one.length);
    // PHP's packages come from wherever they are kept.
    return placed
      .filter(({ each, host }) => host !== usual?.[0] && each.ecosystem !== 'Packagist')
      .map(({ each, host }) => ({
        ...at(each, 'other-host', 'warning'),
        message: `${each.name} is fetched from ${host}, where most others come from ${usual?.[0] ?? ''}.`,
      }));
  });
}

function hostOf(address: string | null): string | undefined {
  return /^https?:\/\/([\w.-]+)/.exec(address ?? '')?.[1]?.toLowerCase();
}
