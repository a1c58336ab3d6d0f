/** Near miss: the well-known package whose name another one has almost, which is how people are led to the wrong one. */
import type { Ecosystem } from '#core/package-version.ts';
import { knownNames } from './known-names.ts';

/** Letters of a known name: shorter ones have too many neighbours. */
const shortest = 5;

/** The known name that this one is one slip away from, or written with other separators; undefined where it is none. */
export function nearMiss(ecosystem: Ecosystem, name: string): string | undefined {
  const known = ecosystem === 'npm' || ecosystem === 'PyPI' ? knownNames[ecosystem] : [];
  if (known.includes(name)) return undefined;
  return known.find(
    (each) => each.length >= shortest && (isRespelled(name, each) || isOneSlip(name, each)),
  );
}

/** `types-node` for `@types/node`, `pythondateutil` for `python-dateutil`. */
function isRespelled(name: string, known: string): boolean {
  const bare = (text: string) => text.replace(/[@/._-]/g, '');
  return bare(name) === bare(known);
}

/** One letter more, one less, another one, or two in the wrong order; a number at the end is another version. */
function isOneSlip(name: string, known: string): boolean {
  if (Math.abs(name.length - known.length) > 1) return false;
  const start = sharedStart(name, known);
  const [backwards, others] = [reversed(name.slice(start)), reversed(known.slice(start))];
  const end = sharedStart(backwards, others);
  const [here, there] = [reversed(backwards.slice(end)), reversed(others.slice(end))];
  if (/^\d?$/.test(here) && /^\d?$/.test(there)) return false;
  return (here.length <= 1 && there.length <= 1) || (here.length === 2 && reversed(here) === there);
}

function sharedStart(one: string, other: string): number {
  const at = Array.from(one).findIndex((letter, index) => letter !== other[index]);
  return at < 0 ? one.length : at;
}

function reversed(text: string): string {
  return Array.from(text).reverse().join('');
}
