/** Suppressions: comments that silence a tool, and lines of its configuration that take something out of its sight. */
import type { Said } from '#core/finding.ts';
import type { Check } from '#checks/check.ts';
import { directives } from '#checks/suppressions/directives.ts';
import { switches, type Switches } from '#checks/suppressions/switches.ts';

/** Tools that tell of taste and of coverage: to silence them hides no flaw. */
const harmless = new Set(['coverage', 'cspell', 'markdownlint']);
/** Characters of a line that are looked at. */
const longest = 2_000;

export const suppressions: Check = {
  name: 'suppressions',
  about: 'No tool is silenced: by no comment, and by no line of what configures it.',
  needs: [],
  scope: 'file',
  trusted: true,
  // What writes about tools silences none; lockfiles and pictures hold no comments.
  wants:
    /^(?!.*\.(?:rst|adoc|txt|lock|sum|svg|png|jpe?g|gif|ico|webp|woff2?|ttf|otf|eot|pdf|zip|gz|tgz|bz2|xz|7z|jar|class|so|dll|exe|bin|wasm|pyc|mp[34]|wav|webm|mov|sqlite3?|db|csv|tsv|log)$)/i,
  isFitting: () => Promise.resolve(true),
  async look({ targets, files }) {
    const said: Said[] = [];
    for (const { path } of targets) {
      const text = await files.read(path);
      if (text !== undefined) said.push(...suppressionsIn(path, text));
    }
    return { said };
  },
};

/** Once for each line and tool. */
function suppressionsIn(path: string, text: string): readonly Said[] {
  const lines = text.split('\n').map((line) => line.slice(0, longest));
  const inline = directives
    .filter(({ files }) => files.test(path))
    .flatMap(({ tool, pattern }) =>
      lines.flatMap((line, at) => (pattern.test(line) ? [silenced(path, at + 1, tool)] : [])),
    );
  const configured = switches
    .filter(({ files }) => files.test(path))
    .flatMap((each) => switchedIn(lines, each).map((line) => switched(path, line, each.tool)));
  const all = [...inline, ...configured];
  const keys = new Map(all.map((each) => [`${String(each.line)} ${each.rule}`, each]));
  return [...keys.values()];
}

function silenced(path: string, line: number, tool: string): Said {
  const message = `This comment silences ${tool}. Mend what it says, or tell the reviewer why it has to be silent here.`;
  return {
    rule: ruleOf(tool),
    level: harmless.has(tool) ? 'note' : 'warning',
    message,
    path,
    line,
  };
}

function switched(path: string, line: number, tool: string): Said {
  const message = `This line takes rules or files out of the sight of a tool (${tool}).`;
  return { rule: `${ruleOf(tool)}-configuration`, level: 'warning', message, path, line };
}

function ruleOf(tool: string): string {
  return tool.replaceAll(' ', '-');
}

/** The numbers of the lines, counted from 1. */
function switchedIn(lines: readonly string[], rules: Switches): readonly number[] {
  const found: number[] = [];
  let inside = false;
  for (const [at, line] of lines.entries()) {
    if (!/^\s*(?!#|\/\/|;|\/?\*)\S/.test(line)) continue;
    const begins: boolean = fits(rules.opens, line);
    const isInner: boolean = inside && !fits(rules.closes, line);
    if (begins || isInner || fits(rules.lines, line)) found.push(at + 1);
    // A list that ends on the line on which it begins is no longer open.
    inside = begins ? !/\][\s,)]*$/.test(line) : isInner;
  }
  return found;
}

function fits(pattern: RegExp | undefined, line: string): boolean {
  return pattern?.test(line) === true;
}
