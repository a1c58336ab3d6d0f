/** Protocol: what broker and runner say to each other, and how it is framed; each side trusts only what a schema read. */
import { z } from 'zod';
import { errors, type ErrorKind } from '#core/errors.ts';

const Path = z.string().min(1).max(4096);

const Blob = z.object({ encoding: z.enum(['utf-8', 'base64']), text: z.string() });
const FileChange = z.object({
  path: z.string(),
  mode: z.enum(['100644', '100755']),
  content: Blob.nullable(),
});

export const LimitsMessage = z.object({
  wall: z.number().positive(),
  cpuSeconds: z.int().positive(),
  cores: z.number().positive(),
  memory: z.int().positive(),
  processes: z.int().positive(),
  disk: z.int().positive(),
  inodes: z.int().positive(),
  fileSize: z.int().positive(),
});

export const ExecMessage = z.object({
  do: z.literal('exec'),
  workspace: z.int(),
  argv: z.array(z.string()).min(1),
  folder: z.string(),
  environment: z.record(z.string(), z.string()),
  input: z.string().nullable(),
  limits: LimitsMessage,
  /** Name of a socket in the gates folder. */
  gate: z.string().nullable(),
});
export type ExecMessage = Readonly<z.infer<typeof ExecMessage>>;

export const AskMessage = z.object({
  do: z.literal('ask'),
  workspace: z.int(),
  program: z.array(z.string()).min(1),
  text: z.string(),
  limits: LimitsMessage,
});
export type AskMessage = Readonly<z.infer<typeof AskMessage>>;

export const Request = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('start'),
    /** Whether the runner is the machine's root and drops each command to a slot's user. */
    asRoot: z.boolean(),
    tools: z.array(Path),
    firstUid: z.int().positive(),
  }),
  z.object({
    do: z.literal('open'),
    layers: z.array(Path),
    limits: LimitsMessage,
  }),
  ExecMessage,
  AskMessage,
  z.object({ do: z.literal('write'), workspace: z.int(), files: z.array(FileChange) }),
  z.object({ do: z.literal('collect'), workspace: z.int() }),
  z.object({ do: z.literal('keep'), workspace: z.int(), folder: z.string(), target: Path }),
  z.object({ do: z.literal('close'), workspace: z.int() }),
  z.object({ do: z.literal('owner'), workspace: z.int(), path: z.string() }),
]);
export type Request = Readonly<z.infer<typeof Request>>;

export const Started = z.object({
  /** How memory, processes and processor time of a whole tree are limited, or why they are not. */
  controlGroups: z.object({ version: z.int().nullable(), problem: z.string() }),
  seccomp: z.boolean(),
  /** Whether the tool chain can be read by the users that commands run as. */
  copiedTools: z.int(),
});
export type Started = Readonly<z.infer<typeof Started>>;

/** The result of each request. */
export const results = {
  start: Started,
  open: z.object({ workspace: z.int() }),
  exec: z.object({
    exitCode: z.int().nullable(),
    signal: z.string().nullable(),
    timedOut: z.boolean(),
    outOfMemory: z.boolean(),
    stdout: z.string(),
    stderr: z.string(),
    truncated: z.boolean(),
    milliseconds: z.number(),
  }),
  ask: z.object({
    text: z.string().nullable(),
    timedOut: z.boolean(),
    outOfMemory: z.boolean(),
    stderr: z.string(),
  }),
  write: z.object({}),
  collect: z.object({
    files: z.array(FileChange.extend({ kind: z.enum(['created', 'edited', 'deleted']) })),
    refused: z.array(z.object({ path: z.string(), reason: z.string() })),
  }),
  keep: z.object({}),
  close: z.object({}),
  owner: z.object({ uid: z.int() }),
} as const satisfies Record<Request['do'], z.ZodType>;

const kinds = [
  'invalid',
  'refused',
  'exhausted',
  'unavailable',
  'unusable',
  'stale',
  'defect',
] as const satisfies readonly ErrorKind[];

export const Answer = z.object({
  id: z.int(),
  result: z.unknown(),
  error: z
    .object({
      code: z.string(),
      kind: z.enum(kinds),
      message: z.string(),
      hint: z.string().optional(),
    })
    .optional(),
});
export type Answer = Readonly<z.infer<typeof Answer>>;

export const Envelope = z.object({ id: z.int(), request: Request });

/** Bytes of one message at most: the largest change set that is collected, in JSON's worst spelling. */
const maxFrame = 128 * 2 ** 20;

/**
 * A message as four bytes of length and its JSON. Throws invalid `workspace-refused` on one that is too long: the other
 * side would end at it, and every workspace with it.
 */
export function frame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  if (body.length > maxFrame) {
    throw errors.workspaceRefused(`${body.length} bytes are too many for one message.`);
  }
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

/** Yields each whole message of a byte stream, parsed but not yet read. Throws on one that is too long or no JSON. */
export async function* messagesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator {
  let chunks: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    held += chunk.length;
    let needed = needs(chunks, held);
    while (held >= needed) {
      const bytes = Buffer.concat(chunks);
      const message: unknown = JSON.parse(bytes.toString('utf8', 4, needed));
      yield message;
      chunks = [bytes.subarray(needed)];
      held = bytes.length - needed;
      needed = needs(chunks, held);
    }
  }
}

/** Bytes of the next message with its head, as far as that is known. */
function needs(chunks: readonly Uint8Array[], held: number): number {
  if (held < 4) return Number.POSITIVE_INFINITY;
  const [first] = chunks;
  const head = first && first.length >= 4 ? Buffer.from(first) : Buffer.concat(chunks);
  const length = head.readUInt32BE(0);
  if (length > maxFrame) throw new Error(`a message of ${length} bytes is too long`);
  return length + 4;
}
