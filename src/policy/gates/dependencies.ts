/** Dependencies: nothing new from elsewhere comes with a change: no package, and no action that is not pinned to a commit. */
import { addedLines, type AddedLines } from '#policy/added-lines.ts';
import type { Gate } from './gate.ts';
import { listed, verdict } from '#policy/reasons.ts';

/** `uses: owner/repo@ref`, also quoted and in a list. */
const uses = /^\s*(?:-\s*)?["']?uses["']?\s*:\s*["']?([^\s"'#]+)/;
const pinned = /^[^@]+@(?:[0-9a-f]{40}|[0-9a-f]{64}|sha256:[0-9a-f]{64})$/;

/** In each family of manifests, how a line names a package that is needed. */
const manifests: readonly (readonly [RegExp, RegExp])[] = [
  [
    /(?:^|\/)package\.json$/i,
    /^\s*"(?!(?:version|node|npm)")((?:@[\w.-]+\/)?[\w.-]+)"\s*:\s*"(?:[\^~<>=*v\d]|latest|next|npm:|git|https?:|file:|link:|workspace:|[\w-]+\/[\w.-]+#?)/,
  ],
  [
    /(?:^|\/)(?:requirements|constraints)[^/]*\.(?:txt|in)$/i,
    /^\s*([A-Za-z][\w.-]*(?:\[[^\]]*\])?|git\+\S+|https?:\S+)/,
  ],
  [
    /(?:^|\/)(?:pyproject|cargo|pipfile)(?:\.toml)?$/i,
    /^\s*["']?([A-Za-z][\w-]*)["']?\s*(?:=\s*[{"']|[<>=~!]=)/i,
  ],
  [/(?:^|\/)go\.mod$/i, /^\s*(?:require\s+)?([\w.-]+\.[\w.-]+\/\S+)\s+v\d/],
  [/(?:^|\/)gemfile$/i, /^\s*gem\s+["']([^"']+)/],
];

export const dependencies: Gate = {
  name: 'dependencies',
  asks: 'The change brings no new package, and no action that is not pinned to a commit.',
  decide(facts) {
    const added = addedLines(facts);
    const packages = added.flatMap(newPackages);
    const actions = added.filter(({ path }) => /\.ya?ml$/i.test(path)).flatMap(unpinned);
    return verdict('dependencies', [
      ...(packages.length > 0
        ? [
            `New packages need a person's approval: ${listed(packages)}. Add them to the manifest yourself, then ask again.`,
          ]
        : []),
      ...(actions.length > 0
        ? [`Actions that are not pinned to a commit of 40 digits: ${listed(actions)}.`]
        : []),
    ]);
  },
};

function newPackages({ path, lines, before }: AddedLines): readonly string[] {
  const form = manifests.find(([name]) => name.test(path))?.[1];
  if (form === undefined) return [];
  const named = (line: string) => form.exec(line)?.[1];
  const known = new Set((before ?? '').split('\n').map(named));
  const all = lines.map(named).filter((name) => name !== undefined && !known.has(name));
  return [...new Set(all.filter((name) => name !== undefined))];
}

function unpinned({ lines }: AddedLines): readonly string[] {
  return lines
    .map((line) => uses.exec(line)?.[1] ?? '')
    .filter((action) => action !== '' && !action.startsWith('./') && !pinned.test(action));
}
