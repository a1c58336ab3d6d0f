/** GitHub's own description of its REST API and webhooks, as cut down by .ci/refresh-descriptions.js. */
import { readFileSync } from 'node:fs';

/** JSON Schema as the cut description holds it: no prose, `nullable` already rewritten to a null type. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** As GitHub writes it: `/repos/{owner}/{repo}/issues`. */
  readonly path: string;
  /** Parameters of the path whose value may hold slashes. */
  readonly long?: readonly string[];
  readonly query: Schema;
  /** `true` when the body is not JSON (an asset, a text). */
  readonly body?: Schema | true;
  readonly bodyRequired?: boolean;
  /** By status; `null` has no body, `true` is not JSON. */
  readonly responses: Readonly<Record<string, Schema | true | null>>;
}

export interface Description {
  readonly operations: readonly Operation[];
  /** By event, or by `event.action`. */
  readonly payloads: Readonly<Record<string, Schema>>;
  readonly $defs: Readonly<Record<string, Schema>>;
}

/** Reads a description that is kept beside this file; it is ours, so it is trusted to have its shape. */
export function readDescription(name: 'rest' | 'webhooks'): Description {
  const file = new URL(`../description/${name}.json`, import.meta.url);
  const read = JSON.parse(readFileSync(file, 'utf8')) as Partial<Description>;
  return { operations: [], payloads: {}, $defs: {}, ...read };
}
