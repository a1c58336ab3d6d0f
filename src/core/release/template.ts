/** Templates: `$NAMES` in capitals are replaced by values; a name without a value stays as it is. */
import { replaceAll, type Replacer } from './replacer.ts';

export type Values = Readonly<Record<`$${string}`, string | number | null | undefined>>;

/** What is put in is not looked at again. */
export function render(template: string, values: Values): string {
  const known = new Map(Object.entries(values));
  return template.replace(/\$[A-Z_]+/g, (name) => String(known.get(name) ?? name));
}

export function replaced(text: string, replacers: readonly Replacer[]): string {
  return replacers.reduce(replaceAll, text);
}
