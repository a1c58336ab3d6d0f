/** The checks for JavaScript and TypeScript with the real tools in the real sandbox: what they find, and what cannot fool them. */
import { expect, test } from 'vitest';
import { astGrep } from '#checks/catalogue/ast-grep.ts';
import { biome } from '#checks/catalogue/biome.ts';
import { eslintSecurity } from '#checks/catalogue/eslint-security.ts';
import { eslint } from '#checks/catalogue/eslint.ts';
import { oxlint } from '#checks/catalogue/oxlint.ts';
import { typescript } from '#checks/catalogue/typescript.ts';
import type { Check, Looked } from '#checks/check.ts';
import { lookAt, missing, sideOf } from '../side.ts';

/** Rules by place, and what could not be read. */
function summary(looked: Looked): unknown {
  if ('state' in looked) return looked;
  const said = looked.said.map(({ rule, path, line }) => `${path}:${String(line)} ${rule}`);
  return { said: said.sort(), unread: (looked.unread ?? []).map(({ path }) => path) };
}

const having = (check: Check) => test.skipIf(missing(check) !== undefined);
const nested = `let a = ${'('.repeat(20_000)}1${')'.repeat(20_000)};\n`;

having(astGrep)('ast-grep finds shapes of ours in both languages, but not in tests', async () => {
  const looked = await lookAt(astGrep, {
    'src/run.ts':
      "import { exec } from 'node:child_process';\nexport const run = (name: string) => exec(`ls ${name}`);\n",
    'src/page.tsx':
      'export const Page = (p: { html: string }) => <div dangerouslySetInnerHTML={{ __html: p.html }} />;\n',
    'app.py': 'import os\n\n\ndef run(name):\n    os.system("ls " + name)\n',
    'test/run.test.ts': "import { exec } from 'node:child_process';\nexec(`ls ${name}`);\n",
  });
  expect(summary(looked)).toEqual({
    said: [
      'app.py:5 py-shell-command',
      'src/page.tsx:1 js-react-markup',
      'src/run.ts:2 js-shell-command',
    ],
    unread: [],
  });
});

having(astGrep)('no configuration and no comment of the repository silences ast-grep', async () => {
  const looked = await lookAt(astGrep, {
    'a.js': "// ast-grep-ignore\neval('a' + b); // ast-grep-ignore\n",
    'sgconfig.yml':
      'ruleDirs: []\ncustomLanguages: { js: { libraryPath: ./evil.so, extensions: [js] } }\n',
    '-rf.js': 'eval(`${a}`);\n',
    'sub dir/$(touch x).js': 'eval(`${a}`);\n',
  });
  expect(summary(looked)).toEqual({
    said: [
      '-rf.js:1 js-code-from-text',
      'a.js:2 js-code-from-text',
      'sub dir/$(touch x).js:1 js-code-from-text',
    ],
    unread: [],
  });
});

having(astGrep)('a file that is nested too deep costs ast-grep only itself', async () => {
  const looked = await lookAt(astGrep, { 'deep.js': nested, 'a.js': 'eval(`${a}`);\n' });
  expect(summary(looked)).toMatchObject({ said: ['a.js:1 js-code-from-text'] });
});

having(astGrep)('a link that came into the tree is not followed out of it', async () => {
  const side = sideOf(astGrep, { 'link.js': '', 'a.js': 'eval(`${a}`);\n' });
  const workspace = await side.workspace();
  await workspace.exec({ argv: ['ln', '-sf', '/etc/passwd', 'link.js'], purpose: 'tool' });
  expect(summary(await astGrep.look(side))).toEqual({
    said: ['a.js:1 js-code-from-text'],
    unread: ['link.js'],
  });
});

having(eslintSecurity)(
  'our ESLint ignores the configuration, the plugins and the comments of the repository',
  async () => {
    const looked = await lookAt(eslintSecurity, {
      'eslint.config.js': 'throw new Error("this must not run");\n',
      'package.json': '{"type":"module","eslintConfig":{"rules":{"no-eval":0}}}',
      'node_modules/eslint/package.json': '{"name":"eslint","main":"x.js"}',
      'node_modules/eslint/x.js': 'process.exit(0);\n',
      'a.ts':
        '/* eslint-disable */\n/* eslint no-eval: 0 */\nconst f = <T,>(x: T) => x;\neval("1"); // eslint-disable-line\n',
      'b.cjs': 'new Buffer(size);\nrequire(name);\n',
      'broken.js': 'const = ;\n',
      'deep.js': nested,
    });
    expect(summary(looked)).toMatchObject({
      said: expect.arrayContaining([
        'a.ts:4 no-eval',
        'b.cjs:1 security/detect-new-buffer',
        'b.cjs:2 security/detect-non-literal-require',
      ]),
      unread: expect.arrayContaining(['broken.js']),
    });
  },
);

