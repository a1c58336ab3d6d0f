/** Run and Step: their states, the legal moves between them, and how a run is named. */
import type { Event } from './event.ts';

export const runStates = [
  'queued',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'cancelled',
  'superseded',
] as const;
export type RunState = (typeof runStates)[number];

/** How a run that ended was resolved for the people who asked for it. */
export const outcomes = ['proven', 'unproven', 'refused', 'failed'] as const;
export type Outcome = (typeof outcomes)[number];

/** One durable execution of a flow for one subject. */
export interface Run {
  /** UUIDv5 of (delivery, flow): the same delivery can never start the same flow twice. */
  readonly id: string;
  readonly flow: string;
  /** Runs with the same key follow one another; a newer one supersedes an older one. */
  readonly key: string;
  readonly state: RunState;
  readonly event: Event;
  readonly input: unknown;
  readonly attempts: number;
  readonly result: RunResult | null;
  readonly supersededBy: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** What a flow hands back, and what `runs` and the status comment tell people. Plain data. */
export interface RunResult {
  readonly outcome: Outcome;
  /** One sentence for people. */
  readonly reason: string;
  /** The reason's code in the error catalogue or of the flow, for machines. */
  readonly code: string;
  /** Facts that the flow adds for its callers: branch, pull request, evidence, cost. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A named, remembered piece of a run. */
export interface Step {
  readonly run: string;
  readonly name: string;
  readonly state: 'started' | 'done' | 'failed';
  readonly attempt: number;
  readonly output: unknown;
  readonly error: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

const moves: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ['running', 'cancelled', 'superseded', 'failed'],
  running: ['waiting', 'queued', 'succeeded', 'failed', 'cancelled', 'superseded'],
  waiting: ['running', 'queued', 'cancelled', 'superseded', 'failed'],
  succeeded: [],
  failed: ['queued'],
  cancelled: [],
  superseded: [],
};

export function mayMove(from: RunState, to: RunState): boolean {
  return moves[from].includes(to);
}

export function hasEnded(state: RunState): boolean {
  return state !== 'queued' && state !== 'running' && state !== 'waiting';
}
