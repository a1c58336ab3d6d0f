/** ast-grep: shapes of insecure code in JavaScript, TypeScript and Python, by rules of ours; nothing has to be installed for it. */
import { isTestPath } from '#core/test-path.ts';
import type { Check } from '#checks/check.ts';
import { lookWithOurs } from '#checks/our-program.ts';

const languages = /\.(?:[cm]?[jt]s|[jt]sx|pyi?)$/;
/** Neither tests nor what only shows something run where attackers are. */
const shown = /(?:^|\/)(?:fixtures?|__fixtures__|__mocks__|mocks|testdata)\//;

export const astGrep: Check = {
  name: 'ast-grep',
  about: 'No code has the shape of a known weakness: injection, broken ciphers, believed requests.',
  needs: ['ast-grep'],
  scope: 'file',
  trusted: true,
  wants: { test: (path) => languages.test(path) && !isTestPath(path) && !shown.test(path) },
  isFitting: ({ paths }) => Promise.resolve(paths.some((path) => languages.test(path))),
  look: (side) => lookWithOurs(side, 'ast-grep'),
};
