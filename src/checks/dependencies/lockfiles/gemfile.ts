/** Reads Gemfile.lock. */
import {
  dependency,
  type Dependency,
  type LockfileReader,
} from '#checks/dependencies/dependency.ts';

/** A line with the section in which it stands and where that comes from. */
interface Placed {
  readonly text: string;
  readonly line: number;
  readonly section: string;
  readonly remote: string;
}

export const gemfileLock: LockfileReader = (text) => {
  if (!/^DEPENDENCIES$/m.test(text)) return undefined;
  const placed = placedIn(text);
  const hashed = new Set(
    [...text.matchAll(/^ {2}(\S+) \([^)]+\) sha256=[0-9a-f]{64}/gm)].map(([, name]) => name),
  );
  const asked = new Set(
    placed.flatMap((each) =>
      each.section === 'DEPENDENCIES' ? (/^ {2}([\w.-]+)/.exec(each.text)?.[1] ?? []) : [],
    ),
  );
  return {
    dependencies: placed.flatMap((each) => ofLine(each, hashed) ?? []),
    holds: ({ name }) => asked.has(name),
  };
};

function placedIn(text: string): readonly Placed[] {
  let section = '';
  let remote = '';
  return text.split('\n').map((line, at) => {
    section = /^[A-Z ]+$/.exec(line)?.[0] ?? section;
    remote = /^ {2}remote: (\S+)/.exec(line)?.[1] ?? remote;
    return { text: line, line: at + 1, section, remote };
  });
}

function ofLine(
  { text, line, section, remote }: Placed,
  hashed: ReadonlySet<string | undefined>,
): Dependency | undefined {
  const [, name, version] = /^ {4}([\w.-]+) \(([\w.-]+)\)$/.exec(text) ?? [];
  if (name === undefined || version === undefined || section === 'PATH') return undefined;
  return dependency({
    ...{ ecosystem: 'RubyGems', name, line, address: remote },
    // Behind the version stands the platform: `1.16.0-x86_64-linux`.
    version: version.replace(/-(?:x86|x64|arm|aarch64|java|mingw|universal).*$/, ''),
    origin: section === 'GIT' ? 'git' : 'registry',
    hasHash: hashed.size === 0 || section === 'GIT' ? null : hashed.has(name),
  });
}
