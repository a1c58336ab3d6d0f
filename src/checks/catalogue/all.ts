/** All checks, in the order in which they are told. */
import type { Check } from '#checks/check.ts';
import { bandit } from './bandit.ts';
import { black } from './black.ts';
import { dependencies } from './dependencies.ts';
import { mypy } from './mypy.ts';
import { pyright } from './pyright.ts';
import { ruffFormat } from './ruff-format.ts';
import { ruff } from './ruff.ts';
import { semgrep } from './semgrep.ts';
import { secrets } from './secrets.ts';
import { suppressions } from './suppressions.ts';

export const checks: readonly Check[] = [
  secrets,
  suppressions,
  dependencies,
  ruff,
  ruffFormat,
  black,
  bandit,
  semgrep,
  mypy,
  pyright,
];