const rules =
  "export default [{ files: ['**/*.js'], rules: { 'no-var': 'error', eqeqeq: 'warn', 'no-undef': 'error' } }];\n";

having(eslint)('ESLint says what the repository has set, and mends what it can', async () => {
  const side = sideOf(eslint, {
    'eslint.config.mjs': rules,
    'a.js': 'var x = 1;\nif (x == 1) y();\n',
    'app/[id]/!page.js': 'var z = 2;\n',
    'broken.js': 'const = ;\n',
    'unruled.ts': 'let q: number;\n',
  });
  expect(summary(await eslint.look(side))).toEqual({
    said: [
      'a.js:1 no-var',
      'a.js:2 eqeqeq',
      'a.js:2 no-undef',
      'app/[id]/!page.js:1 no-var',
      'broken.js:1 parse-error',
    ],
    unread: [],
  });
  await eslint.fix!(side);
  const { files } = await (await side.workspace()).collect();
  expect(files.map(({ path, content }) => [path, content?.text])).toEqual([
    ['a.js', 'let x = 1;\nif (x == 1) y();\n'],
    ['app/[id]/!page.js', 'let z = 2;\n'],
  ]);
});

having(eslint)('one file over which a rule fails costs ESLint only itself', async () => {
  const looked = await lookAt(eslint, {
    'eslint.config.mjs': `
const rule = { create: (context) => ({ Program(node) {
  if (context.filename.endsWith('bad.js')) throw new Error('no');
  context.report({ node, message: 'seen' });
} }) };
export default [{ plugins: { own: { rules: { rule } } }, rules: { 'own/rule': 'warn' } }];\n`,
    'a.js': 'f();\n',
    'bad.js': 'f();\n',
    'c.js': 'f();\n',
  });
  expect(summary(looked)).toEqual({
    said: ['a.js:1 own/rule', 'c.js:1 own/rule', 'eslint.config.mjs:1 own/rule'],
    unread: ['bad.js'],
  });
});

having(eslint)(
  'rules that cannot be read are a crash, and where packages are missing a skip',
  async () => {
    const side = sideOf(eslint, {
      'eslint.config.mjs': "import rules from 'eslint-config-of-nobody';\nexport default rules;\n",
      'a.js': 'f();\n',
    });
    expect(await eslint.look(side)).toMatchObject({ state: 'crashed' });
    expect(await eslint.look({ ...side, packagesProblem: 'No lockfile.' })).toMatchObject({
      state: 'skipped',
      reason: expect.stringContaining('No lockfile.'),
    });
  },
);

having(typescript)('types are told by project, with what projects refer to', async () => {
  const looked = await lookAt(typescript, {
    'package.json': '{"devDependencies":{"typescript":"^5.4.0"}}',
    'tsconfig.json':
      '{"files":[],"references":[{"path":"./core"},{"path":"./app/tsconfig.app.json"}]}',
    'core/tsconfig.json':
      '{"compilerOptions":{"composite":true,"strict":true,"outDir":"dist"},"include":["*.ts"]}',
    'core/a.ts': 'export function double(n: number): number {\n  return n * 2;\n}\n',
    'app/tsconfig.app.json':
      '{"compilerOptions":{"strict":true,"noEmit":true},"references":[{"path":"../core"}],"include":["*.ts"]}',
    'app/b.ts':
      "import { double } from '../core/a';\nexport const x: string = double('2');\nimport './nowhere';\nimport { y } from './nowhere';\ny;\n",
  });
  expect(summary(looked)).toEqual({
    said: ['app/b.ts:2 TS2322', 'app/b.ts:2 TS2345', 'app/b.ts:4 TS2307'],
    unread: [],
  });
});

