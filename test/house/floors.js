/** The floor plan as data: which room of src may import which, and which packages; read by ESLint and by the architecture test. */

/** Rooms of ours that a room may import, beside itself. */
export const mayImport = {
  core: [],
  ports: ['core'],
  policy: ['core'],
  // What every sandbox is made of, whichever vendor.
  workspace: ['core', 'ports'],
  inside: ['core', 'workspace'],
  'local-github': [],
  checks: ['core', 'ports'],
  agent: ['core', 'ports'],
  adapters: ['core', 'ports', 'workspace'],
  server: ['core', 'ports'],
  engine: ['core', 'ports', 'policy'],
  commands: ['core', 'ports', 'engine'],
  flows: ['core', 'ports', 'policy', 'checks', 'agent', 'engine', 'commands'],
  cli: [
    ...['core', 'app.ts', 'local-app.ts', 'check-sources.ts', 'config.ts'],
    ...['demo', 'battery', 'local-github'],
  ],
  demo: ['core', 'app.ts', 'local-app.ts', 'local-github'],
  // It attacks each part by itself, not only the whole.
  battery: [
    ...[
      'core',
      'ports',
      'workspace',
      'policy',
      'checks',
      'agent',
      'adapters',
      'commands',
      'engine',
      'flows',
      'server',
    ],
    ...['app.ts', 'local-app.ts', 'config.ts', 'local-github'],
  ],
};

/** Files at the top of src and what they may import; `*` is every room below. */
export const topFiles = {
  'cli.ts': ['cli', 'core'],
  'runner.ts': ['core', 'workspace', 'adapters/bubblewrap', 'adapters/git'],
  'local-app.ts': ['core', 'config.ts', 'local-github'],
  'app.ts': ['*', 'check-sources.ts', 'config.ts', 'sandboxes.ts'],
  'sandboxes.ts': ['adapters', 'config.ts', 'ports', 'workspace'],
  'check-sources.ts': ['adapters', 'config.ts', 'ports', 'sandboxes.ts'],
  'config.ts': ['core'],
};

/** No I/O, no clock, no randomness. */
export const pure = ['core', 'policy'];

/** Packages per room, beside the pure ones; `node:` stands for Node's own modules. */
export const packages = {
  core: ['zod', 'yaml', 'picomatch', 'semver', 'ignore', 'node:crypto'],
  ports: [],
  policy: ['zod'],
  checks: ['zod', 'yaml', 'smol-toml', 're2js', 'node:crypto'],
  agent: ['zod', 'yaml'],
  engine: ['zod'],
  commands: ['zod'],
  flows: ['zod'],
  server: ['node:', 'probot'],
  workspace: ['node:', 'zod'],
  inside: [
    ...['node:', 'web-tree-sitter', '@vscode/tree-sitter-wasm', '@vscode/ripgrep', 'yaml'],
    ...['@ast-grep/napi', 'eslint', '@typescript-eslint/parser', 'typescript'],
  ],
  adapters: ['node:', '*'],
  'local-github': ['node:', 'ajv', 'ajv-formats', 'graphql', 'marked', 'yaml', 'zod'],
  cli: ['node:', 'commander', 'zod'],
  demo: ['node:', 'zod'],
  battery: ['node:', 'zod'],
  'cli.ts': ['node:', 'commander'],
  'runner.ts': ['node:'],
  'app.ts': ['node:'],
  'sandboxes.ts': ['node:'],
  'local-app.ts': ['node:'],
  'check-sources.ts': ['node:'],
  'config.ts': ['zod', 'node:os', 'node:path'],
};

/** Folders whose subfolders are vendors or promises that must not know one another. */
export const walled = ['adapters', 'flows'];
