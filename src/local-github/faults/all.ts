/** Every kind of fault that can be switched on. */
import { access } from './access.ts';
import type { FaultKind } from './fault.ts';
import { refusals } from './refusals.ts';
import { spoiled } from './spoiled.ts';
import { webhookFaults } from './webhooks.ts';

export const faultKinds: readonly FaultKind[] = [
  ...refusals,
  ...spoiled,
  ...access,
  ...webhookFaults,
];
