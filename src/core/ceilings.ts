/** Ceilings: the most that an operator lets the settings of a repository allow a run. */
import type { Settings } from './settings.ts';

/** Every setting of a repository that widens what a run may do or cost. */
export const bounded = ['open', 'files', 'lines', 'calls', 'usd', 'minutes'] as const;

/** One that is absent has the schema's own end. */
export type Ceilings = Readonly<Partial<Record<(typeof bounded)[number], number>>>;

/** `open=2 usd=1.50` as ceilings; undefined when it cannot be read. `none` sets none. */
export function readCeilings(text: string): Ceilings | undefined {
  if (text.trim() === 'none') return {};
  const ceilings: Partial<Record<(typeof bounded)[number], number>> = {};
  for (const part of text.trim().split(/[\s,]+/)) {
    const [, name, value] = /^(\w+)=(\d{1,6}(?:\.\d{1,2})?)$/.exec(part) ?? [];
    const setting = bounded.find((each) => each === name);
    if (setting === undefined || !isFit(setting, Number(value))) return undefined;
    ceilings[setting] = Number(value);
  }
  return ceilings;
}

/** Money alone is told in parts; nothing can work with none of something. */
function isFit(setting: (typeof bounded)[number], value: number): boolean {
  return value > 0 && (setting === 'usd' || Number.isInteger(value));
}

/** The settings within the ceilings, and a sentence for each that had to be cut. */
export function withinCeilings(
  settings: Settings,
  ceilings: Ceilings,
): { readonly settings: Settings; readonly told: readonly string[] } {
  const over = bounded.filter((name) => settings.limits[name] > (ceilings[name] ?? Infinity));
  const limits = { ...settings.limits };
  for (const name of over) limits[name] = ceilings[name] ?? limits[name];
  return {
    settings: { ...settings, limits },
    told: over.map((name) => {
      const [wanted, held] = [settings.limits[name], limits[name]].map(String);
      return `\`limits.${name}\` of this repository is ${wanted ?? ''}; whoever runs this App allows at most ${held ?? ''}, which holds.`;
    }),
  };
}
