/** Lint: strict types, size walls, and the floor plan of test/house/floors.js as rules. */
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { mayImport, packages, pure } from './test/house/floors.js';

const escape = (/** @type {string} */ text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** @type {import('eslint').Linter.Config[]} */
const rooms = Object.entries(mayImport).map(([room, below]) => ({
  files: [`src/${room}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          { regex: '^\\.\\./', message: 'Leave a folder by its #room name.' },
          {
            regex: `^#(?!(${[room, ...below].map(escape).join('|')})(/|$))`,
            message: `${room}/ may import only: ${below.join(', ') || 'nothing'}.`,
          },
          ...(pure.includes(room)
            ? [
                {
                  regex: `^(?![.#]|(${packages[/** @type {'core'} */ (room)].map(escape).join('|')})$)`,
                  message: `${room}/ is pure.`,
                },
              ]
            : []),
        ],
      },
    ],
  },
}));

export default defineConfig(
  {
    ignores: ['node_modules', 'coverage', 'src/demo/sample', 'test/fixtures', '.sluice', '.tools*'],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.js'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-assertions': [
        'error',
        { assertionStyle: 'as', objectLiteralTypeAssertions: 'never' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 3],
      'max-depth': ['error', 3],
      complexity: ['error', 10],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Settings are read in cli.ts only and handed to config.ts.',
        },
      ],
    },
  },
  { files: ['src/cli.ts', 'src/cli/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['src/cli.ts'], rules: { 'no-restricted-properties': 'off' } },
  {
    // The rule does not come to an end on the types of the package graphql, which name one another in circles.
    files: ['src/local-github/graphql/**/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
  ...rooms,
  {
    // Maintainers' scripts: the compiler knows their globals, and what they read is not ours to type.
    files: ['.ci/*.js'],
    rules: {
      'no-undef': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
);
