/** What the App does: its flows. */
import type { Flow } from '#engine/flow.ts';
import { check } from './check/flow.ts';
import { command } from './command/flow.ts';
import { generate } from './generate/flow.ts';
import { stop } from './stop/flow.ts';

export const flows: readonly Flow<unknown>[] = [generate, check, command, stop];
