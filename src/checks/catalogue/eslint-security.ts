/** ESLint's rules against what is insecure or surely wrong, by ESLint and a configuration of ours, which nothing in the repository can change or silence. */
import type { Check } from '#checks/check.ts';
import { lookWithOurs } from '#checks/our-program.ts';

const languages = /\.(?:[cm]?[jt]s|[jt]sx)$/;

export const eslintSecurity: Check = {
  name: 'eslint-security',
  about:
    'JavaScript and TypeScript without what is insecure or surely wrong, whatever the repository’s own rules are.',
  needs: ['eslint-security'],
  scope: 'file',
  trusted: true,
  wants: languages,
  isFitting: ({ paths }) => Promise.resolve(paths.some((path) => languages.test(path))),
  look: (side) => lookWithOurs(side, 'eslint-security'),
};
