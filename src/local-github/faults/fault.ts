/**
 * Fault: something that goes wrong at the local GitHub because a person switched it on. To add a kind: an entry in the
 * file of its sort in this folder; the command line, the page and the control path list what `all.ts` holds.
 */
import { z } from 'zod';
import type { Answer } from '#local-github/rest/route.ts';
import type { GitHub, InstallationToken } from '#local-github/state.ts';

const Common = z.strictObject({
  kind: z.string(),
  /** GET, POST, ...; absent: any. */
  method: z
    .string()
    .regex(/^[A-Z]+$/, 'must be capital letters')
    .optional(),
  /** Without `/api/v3`; `*` is any text: `/repos/*\/issues/*\/comments`. Absent: any. */
  path: z.string().startsWith('/').optional(),
  /** The API, or the transport of git. */
  on: z.enum(['api', 'git']).optional(),
  /** For webhooks: `issues`, `issues.labeled`, `check_run.*`. Absent: any. */
  event: z.string().min(1).optional(),
  /** The first match that it strikes; 1 when absent. */
  nth: z.int().min(1).optional(),
  /** How many matches it strikes from there on; 1 when absent, 0 is every one. */
  times: z.int().min(0).optional(),
  seconds: z.number().min(0).max(86_400).optional(),
  status: z.int().min(400).max(599).optional(),
  /** By GitHub's name: `issues`, `contents`. */
  permission: z.string().optional(),
  seed: z.int().min(0).optional(),
});

/** As a person writes it. */
export type Fault = z.output<typeof Common>;
export const Fault = Common;

/** What a kind reads beside its pattern. */
export type Option = 'seconds' | 'status' | 'permission' | 'seed';

/** A request that a fault strikes. */
export interface Struck {
  readonly github: GitHub;
  /** The installation token that it came with, whether it is still good or not. */
  readonly token: InstallationToken | undefined;
  readonly path: string;
}

/** What becomes of a request. `before`: nothing is done. `after`: it is done, and only its answer suffers. */
export interface Strike {
  /** Milliseconds before anything else. */
  readonly wait?: number;
  readonly before?: Answer | 'cut' | 'stall';
  readonly after?: Answer | 'cut' | 'stall' | 'half' | 'half-stall' | 'malformed';
}

/** What becomes of a webhook. */
export interface Bend {
  readonly copies?: number;
  /** `lost` leaves no trace; `failed` stands in the log as not delivered. */
  readonly gone?: 'lost' | 'failed';
  /** Milliseconds before it is sent. */
  readonly delay?: number;
  /** Held with the others that are sent within so many milliseconds, then sent in an order that the seed decides. */
  readonly shuffle?: { readonly seed: number; readonly within: number };
}

interface Kind {
  readonly name: string;
  /** What goes wrong, in one sentence. */
  readonly about: string;
  readonly takes: readonly Option[];
}

export interface RequestKind extends Kind {
  readonly of: 'request';
  readonly strike: (fault: Fault, struck: Struck) => Strike;
}

export interface WebhookKind extends Kind {
  readonly of: 'webhook';
  readonly bend: (fault: Fault) => Bend;
}

export type FaultKind = RequestKind | WebhookKind;
