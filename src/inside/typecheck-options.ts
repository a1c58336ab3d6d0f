/** How a project of TypeScript is read: its own options, without those that write or that tell of old age. */
import ts from 'typescript';

/** A project as the compiler wants it, and what was wrong in its file. */
export interface Project {
  readonly names: readonly string[];
  readonly options: ts.CompilerOptions;
  readonly references: readonly ts.ProjectReference[] | undefined;
  readonly problems: readonly ts.Diagnostic[];
}

/** Reads a `tsconfig.json` for a repository that uses this major version of TypeScript. */
export function readProject(path: string, major: number): Project {
  const problems: ts.Diagnostic[] = [];
  const parsed = ts.getParsedCommandLineOfConfigFile(path, undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (problem) => problems.push(problem),
  });
  const { fileNames = [], options = {}, projectReferences, errors = [] } = parsed ?? {};
  const rest = { ...options };
  delete rest.tsBuildInfoFile;
  // A solution only names other projects, and a package may have no file yet.
  const real = errors.filter(({ code }) => code !== 18002 && code !== 18003);
  return {
    names: fileNames,
    options: { ...beforeSix(rest, major), ...ours },
    references: projectReferences,
    problems: [...problems, ...real],
  };
}

const ours: ts.CompilerOptions = {
  noEmit: true,
  composite: false,
  incremental: false,
  declaration: false,
  declarationMap: false,
  emitDeclarationOnly: false,
  isolatedDeclarations: false,
  ignoreDeprecations: '6.0',
  // What is wrong in others' packages this change did not bring.
  skipLibCheck: true,
  skipDefaultLibCheck: true,
};

/** What stood for options that are not set before version 6, for repositories that are written for that. */
function beforeSix(options: ts.CompilerOptions, major: number): ts.CompilerOptions {
  if (major >= 6) return options;
  const { module, moduleResolution, target } = options;
  const isOld = target === undefined || target < ts.ScriptTarget.ES2015;
  const isCommon = module === ts.ModuleKind.CommonJS || (module === undefined && isOld);
  const older = {
    ...{ strict: false, esModuleInterop: false, allowSyntheticDefaultImports: false },
    ...{ noUncheckedSideEffectImports: false, types: ['*'], target: 'es5' },
    module: isCommon ? 'commonjs' : 'es2015',
    ...(isCommon && moduleResolution === undefined && { moduleResolution: 'node10' }),
  };
  return { ...ts.convertCompilerOptionsFromJson(older, '.').options, ...options };
}
