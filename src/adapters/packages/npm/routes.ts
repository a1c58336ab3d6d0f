/** What npm may ask the gate for: the documents and tarballs of one lockfile's packages. */
import type { Artifact } from '#adapters/packages/download.ts';
import type { Route, Routes } from '#adapters/packages/gate.ts';
import { tarballPath } from './lockfile.ts';
import type { LockedPackage } from './lockfile.ts';

function artifactOf(locked: LockedPackage, registry: string): Artifact {
  const { name, version, integrity, resolved } = locked;
  // Another host that a lockfile names is never asked: the same path on our registry is, and integrity decides.
  const address = resolved?.startsWith(registry)
    ? resolved
    : new URL(tarballPath(name, version), registry).href;
  return { label: `${name}@${version}`, address, integrity };
}

/** The registry's document of a package, as if the locked versions were all that was ever published. */
function documentOf(all: readonly LockedPackage[], host: string): unknown {
  const [first] = all;
  const versions: Record<string, unknown> = {};
  for (const locked of all) {
    const { name, version, integrity, manifest } = locked;
    const tarball = `http://${host}/${tarballPath(name, version)}`;
    versions[version] = { ...manifest, name, version, dist: { tarball, integrity } };
  }
  return { name: first?.name, 'dist-tags': { latest: first?.version }, versions };
}

/** `registry` ends in a slash. */
export function npmRoutes(packages: readonly LockedPackage[], registry: string): Routes {
  const routes = new Map<string, Route>();
  for (const [name, all] of Map.groupBy(packages, (locked) => locked.name)) {
    for (const spelled of [name, name.replace('/', '%2f'), name.replace('/', '%2F')]) {
      routes.set(`/${spelled}`, { document: (host) => documentOf(all, host) });
    }
  }
  for (const locked of packages) {
    const route = { artifact: artifactOf(locked, registry) };
    routes.set(`/${tarballPath(locked.name, locked.version)}`, route);
    // npm keeps the path of the lockfile's address and changes its host only.
    const own = locked.resolved === undefined ? null : URL.parse(locked.resolved);
    if (own) routes.set(own.pathname, route);
  }
  return routes;
}
