/**
 * Types: reads projects of TypeScript with the compiler of ours and prints what it says of their files as one JSON object.
 * Called as `node typecheck.ts MAJOR TSCONFIG...` in the repository's folder; nothing is written, and no plugin is loaded.
 */
import { existsSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { readProject } from './typecheck-options.ts';

/** Of one project: beyond, something is wrong with it as a whole. */
const mostTold = 5_000;
const mostOfFile = 100;
const mostProjects = 100;

interface Told {
  readonly code: number;
  readonly message: string;
  /** Null where it is about the project. */
  readonly path: string | null;
  readonly line: number | null;
  readonly endLine: number | null;
  readonly isSyntax: boolean;
}

/** Options that go with others which are switched off here, or that newer versions want to be written otherwise. */
const aged = new Set([5052, 5053, 5069, 5101, 5102, 5107, 5108]);

const root = process.cwd();
const [major = '6', ...projects] = process.argv.slice(2);

function check(path: string): object {
  const { names, options, references, problems } = readProject(resolve(root, path), Number(major));
  const host = ts.createCompilerHost(options);
  // As editors do: what another project of the repository exports is read from its sources, which need not be built.
  Object.assign(host, { useSourceOfProjectReferenceRedirect: () => true });
  const program = ts.createProgram({
    rootNames: names,
    options,
    host,
    ...(references && { projectReferences: references }),
  });
  const own = program
    .getSourceFiles()
    .filter((file) => !file.isDeclarationFile || !file.fileName.includes('/node_modules/'))
    .filter((file) => !program.isSourceFileDefaultLibrary(file))
    .filter((file) => isOurs(file.fileName));
  const whole = [
    ...problems,
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
  ];
  const told = [
    ...whole.filter(({ code }) => !aged.has(code)).map((each) => toldOf(each, false)),
    ...own.flatMap((file) =>
      [
        ...program.getSyntacticDiagnostics(file).map((each) => toldOf(each, true)),
        ...program.getSemanticDiagnostics(file).map((each) => toldOf(each, false)),
      ].slice(0, mostOfFile),
    ),
  ];
  return {
    project: path,
    files: own.map(({ fileName }) => relative(root, fileName)),
    told: told.slice(0, mostTold),
    isCut: told.length > mostTold,
  };
}

function isOurs(name: string): boolean {
  const path = relative(root, name);
  return !path.startsWith('..') && !path.split('/').includes('node_modules');
}

function toldOf(
  { code, messageText, file, start, length }: ts.Diagnostic,
  isSyntax: boolean,
): Told {
  const message = ts.flattenDiagnosticMessageText(messageText, ' ').slice(0, 1_000);
  if (file === undefined || start === undefined) {
    return { code, message, path: null, line: null, endLine: null, isSyntax };
  }
  const lineAt = (at: number) => file.getLineAndCharacterOfPosition(at).line + 1;
  const endLine = lineAt(start + Math.max(0, (length ?? 0) - 1));
  const path = relative(root, file.fileName);
  return { code, message, path, line: lineAt(start), endLine, isSyntax };
}

/** The projects and those that they refer to, each once. */
function withReferences(paths: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const open = [...paths];
  for (
    let path = open.shift();
    path !== undefined && found.size < mostProjects;
    path = open.shift()
  ) {
    if (found.has(path) || !existsSync(path)) continue;
    found.add(path);
    const { references = [] } = readProject(resolve(root, path), Number(major));
    open.push(
      ...references
        .map((each) => fileOf(each.path))
        .filter(isOurs)
        .map((each) => relative(root, each)),
    );
  }
  return [...found];
}

/** A reference may name a folder. */
function fileOf(path: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? join(path, 'tsconfig.json') : path;
}

process.stdout.write(JSON.stringify({ projects: withReferences(projects).map(check) }));
