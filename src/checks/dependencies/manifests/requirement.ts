/** Requirement: one of Python's lines that asks for a package (PEP 508), and files that hold a list of them. */
import {
  dependency,
  originOf,
  pythonName,
  type Asked,
  type LockfileReader,
  type ManifestReader,
} from '#checks/dependencies/dependency.ts';

/** Name, versions, and the address behind an `@`. */
const form =
  /^(?<name>[A-Za-z0-9][\w.-]{0,200})\s*(?:\[[^\]]*\])?\s*(?<version>(?:[<>=!~]=?|\()[^@]*)?(?:@\s*(?<address>\S+))?$/;

/** The package of a line; undefined for options, blank lines, and what cannot be read. */
export function requirementOf(text: string, line: number): Asked | undefined {
  const plain = text.replace(/(?:(?:^|\s)#|;|\s--).*$/s, '').trim();
  const named = form.exec(plain)?.groups;
  return named === undefined ? ofAddress(plain, line) : ofName(named, line);
}

function ofName(named: Readonly<Record<string, string | undefined>>, line: number): Asked {
  const { name = '', version = '', address } = named;
  const spec = address ?? version.replace(/[()\s]/g, '');
  const origin = address === undefined ? 'registry' : originOf(address);
  return { ecosystem: 'PyPI', name: pythonName(name), spec, line, origin };
}

/** An address without a name before it, as pip takes it. */
function ofAddress(plain: string, line: number): Asked | undefined {
  const spec = plain.replace(/^(?:-e|--editable)[\s=]+/, '');
  const origin = originOf(spec);
  if (origin !== 'git' && origin !== 'address') return undefined;
  const egg = /#(?:.*&)?egg=([\w.-]+)/.exec(spec)?.[1] ?? '';
  return { ecosystem: 'PyPI', name: pythonName(egg), spec, line, origin };
}

export const requirements: ManifestReader = (text) =>
  logical(text).flatMap(({ text: each, line }) => requirementOf(each, line) ?? []);

/** Those that name one version are as good as locked. */
export const pinnedRequirements: LockfileReader = (text) => ({
  dependencies: logical(text).flatMap(({ text: each, line }) => {
    const asked = requirementOf(each, line);
    const version = /^===?([^,*]+)$/.exec(asked?.spec ?? '')?.[1];
    if (asked === undefined || version === undefined) return [];
    // Hashes are all or nothing: where there is none in the file, none is asked for.
    const hasHash = text.includes('--hash=') ? each.includes('--hash=') : null;
    return [dependency({ ecosystem: 'PyPI', name: asked.name, version, line, hasHash })];
  }),
  holds: () => true,
});

/** Lines, those that end in a backslash put together with what follows. */
function logical(text: string): readonly { readonly text: string; readonly line: number }[] {
  const lines: { text: string; line: number }[] = [];
  let open = false;
  for (const [at, line] of text.split('\n').entries()) {
    const last = lines.at(-1);
    const part = line.replace(/\\\s*$/, ' ');
    if (open && last !== undefined) last.text += part;
    else lines.push({ text: part, line: at + 1 });
    open = part !== line;
  }
  return lines;
}
