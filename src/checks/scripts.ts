/** What a repository's package scripts come to: their commands, with scripts that call scripts unfolded. */
import { z } from 'zod';
import { jsonOf } from './parsers/parser.ts';
import { commandsOf, type ScriptCommand } from './words.ts';

/** The files of a commit, as far as detection looks at them. */
export interface Files {
  readonly paths: readonly string[];
  read(path: string): Promise<string | undefined>;
}

const Manifest = z.object({
  scripts: z.record(z.string(), z.unknown()).catch({}).default({}),
  dependencies: z.record(z.string(), z.unknown()).catch({}).default({}),
  devDependencies: z.record(z.string(), z.unknown()).catch({}).default({}),
});

export interface PackageManifest {
  readonly scripts: ReadonlyMap<string, string>;
  readonly packages: ReadonlySet<string>;
}

/** The root `package.json`, or undefined where there is none that can be read. */
export async function readManifest(files: Files): Promise<PackageManifest | undefined> {
  if (!files.paths.includes('package.json')) return undefined;
  const read = Manifest.safeParse(jsonOf((await files.read('package.json')) ?? ''));
  if (!read.success) return undefined;
  const { scripts, dependencies, devDependencies } = read.data;
  const texts = Object.entries(scripts).filter((entry): entry is [string, string] => {
    return typeof entry[1] === 'string';
  });
  const packages = new Set([...Object.keys(dependencies), ...Object.keys(devDependencies)]);
  return { scripts: new Map(texts), packages };
}

const runs = /^(?:npm|pnpm|yarn|bun)$/;

/** The commands of `text`, with `npm run NAME` replaced by the script's own; five calls deep at most. */
export function unfold(
  text: string,
  scripts: ReadonlyMap<string, string>,
  depth = 5,
): readonly ScriptCommand[] {
  return commandsOf(text).flatMap((command) => {
    const called = depth > 0 ? scriptCalled(command.words, scripts) : undefined;
    if (called === undefined) return [{ ...command, words: withoutLauncher(command.words) }];
    const before = scripts.get(`pre${called.name}`) ?? '';
    const inner = scripts.get(called.name) ?? '';
    return [
      ...unfold(before, scripts, depth - 1),
      ...appended(unfold(inner, scripts, depth - 1), called.extra).map((each) => ({
        ...each,
        environment: { ...command.environment, ...each.environment },
      })),
    ];
  });
}

function scriptCalled(
  words: readonly string[],
  scripts: ReadonlyMap<string, string>,
): { name: string; extra: readonly string[] } | undefined {
  const [program = '', ...rest] = words;
  if (!runs.test(program)) return undefined;
  const plain = rest.filter((word) => word !== 'run' && word !== 'run-script' && word !== '--');
  const at = plain.findIndex((word) => !word.startsWith('-'));
  const name = plain[at] === 't' ? 'test' : (plain[at] ?? '');
  return scripts.has(name) ? { name, extra: plain.slice(at + 1) } : undefined;
}

/** Arguments behind `npm test --` go to the last command of the script. */
function appended(
  commands: readonly ScriptCommand[],
  extra: readonly string[],
): readonly ScriptCommand[] {
  return commands.map((command, at) =>
    at === commands.length - 1 ? { ...command, words: [...command.words, ...extra] } : command,
  );
}

/** `npx vitest`, `pnpm exec jest`, `yarn mocha`: the program behind the launcher. */
function withoutLauncher(words: readonly string[]): readonly string[] {
  const text = words.join('\n');
  const launcher =
    /^(?:(?:npx|bunx|pnpx)(?:\n-\S+)?|(?:npm|pnpm|yarn|bun)\n(?:exec|dlx)(?:\n--)?|yarn|pnpm)\n/;
  return text.replace(launcher, '').split('\n');
}
