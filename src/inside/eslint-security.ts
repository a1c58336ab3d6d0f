/**
 * ESLint with rules of our choice for what attackers live on and for what is always a mistake. No configuration, plugin or comment of the repository is read:
 * each text is given to the linter by itself.
 */
import { createRequire } from 'node:module';
import parser from '@typescript-eslint/parser';
import { Linter, type ESLint } from 'eslint';
import { lookAtEach, Unreadable, type Seen } from './each-file.ts';

/**
 * Left out of the plugin, because nearly all that they say of sound code is no flaw: `detect-object-injection`,
 * `detect-non-literal-fs-filename`, `detect-non-literal-regexp`, `detect-possible-timing-attacks`, `detect-unsafe-regex`; and
 * what a rule of ESLint's own or of `rules/` tells better: `detect-eval-with-expression`, `detect-child-process`.
 */
const insecure: Linter.RulesRecord = {
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-new-func': 'error',
  'no-script-url': 'warn',
  'security/detect-bidi-characters': 'error',
  'security/detect-buffer-noassert': 'error',
  'security/detect-disable-mustache-escape': 'error',
  'security/detect-new-buffer': 'error',
  'security/detect-no-csrf-before-method-override': 'error',
  'security/detect-non-literal-require': 'warn',
  'security/detect-pseudoRandomBytes': 'warn',
};

/** What is a mistake in every style, some of which open a door: a condition that assigns, a comparison with itself. */
const mistaken = [
  ...['for-direction', 'getter-return', 'no-async-promise-executor', 'no-class-assign'],
  ...['no-compare-neg-zero', 'no-cond-assign', 'no-const-assign', 'no-constant-binary-expression'],
  ...['no-dupe-args', 'no-dupe-class-members', 'no-dupe-else-if', 'no-dupe-keys'],
  ...['no-duplicate-case', 'no-ex-assign', 'no-func-assign', 'no-import-assign'],
  ...['no-invalid-regexp', 'no-loss-of-precision', 'no-misleading-character-class'],
  ...['no-new-native-nonconstructor', 'no-obj-calls', 'no-self-assign', 'no-self-compare'],
  ...['no-setter-return', 'no-sparse-arrays', 'no-this-before-super', 'no-unreachable'],
  ...['no-unsafe-finally', 'no-unsafe-negation', 'no-unsafe-optional-chaining', 'use-isnan'],
  'valid-typeof',
];

/** Overloads of TypeScript are several members of one name. */
const rulesFor = (isTyped: boolean): Linter.RulesRecord => ({
  ...insecure,
  ...Object.fromEntries(mistaken.map((rule) => [rule, 'warn'])),
  ...(isTyped && { 'no-dupe-class-members': 'off', 'getter-return': 'off' }),
});

// The package says nothing of its types.
const security = createRequire(import.meta.url)('eslint-plugin-security') as ESLint.Plugin;
const linter = new Linter({ configType: 'flat' });

function configuration(path: string): Linter.Config {
  // A generic arrow function of TypeScript looks like a tag where JSX is on.
  const jsx = !/\.[cm]?ts$/.test(path);
  return {
    files: ['**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}'],
    languageOptions: {
      parser,
      parserOptions: { ecmaFeatures: { jsx } },
      sourceType: path.endsWith('.cjs') ? 'commonjs' : 'module',
    },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' },
    plugins: { security },
    rules: rulesFor(/\.(?:[cm]?ts|tsx)$/.test(path)),
  };
}

function look(path: string, text: string): readonly Seen[] {
  // Where the file lies is no matter of ours, and a name like `../x` or `node_modules/x` would be one that it ignores.
  const ending = /\.[a-z]+$/.exec(path)?.[0] ?? '.js';
  const messages = linter.verify(text, [configuration(path)], { filename: `file${ending}` });
  const broken = messages.find(({ fatal }) => fatal === true);
  if (broken) throw new Unreadable(`it cannot be parsed (line ${broken.line})`);
  return messages.flatMap(({ ruleId, severity, message, line, endLine }) =>
    // Without a rule it says only that a comment would have switched something off.
    ruleId === null
      ? []
      : [
          {
            rule: ruleId,
            level: severity === 2 ? ('error' as const) : ('warning' as const),
            message,
            line,
            endLine: endLine ?? line,
          },
        ],
  );
}

lookAtEach(look);
