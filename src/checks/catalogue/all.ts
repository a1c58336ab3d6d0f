/** All checks, in the order in which they are told. */
import type { Check } from '#checks/check.ts';
import { actionlint } from './actionlint.ts';
import { astGrep } from './ast-grep.ts';
import { bandit } from './bandit.ts';
import { biome } from './biome.ts';
import { black } from './black.ts';
import { dependencies } from './dependencies.ts';
import { eslint } from './eslint.ts';
import { eslintSecurity } from './eslint-security.ts';
import { hadolint } from './hadolint.ts';
import { licences } from './licences.ts';
import { mypy } from './mypy.ts';
import { oxlint } from './oxlint.ts';
import { pyright } from './pyright.ts';
import { ruff } from './ruff.ts';
import { ruffFormat } from './ruff-format.ts';
import { secrets } from './secrets.ts';
import { semgrep } from './semgrep.ts';
import { shellcheck } from './shellcheck.ts';
import { suppressions } from './suppressions.ts';
import { typescript } from './typescript.ts';
import { workflows } from './workflows.ts';
import { zizmor } from './zizmor.ts';

export const checks: readonly Check[] = [
  secrets,
  suppressions,
  dependencies,
  eslint,
  biome,
  oxlint,
  typescript,
  eslintSecurity,
  astGrep,
  ruff,
  ruffFormat,
  black,
  bandit,
  semgrep,
  mypy,
  pyright,
  shellcheck,
  hadolint,
  actionlint,
  zizmor,
  workflows,
  licences,
];