having(typescript)(
  'without packages nothing is told of what needs them, and errors of syntax all the same',
  async () => {
    const side = sideOf(typescript, {
      'tsconfig.json': '{"compilerOptions":{"strict":true,"module":"nodenext"}}',
      'package.json': '{"type":"module","dependencies":{"express":"5","typescript":"6"}}',
      'server.ts':
        "import express from 'express';\nimport { readFileSync } from 'node:fs';\nexpress((req, res) => res.send(readFileSync('x')));\nprocess.exit();\n",
      'own.ts': 'export const a: number = "1";\n',
      'broken.ts': "import x from 'express';\nconst = x;\n",
    });
    const packagesProblem = 'No lockfile.';
    const looked = await typescript.look({ ...side, packagesProblem });
    expect(summary(looked)).toEqual({
      said: ['broken.ts:2 TS1134', 'own.ts:1 TS2322'],
      unread: expect.arrayContaining(['server.ts', 'broken.ts']),
    });
  },
);

having(typescript)(
  'a configuration that reads other files of the machine tells nothing of them, and runs nothing',
  async () => {
    const looked = await lookAt(typescript, {
      'tsconfig.json':
        '{"extends":"/etc/passwd","compilerOptions":{"plugins":[{"name":"./evil.js"}]},"include":["a.ts"]}',
      'evil.js': 'require("fs").writeFileSync("/tmp/evil","");process.exit(7);\n',
      'a.ts': 'export const a: number = "1";\n',
    });
    expect(JSON.stringify(looked)).not.toContain('root:');
    expect(summary(looked)).toMatchObject({ said: expect.arrayContaining(['a.ts:1 TS2322']) });
  },
);

having(biome)('Biome says what the repository has set, and mends what is safe', async () => {
  const side = sideOf(biome, {
    'biome.json':
      '{"linter":{"rules":{"style":{"useConst":"error"}}},"formatter":{"indentStyle":"space"}}\n',
    'a.ts': 'let x = 1;\ndebugger;\nconsole.log(x);\n',
    'b.ts': 'export const  y = 1\n',
    'broken.ts': 'const = ;\n',
  });
  expect(summary(await biome.look(side))).toMatchObject({
    said: expect.arrayContaining([
      'a.ts:1 style/useConst',
      'a.ts:2 suspicious/noDebugger',
      'b.ts:undefined format',
      'broken.ts:1 parse',
    ]),
  });
  await biome.fix!(side);
  const { files } = await (await side.workspace()).collect();
  expect(files.map(({ path, content }) => [path, content?.text])).toEqual([
    ['a.ts', 'const x = 1;\ndebugger;\nconsole.log(x);\n'],
    ['b.ts', 'export const y = 1;\n'],
  ]);
});

having(biome)(
  'a file that kills Biome costs only itself, and rules that it cannot read are a crash',
  async () => {
    const looked = await lookAt(biome, {
      'biome.json': '{}\n',
      'deep.js': nested,
      'a.js': 'debugger;\n',
    });
    expect(summary(looked)).toMatchObject({
      said: expect.arrayContaining(['a.js:1 suspicious/noDebugger']),
      unread: ['deep.js'],
    });
    const broken = await lookAt(biome, { 'biome.json': '{"linter":7}\n', 'a.js': 'debugger;\n' });
    expect(broken).toMatchObject({ state: 'crashed' });
  },
);

having(oxlint)(
  'oxlint says what the repository has set, and a file that kills it costs only itself',
  async () => {
    const side = sideOf(oxlint, {
      '.oxlintrc.json': '{"rules":{"no-console":"error","prefer-const":"error"}}',
      'a.js': 'let x = 1;\nconsole.log(x);\n',
      'broken.js': 'const = ;\n',
      'deep.js': nested,
    });
    expect(summary(await oxlint.look(side))).toEqual({
      said: ['a.js:1 prefer-const', 'a.js:2 no-console', 'broken.js:1 parse-error'],
      unread: ['deep.js'],
    });
  },
);

having(oxlint)('rules that oxlint cannot read are a crash', async () => {
  const looked = await lookAt(oxlint, { '.oxlintrc.json': '{"rules":7', 'a.js': 'debugger;\n' });
  expect(looked).toMatchObject({ state: 'crashed' });
});
