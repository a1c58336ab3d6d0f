/** Looks for the shapes that `rules/` describes in the syntax trees of files; nothing of the repository's is run or believed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Lang, parse, registerDynamicLanguage, type SgNode } from '@ast-grep/napi';
import { parse as parseYaml } from 'yaml';
import { lookAtEach, Unreadable, type Seen } from './each-file.ts';
import { shapesIn, type Family, type Shape } from './shapes.ts';

const folder = join(import.meta.dirname, 'rules');

/** The rules of a family: those of every file whose name begins with it. */
function shapesOf(family: Family): readonly Shape[] {
  const files = readdirSync(folder).filter((name) => name.startsWith(`${family}-`));
  // Written by us, and read whole by a test.
  return files.flatMap((name) => parseYaml(readFileSync(join(folder, name), 'utf8')) as Shape[]);
}

/** Where the package of the grammar keeps it, by the names that Node gives systems. */
const builds: Readonly<Record<string, string>> = {
  'linux-x64': 'prebuild-Linux-X64',
  'linux-arm64': 'prebuild-Linux-ARM64',
  'darwin-x64': 'prebuild-macOS-X64',
  'darwin-arm64': 'prebuild-macOS-ARM64',
};

/** Whether files of Python can be read here. The grammar is loaded as it lies in its package: no script of it has to run. */
function registerPython(): boolean {
  const manifest = createRequire(import.meta.url).resolve('@ast-grep/lang-python/package.json');
  const build = builds[`${process.platform}-${process.arch}`] ?? '';
  const libraryPath = join(dirname(manifest), 'prebuilds', build, 'parser.so');
  if (build === '' || !existsSync(libraryPath)) return false;
  const expandoChar = 'µ';
  const extensions = ['py', 'pyi'];
  registerDynamicLanguage({ python: { libraryPath, extensions, expandoChar } });
  return true;
}

interface Reader {
  readonly family: Family;
  readonly language: string;
}

function readerOf(path: string): Reader | undefined {
  if (/\.pyi?$/.test(path)) return { family: 'python', language: 'python' };
  if (/\.[cm]?ts$/.test(path)) return { family: 'javascript', language: Lang.TypeScript };
  if (path.endsWith('.tsx')) return { family: 'javascript', language: Lang.Tsx };
  return /\.(?:[cm]?js|jsx)$/.test(path)
    ? { family: 'javascript', language: Lang.JavaScript }
    : undefined;
}

type Rules = Readonly<Record<Family, readonly Shape[]>>;

export function ourRules(): Rules {
  return { javascript: shapesOf('javascript'), python: shapesOf('python') };
}

let hasPython: boolean | undefined;

/** Looks at one text as the rules for its ending want it. Throws Unreadable where there is no grammar for it. */
export function astGrep(rules: Rules): (path: string, text: string) => readonly Seen[] {
  // A language can be registered once in a program.
  hasPython ??= registerPython();
  return (path, text) => {
    const reader = readerOf(path);
    if (!reader || (reader.family === 'python' && hasPython !== true)) {
      throw new Unreadable('there is no grammar for it on this machine');
    }
    const root: SgNode = parse(reader.language, text).root();
    return shapesIn(root, reader.family, rules[reader.family]);
  };
}

if (import.meta.main) lookAtEach(astGrep(ourRules()));
